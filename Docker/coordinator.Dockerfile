# The coordinator: `hansa serve` on Debian slim. Build from the repository's root:
#
#   docker build -f Docker/coordinator.Dockerfile -t hansa-coordinator .
#
# Docker/README.md says why this base, how to pin bases by digest, and what was tried without a container engine.

FROM swift:6.3-bookworm AS build
# Debian's updates replace versions, so a pinned one would soon be gone; the base's tag pins the release.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libdnnl-dev libprotobuf-c-dev libsqlite3-dev libssl-dev pkg-config zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /hansa
# The packages are fetched and kept as a layer of their own, which a change of sources does not touch.
COPY Package.swift ./
RUN swift package resolve
COPY . .
RUN swift build -c release --product hansa --explicit-target-dependency-import-check error
# The program, and of the Swift runtime the libraries that it asks for, stripped.
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN mkdir -p /image/usr/bin /image/usr/lib/swift/linux \
    && cp .build/release/hansa /image/usr/bin/ \
    && ldd .build/release/hansa | awk '$3 ~ "/swift/linux/" { print $3 }' \
        | xargs cp -L -t /image/usr/lib/swift/linux/ \
    && strip /image/usr/bin/hansa /image/usr/lib/swift/linux/*.so

FROM debian:bookworm-slim AS runtime
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libcurl4 libdnnl2 libprotobuf-c1 libsqlite3-0 libssl3 libstdc++6 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 65532 --user-group --no-create-home --shell /usr/sbin/nologin hansa \
    && install -d -o hansa -g hansa -m 700 /var/lib/hansa \
    && install -d -m 755 /etc/hansa \
    && install -d -o hansa -g hansa -m 700 /etc/hansa/identity
COPY --from=build /image /

# For compose.yaml's service `prepare` only: makes throwaway certificates and deals the data out.
FROM runtime AS tools
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends openssl \
    && rm -rf /var/lib/apt/lists/* \
    && for volume in authority coordinator $(seq -f client-%02g 0 9); do \
        install -d -o hansa -g hansa -m 700 "/volumes/$volume" || exit 1; \
    done
COPY Scripts/common.sh Scripts/make-certificates /usr/lib/hansa/Scripts/
COPY Docker/prepare /usr/lib/hansa/Docker/prepare
USER 65532:65532
ENTRYPOINT ["/usr/lib/hansa/Docker/prepare"]

FROM runtime AS coordinator
USER 65532:65532
WORKDIR /var/lib/hansa
VOLUME /var/lib/hansa
EXPOSE 7443
STOPSIGNAL SIGTERM
# Bash opens a connection by itself, so that no further program lies in the image; the coordinator counts it as a
# connection that said nothing.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["/bin/bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/7443"]
ENTRYPOINT ["/usr/bin/hansa"]
CMD ["serve", "--config", "/etc/hansa/coordinator.yaml"]

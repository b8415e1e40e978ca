# The thin client: `hansa-client` as Embedded Swift on Debian slim, with the system's libssl and libprotobuf-c and no
# Swift runtime. Build from the repository's root:
#
#   docker build -f Docker/client.Dockerfile -t hansa-client .
#
# Docker/README.md says why this base, how to pin bases by digest, and what was tried without a container engine.

FROM swift:6.3-bookworm AS build
# Debian's updates replace versions, so a pinned one would soon be gone; the base's tag pins the release.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libprotobuf-c-dev libssl-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /hansa
COPY . .
# Checks the digests of the Embedded build as well: an image whose bits differ is not made.
RUN Scripts/build-embedded \
    && install -D -s "$(Scripts/build-embedded --client-path)" /image/usr/bin/hansa-client

FROM debian:bookworm-slim AS client
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libprotobuf-c1 libssl3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 65532 --user-group --no-create-home --shell /usr/sbin/nologin hansa \
    && install -d -m 755 /etc/hansa-client \
    && install -d -o hansa -g hansa -m 700 /var/lib/hansa-client
COPY --from=build /image /
USER 65532:65532
WORKDIR /var/lib/hansa-client
VOLUME /var/lib/hansa-client
STOPSIGNAL SIGTERM
# The client serves nothing that could be asked, so its configuration, keys and data are looked at again.
HEALTHCHECK --interval=60s --timeout=5s --start-period=5s --retries=3 \
    CMD ["/usr/bin/hansa-client", "check", "--config", "/etc/hansa-client/client.conf"]
ENTRYPOINT ["/usr/bin/hansa-client"]
CMD ["run", "--config", "/etc/hansa-client/client.conf"]

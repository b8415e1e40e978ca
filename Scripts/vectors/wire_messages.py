#!/usr/bin/env python3
"""Golden messages of the wire, written from Proto/README.md and session.proto apart from both codecs.

Needs Python 3. Run from the repository root; rewrites Proto/golden/*.json. With --check-protoc each good message is also
read by protoc and written again, which must give the same bytes.

good.json:    messages that a codec reads, and writes again as the same bytes: kind, name, hex, note
lenient.json: messages that a codec reads, and writes again as `canonical`: kind, name, hex, canonical, note
bad.json:     messages that a codec refuses: kind, name, hex, error (the case of WireError), note
"""

import json
import struct
import subprocess
import sys
from pathlib import Path

GOLDEN = Path("Proto/golden")
U32 = 2**32 - 1
U64 = 2**64 - 1


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    """An integer, bool or enum; left out if 0."""
    return varint(field << 3) + varint(value) if value else b""


def counted(field, value, always=False):
    """A string, bytes or message; strings and bytes are left out if empty."""
    return varint(field << 3 | 2) + varint(len(value)) + value if value or always else b""


def single(field, value):
    packed = struct.pack("<f", value)
    return varint(field << 3 | 5) + packed if packed != bytes(4) else b""


def span(first, count=32):
    return bytes((first + i) % 256 for i in range(count))


def assignment(field=1, round=7, attempt=1, client=3, fence=2):
    body = number(1, round) + number(2, attempt) + number(3, client) + number(4, fence)
    return counted(field, body, always=True)


def hello(low=1, high=1, nonce=span(0), known=15, build="hansa-client 0.2".encode(), token=b"", memory=0, end=b""):
    return (
        number(1, low) + number(2, high) + counted(3, nonce) + number(4, known) + number(5, 1) + number(6, 2)
        + number(7, 1) + number(8, 0x1FFFFFFFC) + number(9, 3) + number(10, 1) + number(11, memory)
        + counted(12, build) + counted(13, token) + end
    )  # fmt: skip


def welcome(version=1, nonce=span(32), run=span(1, 16), client=3, chunk=262144, mode=1, back=0, jitter=0, token=span(64)):
    return (
        number(1, version) + counted(2, nonce) + counted(3, run) + number(4, client) + number(5, chunk)
        + number(6, 30000) + number(7, 120000) + number(8, 20000) + number(9, mode) + number(10, back)
        + number(11, jitter) + counted(12, token)
    )  # fmt: skip


def work(status, wait=0, id=b"", plan=b"", schema=b""):
    return number(1, status) + number(2, wait) + id + counted(4, plan) + counted(5, schema)


def model_request(id=assignment(), digest=span(96), offset=0, have=()):
    return id + counted(2, digest) + number(3, offset) + b"".join(counted(4, one, True) for one in have)


def model(status, digest=span(96), total=0, offset=0):
    return number(1, status) + counted(2, digest) + number(3, total) + number(4, offset)


def begin(id=assignment(), plan=span(128), total=12, payload=span(160), samples=0, has=0, loss=0.0, sections=(12,)):
    counts = b"".join(varint(one) for one in sections)
    return (
        id + counted(2, plan) + number(3, total) + counted(4, payload) + number(5, samples) + number(6, has)
        + single(7, loss) + counted(8, counts)
    )  # fmt: skip


def granted(id=assignment(), offset=0, window=1 << 20):
    return id + number(2, offset) + number(3, window)


def answer(status, id=assignment(), reason=0, kind=0, retry=0):
    return id + number(2, status) + number(3, reason) + number(4, kind) + number(5, retry)


def settled(id=assignment(), reason=14):
    return id + number(2, reason)


def refusal(reason=20, kind=2, retry=0, detail=b""):
    return number(1, reason) + number(2, kind) + number(3, retry) + counted(4, detail)


def retry_class(reason):
    return 1 if reason in (13, 26, 27, 28, 29) else 3 if reason in (16, 19, 24) else 2


good = [
    ("hello", "first", hello(), "a client's first session"),
    ("hello", "resumed", hello(high=3, token=span(64), memory=U64), "with a token, and the largest memory"),
    ("hello", "future capabilities", hello(known=U64), "bit sets may have unknown bits"),
    ("hello", "longest build", hello(build=("é" * 32).encode()), "64 bytes of UTF-8, and no character more"),
    ("hello", "no build", hello(build=b""), "a text may be empty"),
    ("workRequest", "empty", b"", "a message without fields"),
    ("modelRequest", "from the start", model_request(), ""),
    ("modelRequest", "resumed", model_request(offset=1 << 33), "an offset beyond 32 bits"),
    ("modelRequest", "eight held", model_request(have=[span(i) for i in range(8)]), "the most digests"),
    ("uploadBegin", "one section", begin(), "no sample count, no loss"),
    ("uploadBegin", "sections and fields", begin(total=600, samples=100, has=1, loss=0.75, sections=(300, 0, 300)),
     "a section of zero bytes"),
    ("uploadBegin", "loss of zero", begin(has=1), "a loss that is given and 0"),
    ("uploadBegin", "largest total", begin(total=U64, sections=(U64 - 1, 1)), "a sum of 2^64 - 1"),
    ("uploadBegin", "most sections", begin(total=4096, sections=(1,) * 4096), ""),
    ("uploadChunk", "at zero", b"", "offset 0 is left out"),
    ("uploadChunk", "later", number(1, 262144), ""),
    ("withdraw", "policy", settled(reason=15), ""),
    ("welcome", "stay", welcome(), ""),
    ("welcome", "come back", welcome(mode=2, back=60000, jitter=5000, chunk=1), "the smallest chunk"),
    ("welcome", "come back at once", welcome(mode=2), ""),
    ("work", "assigned", work(1, 0, assignment(3), span(1, 40), span(9, 30)), "a codec does not read the plan"),
    ("work", "assigned to client 0", work(1, 0, assignment(3, 1, 0, 0, 0), b"\1", b"\2"), "zeros are left out"),
    ("work", "wait", work(2, 5000), ""),
    ("work", "ask again at once", work(2), ""),
    ("work", "finished", work(3), ""),
    ("model", "follows", model(1, total=1 << 33, offset=262144), ""),
    ("model", "held", model(2), ""),
    ("model", "gone", model(3), ""),
    ("modelChunk", "far", number(1, U64), "the largest offset"),
    ("uploadGranted", "from the start", granted(), ""),
    ("uploadGranted", "resumed", granted(offset=786432, window=U32), ""),
    ("uploadProgress", "half a window", number(1, 524288), ""),
    ("uploadAnswer", "accepted", answer(1), ""),
    ("uploadAnswer", "busy", answer(2, reason=13, kind=1, retry=1500), "may be tried again"),
    ("uploadAnswer", "conflicting", answer(2, reason=7, kind=2), "never"),
    ("cancel", "round closed", settled(reason=3), ""),
    ("heartbeat", "empty", b"", ""),
    ("goodbye", "plain", b"", "a client's"),
    ("goodbye", "come back", number(1, 60000) + number(2, 5000), "a coordinator's"),
    ("refusal", "without words", refusal(), ""),
    ("refusal", "too many sessions", refusal(29, 1, 10000, b"come back later"), ""),
    ("refusal", "longest detail", refusal(24, 3, 0, b"x" * 256), ""),
] + [
    ("refusal", f"reason {reason}", refusal(reason, retry_class(reason)), "each reason with its class")
    for reason in range(1, 30)
]

lenient = [
    ("hello", "unknown fields", hello(end=number(100, 5) + counted(101, b"new") + single(102, 1.5)), hello(),
     "fields of later versions are skipped"),
    ("uploadChunk", "written zero", b"\x08\x00", b"", "a default that is written all the same"),
    ("uploadChunk", "twice", number(1, 5) + number(1, 6), number(1, 6), "the last one counts"),
    ("uploadChunk", "long varint", b"\x08\x85\x80\x00", number(1, 5), "a varint with bytes to spare"),
    ("uploadBegin", "sections not packed",
     begin(total=9, sections=()) + number(8, 4) + number(8, 5), begin(total=9, sections=(4, 5)), ""),
    ("withdraw", "fields in another order", number(2, 15) + assignment(), settled(reason=15), ""),
    ("heartbeat", "unknown field", number(9, 1), b"", ""),
]  # fmt: skip

M, V, L = "malformedMessage", "unknownValue", "tooLarge"
bad = [
    ("hello", "short nonce", hello(nonce=span(0, 31)), M, ""),
    ("hello", "long nonce", hello(nonce=span(0, 33)), M, ""),
    ("hello", "no nonce", hello(nonce=b""), M, ""),
    ("hello", "short token", hello(token=span(0, 16)), M, "0 or 32 bytes"),
    ("hello", "long build", hello(build=b"x" * 65), M, ""),
    ("hello", "build is not UTF-8", hello(build=b"\xff\xfe"), M, ""),
    ("hello", "overlong UTF-8", hello(build=b"\xc0\x80"), M, ""),
    ("hello", "build with NUL", hello(build=b"hansa\x00x"), M, "which a C string would hide"),
    ("hello", "too large", hello(end=counted(100, bytes(1024))), L, "unknown fields count, too"),
    ("hello", "cut", hello()[:-1], M, ""),
    ("workRequest", "not protobuf", b"\xff", M, ""),
    ("modelRequest", "no assignment", model_request(id=b""), M, ""),
    ("modelRequest", "short digest", model_request(digest=span(0, 20)), M, ""),
    ("modelRequest", "nine held", model_request(have=[span(i) for i in range(9)]), M, ""),
    ("modelRequest", "held digest short", model_request(have=[span(0), span(1, 31)]), M, ""),
    ("modelRequest", "held digest empty", model_request(have=[b""]), M, ""),
    ("uploadBegin", "no assignment", begin(id=b""), M, ""),
    ("uploadBegin", "short plan digest", begin(plan=span(0, 31)), M, ""),
    ("uploadBegin", "no payload digest", begin(payload=b""), M, ""),
    ("uploadBegin", "sum below total", begin(total=13), M, ""),
    ("uploadBegin", "sum overflows", begin(total=1, sections=(U64, 2)), M, "2^64 + 1 is not 1"),
    ("uploadBegin", "no sections", begin(sections=()), M, ""),
    ("uploadBegin", "too many sections", begin(total=4097, sections=(1,) * 4097), M, ""),
    ("uploadBegin", "loss that is not given", begin(has=0, loss=0.5), M, ""),
    ("uploadBegin", "negative zero that is not given", begin(has=0, loss=-0.0), M, "every bit is looked at"),
    ("withdraw", "no assignment", settled(id=b""), M, ""),
    ("withdraw", "no reason", settled(reason=0), V, ""),
    ("withdraw", "unknown reason", settled(reason=31), V, ""),
    ("withdraw", "reason of another byte", settled(reason=256 + 15), V, "only the low byte is known"),
    ("withdraw", "negative reason", assignment() + varint(16) + varint(U64), V, ""),
    ("welcome", "chunk of zero", welcome(chunk=0), M, ""),
    ("welcome", "chunk above the limit", welcome(chunk=262145), M, ""),
    ("welcome", "short nonce", welcome(nonce=span(0, 8)), M, ""),
    ("welcome", "short run", welcome(run=span(0, 15)), M, ""),
    ("welcome", "no token", welcome(token=b""), M, ""),
    ("welcome", "no contact mode", welcome(mode=0), V, ""),
    ("welcome", "unknown contact mode", welcome(mode=3), V, ""),
    ("welcome", "stay, with a time", welcome(mode=1, back=1), M, ""),
    ("welcome", "stay, with a jitter", welcome(mode=1, jitter=1), M, ""),
    ("work", "no status", work(0), V, ""),
    ("work", "unknown status", work(4), V, ""),
    ("work", "assigned without assignment", work(1, 0, b"", b"\1", b"\2"), M, ""),
    ("work", "assigned, and wait", work(1, 5, assignment(3), b"\1", b"\2"), M, ""),
    ("work", "wait, with a plan", work(2, 5, b"", b"\1"), M, ""),
    ("work", "wait, with an assignment", work(2, 5, assignment(3)), M, ""),
    ("work", "finished, with a time", work(3, 5), M, ""),
    ("work", "finished, with a schema", work(3, 0, b"", b"", b"\2"), M, ""),
    ("model", "no status", model(0), V, ""),
    ("model", "unknown status", model(4), V, ""),
    ("model", "short digest", model(1, digest=span(0, 31), total=4), M, ""),
    ("model", "held, with a total", model(2, total=4), M, ""),
    ("model", "gone, with an offset", model(3, offset=4), M, ""),
    ("uploadGranted", "no assignment", granted(id=b""), M, ""),
    ("uploadGranted", "assignment cut", b"\x0a\x05\x08\x07", M, "a length that lies"),
    ("uploadAnswer", "no assignment", answer(1, id=b""), M, ""),
    ("uploadAnswer", "no status", answer(0), V, ""),
    ("uploadAnswer", "unknown status", answer(3), V, ""),
    ("uploadAnswer", "accepted, with a reason", answer(1, reason=13), M, ""),
    ("uploadAnswer", "accepted, with a class", answer(1, kind=1), M, ""),
    ("uploadAnswer", "accepted, with a time", answer(1, retry=1), M, ""),
    ("uploadAnswer", "refused without reason", answer(2, kind=2), V, ""),
    ("uploadAnswer", "unknown reason", answer(2, reason=200, kind=2), V, ""),
    ("uploadAnswer", "refused without class", answer(2, reason=7), V, ""),
    ("uploadAnswer", "unknown class", answer(2, reason=7, kind=4), V, ""),
    ("uploadAnswer", "another reason's class", answer(2, reason=7, kind=1), M, ""),
    ("cancel", "no assignment", settled(id=b""), M, ""),
    ("cancel", "unknown reason", settled(reason=99), V, ""),
    ("uploadChunk", "varint without end", b"\x08\xff", M, ""),
    ("uploadProgress", "too large", counted(100, bytes(126)), L, "129 bytes"),
    ("heartbeat", "cut field", b"\x48", M, ""),
    ("refusal", "no reason", refusal(reason=0), V, ""),
    ("refusal", "another reason's class", refusal(20, 1), M, ""),
    ("refusal", "no class", refusal(20, 0), V, ""),
    ("refusal", "long detail", refusal(detail=b"x" * 257), M, ""),
    ("refusal", "detail is not UTF-8", refusal(detail=b"caf\xe9"), M, ""),
    ("refusal", "detail with NUL", refusal(detail=b"\x00"), M, ""),
]


def write(name, rows):
    text = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
    (GOLDEN / name).write_text("[\n" + text + "\n]\n", encoding="utf-8")


def check_protoc():
    for kind, name, data, _ in good:
        message = "hansa.v1." + kind[0].upper() + kind[1:]
        call = ["protoc", "--proto_path=Proto", "hansa/v1/session.proto"]
        read = subprocess.run(call + [f"--decode={message}"], input=data, capture_output=True, check=True)
        again = subprocess.run(call + [f"--encode={message}"], input=read.stdout, capture_output=True, check=True)
        if again.stdout != data:
            sys.exit(f"protoc writes {kind} '{name}' as {again.stdout.hex()}, not {data.hex()}")
    print(f"protoc agrees on {len(good)} messages")


GOLDEN.mkdir(exist_ok=True)
write("good.json", [dict(kind=k, name=n, hex=d.hex(), note=t) for k, n, d, t in good])
write("lenient.json", [dict(kind=k, name=n, hex=d.hex(), canonical=c.hex(), note=t) for k, n, d, c, t in lenient])
write("bad.json", [dict(kind=k, name=n, hex=d.hex(), error=e, note=t) for k, n, d, e, t in bad])
if "--check-protoc" in sys.argv[1:]:
    check_protoc()

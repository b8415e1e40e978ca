#!/usr/bin/env python3
"""Section 13 of Proto/README.md: a whole session in hex, made with the Python client's code and Python's protobuf.

Needs what Tests/Interoperability/python_client.py needs. Run from the repository root; rewrites the section, taking
schema, model, plan and update from the sections before it, and Proto/golden/session.json, which has the same frames
whole: from, kind, name, hex. With --check it changes nothing and exits with 1 if either is not what it would write.
"""

import hashlib
import json
import re
import struct
import sys
import textwrap
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, "Tests/Interoperability")

from python_client import HEADER, NUMBERS, pack, read_model, read_plan, read_schema, wire  # noqa: E402

PAGE = Path("Proto/README.md")
GOLDEN = Path("Proto/golden/session.json")
TITLE = "## 13. A round, frame by frame\n"
RUN = struct.pack(">QQ", 1, 2)

INTRODUCTION = """
Client 3 takes part in round 1 of the run above: after TLS, with the schema, the model, the plan and the packed integers
of sections 5 to 8, and the nonces and the session number of section 2. Each block is a frame: its header, then its
message, a long field a line and short ones together, then parameter bytes. Fields are in ascending order, as most
libraries write them. [`golden/session.json`](golden/session.json) has the same frames whole.
"""


def blocks_of(page):
    found = re.findall(r"```hex (\S+)\n(.*?)```", page, re.DOTALL)
    return {name: bytes.fromhex(re.sub(r"\s", "", text)) for name, text in found}


def hexadecimal(data):
    lines = [" ".join(f"{byte:02x}" for byte in data[start : start + 34]) for start in range(0, len(data), 34)]
    return "\n".join(lines)


def varint(data, place):
    value, shift = 0, 0
    while True:
        byte = data[place]
        value, shift, place = value | (byte & 127) << shift, shift + 7, place + 1
        if byte < 128:
            return value, place


def fields(message):
    """The message's bytes cut into fields."""
    place = 0
    while place < len(message):
        start = place
        key, place = varint(message, place)
        if key & 7 == 0:
            _, place = varint(message, place)
        elif key & 7 == 2:
            length, place = varint(message, place)
            place += length
        else:
            place += 4 if key & 7 == 5 else 8
        yield message[start:place]


def lines(message):
    """A line for each field of more than 12 bytes, and shorter ones together."""
    short = b""
    for field in fields(message):
        if len(field) <= 12 and len(short) + len(field) <= 32:
            short += field
            continue
        if short:
            yield hexadecimal(short)
        short = field if len(field) <= 12 else b""
        if not short:
            yield hexadecimal(field)
    if short:
        yield hexadecimal(short)


class Session:
    """Writes frames as blocks, and counts them."""

    def __init__(self, number):
        self.number, self.counts, self.text, self.rows = number, {"client": 0, "coordinator": 0}, [], []

    def frame(self, side, name, words, message, data=b"", references=()):
        """One frame; `references` are byte strings that the page has elsewhere, left out but for key and length."""
        body = message.SerializeToString()
        number = 0 if name == "hello" else self.number
        kind = NUMBERS[type(message)]
        header = HEADER.pack(len(body) + len(data), 1, kind, 0, number, self.counts[side], len(body))
        self.counts[side] += 1
        kind_name = type(message).__name__
        kind_name = kind_name[0].lower() + kind_name[1:]
        self.rows.append({"from": side, "kind": kind_name, "name": name, "hex": (header + body + data).hex()})
        if references:
            shown, rest = [], body
            for reference in references:
                before, found, rest = rest.partition(reference)
                if not found:
                    sys.exit(f"a reference of {name} is not in its message")
                shown.append(hexadecimal(before))
            if rest:
                shown.append(hexadecimal(rest))
        else:
            shown = list(lines(body))
        if data:
            shown.append(hexadecimal(data))
        places = (0, 4, 8, 16, 20, 24)
        parts = [hexadecimal(header[start:end]) for start, end in zip(places, places[1:])]
        block = "\n".join(["  ".join(parts), *shown])
        words = textwrap.fill(words, 120, break_on_hyphens=False)
        self.text.append(f"\n{words}\n\n```hex frame-{name}\n{block}\n```\n")


def section(page):
    known = blocks_of(page)
    schema, plan_bytes, content, tail = known["schema"], known["plan"], known["model"], known["tail"]
    blocks = read_schema(schema)
    plan = read_plan(plan_bytes, blocks)
    read_model(plan, hashlib.sha256(schema).digest(), content)
    if plan.run != RUN or pack([1, -1, 15, -15, 0, 7, -8, 2], plan.up[0].width) != tail:
        sys.exit("the run or the update of the page is not the expected one")
    client_nonce, server_nonce, token = (bytes(range(start, start + 32)) for start in (0, 32, 64))
    digest = hashlib.sha256(b"hansa session 1" + client_nonce + server_nonce).digest()
    if digest[:8] != known["session"]:
        sys.exit("the session number is not the page's")
    session = Session(struct.unpack("<Q", digest[:8])[0])
    assignment = wire.AssignmentId(round=1, attempt=0, client=3, fence=1)

    session.frame(
        "client", "hello",
        "`Hello`: versions 1 to 1, the nonce, capabilities 1 + 2, plan format 1, job kind 1, no noise, "
        "integers of 2 to 32 bits, section encodings 0 and 1, trainer kind 0, the program's name.",
        wire.Hello(
            version_min=1, version_max=1, client_nonce=client_nonce, capabilities=3, plan_format_max=1, job_kinds=2,
            mechanisms=1, widths=sum(1 << bits for bits in range(2, 33)), codecs=3, trainer_kinds=1, build="example 1",
        ),
    )  # fmt: skip
    session.frame(
        "coordinator", "welcome",
        "`Welcome`: version 1, the nonce, the run, client 3, chunks of up to 4,096 bytes, heartbeats after 30 s of "
        "silence, the end after 120 s, requests for work held for up to 20 s, stay connected, the token.",
        wire.Welcome(
            version=1, server_nonce=server_nonce, run=RUN, client=3, chunk_byte_count_max=4096,
            heartbeat_milliseconds=30_000, idle_milliseconds=120_000, hold_milliseconds=20_000,
            contact=wire.CONTACT_MODE_STAY, resume_token=token,
        ),
    )  # fmt: skip
    words = "`WorkRequest` has no fields, so its frame is a header."
    session.frame("client", "work-request", words, wire.WorkRequest())
    session.frame(
        "coordinator", "work",
        "`Work`: assigned, the assignment (round 1, attempt 0, client 3, fence 1), the plan and the schema. After the "
        f"second line come the {len(plan_bytes)} bytes of the plan (section 7), after the third the {len(schema)} "
        "bytes of the schema (section 5).",
        wire.Work(status=wire.WORK_STATUS_ASSIGNED, assignment=assignment, plan=plan_bytes, schema=schema),
        references=(plan_bytes, schema),
    )  # fmt: skip
    session.frame(
        "client", "model-request", "`ModelRequest`: the assignment, the model's digest; offset 0 is left out.",
        wire.ModelRequest(assignment=assignment, digest=plan.model),
    )  # fmt: skip
    session.frame(
        "coordinator", "model", f"`Model`: follows, the digest, {len(content)} bytes in all.",
        wire.Model(status=wire.MODEL_STATUS_FOLLOWS, digest=plan.model, total_byte_count=len(content)),
    )  # fmt: skip
    session.frame(
        "coordinator", "model-chunk",
        "`ModelChunk`: at offset 0, so the message is empty; all after the header are parameter bytes.",
        wire.ModelChunk(), content,
    )  # fmt: skip
    session.frame(
        "client", "upload-begin",
        "`UploadBegin` after training on 20 examples: the assignment, the plan's digest, 5 bytes in all, their digest, "
        "20 examples, one section of 5 bytes.",
        wire.UploadBegin(
            assignment=assignment, plan_digest=hashlib.sha256(plan_bytes).digest(), total_byte_count=len(tail),
            payload_digest=hashlib.sha256(tail).digest(), sample_count=20, section_byte_counts=[len(tail)],
        ),
    )  # fmt: skip
    session.frame(
        "coordinator", "upload-granted", "`UploadGranted`: the assignment, from offset 0, a window of 8,192 bytes.",
        wire.UploadGranted(assignment=assignment, offset=0, window_byte_count=8192),
    )  # fmt: skip
    session.frame(
        "client", "upload-chunk",
        "`UploadChunk`: at offset 0, with the integers 1, −1, 15, −15, 0, 7, −8, 2 of section 8 as parameter bytes.",
        wire.UploadChunk(), tail,
    )  # fmt: skip
    session.frame(
        "coordinator", "upload-answer", "`UploadAnswer`: the assignment, accepted.",
        wire.UploadAnswer(assignment=assignment, status=wire.UPLOAD_STATUS_ACCEPTED),
    )  # fmt: skip
    session.frame("client", "goodbye", "`Goodbye`, without a time: only the coordinator names one.", wire.Goodbye())
    golden = ",\n".join("  " + json.dumps(row) for row in session.rows)
    return TITLE + INTRODUCTION + "".join(session.text), f"[\n{golden}\n]\n"


def main():
    page = PAGE.read_text(encoding="utf-8")
    start = page.index("\n" + TITLE) + 1
    text, golden = section(page[:start])
    if "--check" in sys.argv[1:]:
        if page[start:] != text:
            sys.exit(f"section 13 of {PAGE} is not what Scripts/vectors/protocol_session.py writes")
        if GOLDEN.read_text(encoding="utf-8") != golden:
            sys.exit(f"{GOLDEN} is not what Scripts/vectors/protocol_session.py writes")
        return
    PAGE.write_text(page[:start] + text, encoding="utf-8")
    GOLDEN.write_text(golden, encoding="utf-8")


main()

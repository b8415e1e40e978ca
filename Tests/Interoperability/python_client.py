#!/usr/bin/env python3
"""A Hansa client written from Proto/README.md and session.proto alone; "§" in comments is a section of that page.

Needs Python 3, protoc and the module google.protobuf. It takes part in a run until the run is finished:

    python_client.py --address 127.0.0.1:7443 --ca ca.pem --certificate me.pem --key me.key --state FOLDER

What it sends is either trained (softmax regression on examples of its own, in plain Python floats) or, with
--constant-update N, the integers N * (i mod 3 - 1) for coordinate i, so that a test knows every bit. It writes one JSON
object a line to standard output, each model that it was sent to FOLDER/model-DIGEST, and each accepted update to
FOLDER/accepted-ROUND. Exit codes: 0 the run is finished or what was asked for is done, 76 refused for good, 75 the
coordinator was not reached.
"""

import argparse
import hashlib
import json
import math
import os
import random
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace


def load_messages():
    """The module of session.proto's messages, made by protoc now so that nothing generated is kept."""
    root = Path(__file__).resolve().parents[2] / "Proto"
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["protoc", f"-I{root}", f"--python_out={folder}", "hansa/v1/session.proto"]
        subprocess.run(arguments, cwd=root, check=True)
        sys.path.insert(0, folder)
        from hansa.v1 import session_pb2
    return session_pb2


wire = load_messages()

# §2: the kinds of frames.
KINDS = {
    1: wire.Hello, 2: wire.WorkRequest, 3: wire.ModelRequest, 4: wire.UploadBegin, 5: wire.UploadChunk,
    6: wire.Withdraw, 33: wire.Welcome, 34: wire.Work, 35: wire.Model, 36: wire.ModelChunk, 37: wire.UploadGranted,
    38: wire.UploadProgress, 39: wire.UploadAnswer, 40: wire.Cancel, 65: wire.Heartbeat, 66: wire.Goodbye,
    67: wire.Refusal,
}  # fmt: skip
NUMBERS = {message: kind for kind, message in KINDS.items()}
HEADER = struct.Struct("<IBBHQII")
# §10: the largest message of each kind, 128 where none is named, and the parameter bytes of a frame.
MESSAGE_BYTES = {
    wire.Hello: 1024, wire.Welcome: 1024, wire.Refusal: 1024, wire.Work: 262_144 + 1_048_576 + 128,
    wire.UploadBegin: 41_216, wire.ModelRequest: 512,
}  # fmt: skip
CHUNK_BYTES = 262_144
GROUP = 512
RETURNS_LOSS = 2
# §7: what this program can do, and so what a plan may require: packed integers and norm bounds on integers. Its floats
# are not those of the exact trainer.
CAPABILITIES = 1 | 4
LAYERS = ["layers.0.weight", "layers.0.bias"]


class Refused(Exception):
    """The session ended by a refusal, ours or the coordinator's."""

    def __init__(self, reason, retry=None, ours=False):
        super().__init__(reason)
        self.reason, self.retry, self.ours = reason, retry, ours


class SaidGoodbye(Exception):
    """The coordinator said goodbye; the message says when to come back."""


def reason_name(number):
    return wire.RefusalReason.Name(number).removeprefix("REFUSAL_REASON_")


def report(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


# §5 and §7: canonical bytes.


class Reader:
    """Little-endian numbers from canonical bytes."""

    def __init__(self, data):
        self.data, self.place = data, 0

    def take(self, count):
        if self.place + count > len(self.data):
            raise ValueError("the canonical bytes end early")
        self.place += count
        return self.data[self.place - count : self.place]

    def read(self, form):
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))

    def one(self, form):
        return self.read(form)[0]

    def end(self):
        if self.place != len(self.data):
            raise ValueError("bytes are left over")


def read_schema(data):
    """§5: the blocks, each with name, shape, role and number of parameters."""
    reader, blocks = Reader(data), []
    for _ in range(reader.one("I")):
        name = reader.take(reader.one("I")).decode()
        shape = [reader.one("I") for _ in range(reader.one("B"))]
        role, _layer, _index = reader.read("BII")
        blocks.append(SimpleNamespace(name=name, shape=shape, is_local=role == 3, count=math.prod(shape)))
    reader.end()
    return blocks


def read_section(reader, blocks):
    first, end, encoding = reader.read("IIB")
    section = SimpleNamespace(count=sum(block.count for block in blocks[first:end]), packed=encoding == 1)
    if encoding == 1:
        section.step, section.shift, section.bound, section.width = reader.read("dBqB")
        section.bytes = section.count // GROUP * 64 * section.width + -(section.count % GROUP * section.width // -8)
    elif encoding == 0:
        section.bytes = 4 * section.count
    else:
        raise ValueError("a section's encoding is not known")
    return section


def read_plan(data, blocks):
    """§7: the plan's fields by name."""
    reader, plan = Reader(data), SimpleNamespace()
    if reader.one("B") != 1:
        raise ValueError("the plan's format is not 1")
    plan.run = struct.pack(">QQ", *reader.read("QQ"))
    plan.round, plan.attempt, plan.job, plan.phase, plan.role = reader.read("IIBIB")
    plan.model, plan.version = reader.take(32), reader.one("Q")
    plan.epochs, plan.batch, plan.rate, plan.momentum, plan.decay, plan.shuffles, plan.steps = reader.read("IIfffBI")
    plan.weighting, plan.cap, plan.clip, plan.clip_bound, plan.noise = reader.read("BIBdB")
    plan.down = [read_section(reader, blocks) for _ in range(reader.one("I"))]
    plan.up = [read_section(reader, blocks) for _ in range(reader.one("I"))]
    plan.deadline, plan.returned, plan.required = reader.read("IIQ")
    reader.end()
    return plan


# §8: packing.


def pack(values, width):
    """Groups of 512 as lanes of 32-bit words, the rest in their order."""
    mask, out = (1 << width) - 1, bytearray()
    whole = len(values) // GROUP * GROUP
    for start in range(0, whole, GROUP):
        lanes = []
        for lane in range(16):
            bits = 0
            for position in range(32):
                bits |= (values[start + 16 * position + lane] & mask) << (width * position)
            lanes.append(struct.unpack(f"<{width}I", bits.to_bytes(4 * width, "little")))
        for word in range(width):
            out += struct.pack("<16I", *(lane[word] for lane in lanes))
    bits = 0
    for index, value in enumerate(values[whole:]):
        bits |= (value & mask) << (width * index)
    return bytes(out) + bits.to_bytes(-((len(values) - whole) * width // -8), "little")


def unpack(data, count, width):
    """The integers again; the padding must be 0."""
    mask, sign, values = (1 << width) - 1, 1 << (width - 1), []

    def signed(bits, index):
        value = bits >> (width * index) & mask
        return (value ^ sign) - sign

    for start in range(0, count // GROUP * 64 * width, 64 * width):
        words = struct.unpack_from(f"<{16 * width}I", data, start)
        lanes = [int.from_bytes(struct.pack(f"<{width}I", *words[lane::16]), "little") for lane in range(16)]
        values += [signed(lanes[lane], position) for position in range(32) for lane in range(16)]
    rest = count - len(values)
    bits = int.from_bytes(data[len(data) - -(rest * width // -8) :] if rest else b"", "little")
    if bits >> (rest * width):
        raise ValueError("padding that is not 0")
    return values + [signed(bits, index) for index in range(rest)]


def nearest_float(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def read_model(plan, schema_digest, content):
    """§6: the parameters of the blocks that are not local; raises where they are not the plan's model."""
    if hashlib.sha256(schema_digest + content).digest() != plan.model:
        raise ValueError("the model is not the plan's")
    parameters, place = [], 0
    for section in plan.down:
        part, place = content[place : place + section.bytes], place + section.bytes
        if section.packed:
            unit = section.step * 2.0**section.shift
            parameters += [nearest_float(q * unit) for q in unpack(part, section.count, section.width)]
        else:
            parameters += struct.unpack(f"<{section.count}f", part)
    return parameters


def read_update(path):
    """An update as this client keeps it: the UploadBegin, counted by a u32, and the payload."""
    whole = path.read_bytes()
    length = struct.unpack_from("<I", whole)[0]
    return wire.UploadBegin.FromString(whole[4 : 4 + length]), whole[4 + length :]


# §7: local work.


def make_examples(count, inputs, classes, seed):
    """Examples of this client's own: each class around a point that all clients share."""
    centres = random.Random(0)
    points = [[centres.gauss(0, 1) for _ in range(inputs)] for _ in range(classes)]
    own = random.Random(seed)
    labels = [own.randrange(classes) for _ in range(count)]
    return [([own.gauss(centre, 0.5) for centre in points[label]], label) for label in labels]


def train(parameters, blocks, plan, examples, generator):
    """Softmax regression as the plan says: the trained parameters, and the mean loss over the examples seen."""
    classes, inputs = blocks[0].shape
    w, velocity = list(parameters), [0.0] * len(parameters)
    order, steps, loss, seen = list(range(len(examples))), 0, 0.0, 0
    batch = plan.batch or len(examples)
    for _ in range(plan.epochs):
        if plan.shuffles:
            generator.shuffle(order)
        for start in range(0, len(order), batch):
            if plan.steps and steps == plan.steps:
                return w, loss / seen
            chosen, gradient = order[start : start + batch], [0.0] * len(w)
            for index in chosen:
                features, label = examples[index]
                rows = [w[k * inputs : (k + 1) * inputs] for k in range(classes)]
                logits = [math.fsum(map(lambda a, b: a * b, row, features)) for row in rows]
                logits = [logit + bias for logit, bias in zip(logits, w[classes * inputs :])]
                top = max(logits)
                total = math.fsum(math.exp(logit - top) for logit in logits)
                loss, seen = loss + top + math.log(total) - logits[label], seen + 1
                for k in range(classes):
                    error = (math.exp(logits[k] - top) / total - (k == label)) / len(chosen)
                    for j in range(inputs):
                        gradient[k * inputs + j] += error * features[j]
                    gradient[classes * inputs + k] += error
            for i in range(len(w)):
                velocity[i] = plan.momentum * velocity[i] + gradient[i] + plan.decay * w[i]
                w[i] -= plan.rate * velocity[i]
            steps += 1
    return w, loss / seen


def quantize(x, plan, generator):
    """§8: stochastic rounding to integers, within each section's bound, and the norm bound on the integers."""
    scale = 1.0
    while True:
        values, place = [], 0
        for section in plan.up:
            unit = section.step * 2.0**section.shift
            for value in x[place : place + section.count]:
                exact = value * scale / unit
                low = math.floor(exact)
                q = low + (generator.random() < exact - low)
                values.append(max(-section.bound, min(section.bound, q)))
            place += section.count
        if plan.clip == 0 or norm(values, plan) <= plan.clip_bound:
            return values
        scale *= 0.99 * plan.clip_bound / norm(values, plan)


def norm(values, plan):
    sizes, place = [], 0
    for section in plan.up:
        sizes += [abs(q) * section.step * 2.0**section.shift for q in values[place : place + section.count]]
        place += section.count
    return math.fsum(sizes) if plan.clip == 1 else math.sqrt(math.fsum(size * size for size in sizes))


# §2: frames in TLS.


class Session:
    """One connection: sends and receives whole frames, and knows session and sequence numbers."""

    def __init__(self, options, token):
        host, port = options.address.rsplit(":", 1)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_verify_locations(options.ca)
        context.load_cert_chain(options.certificate, options.key)
        plain = socket.create_connection((host, int(port)), timeout=10)
        self.socket = context.wrap_socket(plain, server_hostname=options.server_name)
        self.buffer, self.number, self.sent, self.received = b"", 0, 0, 0
        self.cancelled, self.heartbeat, self.chunk = [], 10.0, CHUNK_BYTES
        nonce = os.urandom(32)
        self.send(
            wire.Hello(
                version_min=1, version_max=1, client_nonce=nonce, capabilities=CAPABILITIES, plan_format_max=1,
                job_kinds=1 << 1, mechanisms=1 << 0, widths=sum(1 << n for n in range(2, 33)), codecs=1 << 0 | 1 << 1,
                trainer_kinds=1 << 1, build="python_client 1", resume_token=token,
            )  # fmt: skip
        )
        self.welcome = self.receive(wire.Welcome, before=lambda welcome: self.open(nonce, welcome))[0]
        self.heartbeat = self.welcome.heartbeat_milliseconds / 1000
        self.chunk = self.welcome.chunk_byte_count_max

    def open(self, nonce, welcome):
        """The session number, needed to check the header of the Welcome that gives it."""
        digest = hashlib.sha256(b"hansa session 1" + nonce + welcome.server_nonce).digest()
        self.number = struct.unpack("<Q", digest[:8])[0]

    def frame(self, message, data=b"", sequence=None):
        body = message.SerializeToString()
        sequence = self.sent if sequence is None else sequence
        length, kind = len(body) + len(data), NUMBERS[type(message)]
        return HEADER.pack(length, 1, kind, 0, self.number, sequence, len(body)) + body + data

    def send(self, message, data=b""):
        self.send_bytes(self.frame(message, data))
        self.sent += 1

    def send_bytes(self, data):
        try:
            self.socket.sendall(data)
        except (ConnectionError, ssl.SSLError):
            # What the coordinator said before it closed explains more than the broken pipe.
            self.receive(())
            raise

    def refuse(self, reason):
        number = wire.RefusalReason.Value("REFUSAL_REASON_" + reason)
        after_update = reason in ("UNSUPPORTED_VERSION", "UNKNOWN_VALUE")
        kind = wire.REFUSAL_CLASS_AFTER_UPDATE if after_update else wire.REFUSAL_CLASS_NEVER
        self.socket.sendall(self.frame(wire.Refusal(reason=number, refusal_class=kind)))
        raise Refused(reason, ours=True)

    def take(self, count):
        """Bytes of the stream; says something when this side has been silent for too long (§3)."""
        while len(self.buffer) < count:
            self.socket.settimeout(self.heartbeat)
            try:
                part = self.socket.recv(65_536)
            except TimeoutError:
                if self.number == 0:
                    raise
                self.send(wire.Heartbeat())
                continue
            if not part:
                raise ConnectionError("the coordinator closed the connection")
            self.buffer += part
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def receive(self, *expected, before=None):
        """The next message of one of these types, and its parameter bytes; heartbeats and cancellations are noted."""
        while True:
            length, layout, kind, zero, number, sequence, message_length = HEADER.unpack(self.take(HEADER.size))
            if layout != 1:
                self.refuse("UNSUPPORTED_VERSION")
            if kind not in KINDS:
                self.refuse("UNKNOWN_VALUE")
            data_length = length - message_length
            if zero or data_length < 0 or (data_length > 0) != (kind == 36):
                self.refuse("MALFORMED")
            if message_length > MESSAGE_BYTES.get(KINDS[kind], 128) or data_length > self.chunk:
                self.refuse("TOO_LARGE")
            try:
                message = KINDS[kind].FromString(self.take(message_length))
            except Exception:
                self.refuse("MALFORMED")
            data = self.take(data_length)
            if before and kind == 33:
                before(message)
            if number != self.number or sequence != self.received:
                self.refuse("WRONG_SESSION")
            self.received += 1
            if kind == 67:
                is_later = message.refusal_class == wire.REFUSAL_CLASS_RETRY_LATER
                raise Refused(reason_name(message.reason), message.retry_milliseconds if is_later else None)
            if kind == 66:
                raise SaidGoodbye(message)
            if kind == 40:
                self.cancelled.append(message.assignment)
                report("cancelled", reason=reason_name(message.reason))
            elif type(message) in expected:
                return message, data
            elif kind != 65:
                self.refuse("UNEXPECTED_MESSAGE")

    def close(self):
        """Ends TLS in order, so that the coordinator need not take the end for a cut."""
        try:
            self.socket.settimeout(2)
            self.socket.unwrap()
        except OSError:
            pass
        self.socket.close()


# §3: the client.


class Client:
    def __init__(self, options):
        self.options, self.state = options, Path(options.state)
        self.state.mkdir(parents=True, exist_ok=True)
        self.token, self.chunks_sent, self.accepted = b"", 0, 0
        self.generator = random.Random(options.seed)

    def run(self):
        """Sessions until the run is finished; what ends each says when the next may begin."""
        failures = 0
        while True:
            session = None
            try:
                session = Session(self.options, self.token)
                self.token, failures = session.welcome.resume_token, 0
                report("welcome", client=session.welcome.client, run=session.welcome.run.hex())
                pause = self.work(session)
                if pause is None:
                    return 0
            except Refused as refusal:
                report("refused", reason=refusal.reason, ours=refusal.ours)
                if self.options.misbehave:
                    return 0
                if refusal.retry is None:
                    return 76
                pause = refusal.retry / 1000
            except SaidGoodbye as goodbye:
                pause = self.jitter(goodbye.args[0])
            except (OSError, EOFError) as error:
                report("disconnected", error=str(error))
                # §3: uniform in 0 to min(60 s, 0.5 s * 2^n).
                pause = random.uniform(0, min(60, 0.5 * 2**failures))
                failures += 1
                if failures > self.options.tries:
                    return 75
            finally:
                if session:
                    session.close()
            time.sleep(pause)

    def jitter(self, times):
        """§3: a time uniform in return ± jitter, in seconds."""
        middle, spread = times.return_milliseconds, times.return_jitter_milliseconds
        return max(0, random.uniform(middle - spread, middle + spread)) / 1000

    def work(self, session):
        """One session: None at the end of the run, else the seconds until the next session."""
        while True:
            self.submit_kept(session)
            if self.options.rounds and self.accepted >= self.options.rounds:
                session.send(wire.Goodbye())
                return None
            session.send(wire.WorkRequest())
            if self.options.misbehave == "replay":
                # §2: the frame that was just sent, once more.
                session.send_bytes(session.frame(wire.WorkRequest(), sequence=session.sent - 1))
            if self.options.misbehave == "oversize":
                # §10: a header whose length is above every limit.
                session.send_bytes(HEADER.pack(2**31, 1, 5, 0, session.number, session.sent, 4))
            work, _ = session.receive(wire.Work)
            if work.status == wire.WORK_STATUS_FINISHED:
                report("finished")
                session.send(wire.Goodbye())
                return None
            if work.status == wire.WORK_STATUS_WAIT:
                if session.welcome.contact == wire.CONTACT_MODE_RETURN:
                    session.send(wire.Goodbye())
                    return self.jitter(session.welcome)
                time.sleep(work.wait_milliseconds / 1000)
                continue
            self.take_work(session, work)

    def take_work(self, session, work):
        """One assignment, up to an update that is kept; withdraws where it cannot be done."""
        assignment = work.assignment
        try:
            blocks = read_schema(work.schema)
            plan = read_plan(work.plan, blocks)
        except (ValueError, struct.error, UnicodeDecodeError):
            return session.send(wire.Withdraw(assignment=assignment, reason=wire.REFUSAL_REASON_MALFORMED))
        report("work", round=plan.round, attempt=plan.attempt, version=plan.version, model=plan.model.hex(),
               plan=work.plan.hex(), schema=work.schema.hex(), fence=assignment.fence)  # fmt: skip
        fits = (plan.run, plan.round, plan.attempt) == (session.welcome.run, assignment.round, assignment.attempt)
        if not fits or assignment.client != session.welcome.client:
            return session.send(wire.Withdraw(assignment=assignment, reason=wire.REFUSAL_REASON_PLAN_MISMATCH))
        if plan.required & ~CAPABILITIES or plan.job != 1 or plan.noise != 0:
            return session.send(wire.Withdraw(assignment=assignment, reason=wire.REFUSAL_REASON_MISSING_CAPABILITY))
        parameters = self.fetch(session, assignment, plan, blocks, work.schema)
        if parameters is None:
            return None
        if self.options.constant_update is None and [block.name for block in blocks] != LAYERS:
            return session.send(wire.Withdraw(assignment=assignment, reason=wire.REFUSAL_REASON_MODEL_MISMATCH))
        return self.keep(assignment, work.plan, plan, *self.train(parameters, plan, blocks))

    def fetch(self, session, assignment, plan, blocks, schema):
        """§3: the model, from where an earlier try stopped; None if it is gone."""
        path = self.state / f"model-{plan.model.hex()}"
        part = path.with_suffix(".part")
        total = sum(section.bytes for section in plan.down)
        while True:
            content = path.read_bytes() if path.exists() else part.read_bytes() if part.exists() else b""
            if len(content) < total:
                session.send(wire.ModelRequest(assignment=assignment, digest=plan.model, offset=len(content)))
                model, _ = session.receive(wire.Model)
                report("model", offset=model.offset, status=model.status)
                if model.status != wire.MODEL_STATUS_FOLLOWS:
                    return None
                if (model.digest, model.total_byte_count, model.offset) != (plan.model, total, len(content)):
                    session.refuse("WRONG_OFFSET")
                while len(content) < total:
                    chunk, data = session.receive(wire.ModelChunk)
                    if chunk.offset != len(content) or chunk.offset + len(data) > total:
                        session.refuse("WRONG_OFFSET")
                    content += data
                    part.write_bytes(content)
                    if self.options.stop_after_model_bytes and len(content) >= self.options.stop_after_model_bytes:
                        report("stopped", bytes=len(content))
                        os._exit(0)
                part.replace(path)
            try:
                return read_model(plan, hashlib.sha256(schema).digest(), content)
            except ValueError:
                # §6: what does not match is dropped and fetched again.
                report("damaged", model=plan.model.hex())
                path.unlink()

    def train(self, parameters, plan, blocks):
        """The update's integers, the number of examples, and the mean loss."""
        count, number = self.options.examples, self.options.constant_update
        if number is not None:
            values = [number * (i % 3 - 1) for i in range(sum(section.count for section in plan.up))]
            return values, count, 1.0
        classes, inputs = blocks[0].shape
        examples = make_examples(count, inputs, classes, self.options.seed)
        trained, loss = train(parameters, blocks, plan, examples, self.generator)
        share = min(count, plan.cap) / plan.cap if plan.weighting == 2 else 1.0
        x = [(after - before) * share for after, before in zip(trained, parameters)]
        return quantize(x, plan, self.generator), count, loss

    def keep(self, assignment, plan_bytes, plan, values, count, loss):
        """§8: the update's bytes and its header, on disk before anything of it is sent."""
        if self.options.misbehave == "range":
            values[0] = -(1 << (plan.up[0].width - 1))
        payload, sizes, place = b"", [], 0
        for section in plan.up:
            part = pack(values[place : place + section.count], section.width)
            payload, place = payload + part, place + section.count
            sizes.append(len(part))
        if self.options.misbehave == "padding":
            payload = payload[:-1] + bytes([payload[-1] | 0x80])
        begin = wire.UploadBegin(
            assignment=assignment, plan_digest=hashlib.sha256(plan_bytes).digest(), total_byte_count=len(payload),
            payload_digest=hashlib.sha256(payload).digest(), section_byte_counts=sizes,
            sample_count=max(1, min(count, plan.cap)) if plan.weighting == 1 else 0,
        )  # fmt: skip
        if plan.returned & RETURNS_LOSS:
            begin.has_training_loss, begin.training_loss = True, loss
        if self.options.misbehave == "digest":
            begin.payload_digest = hashlib.sha256(b"something else").digest()
        if self.options.misbehave == "client":
            begin.assignment.client += 1
        header = begin.SerializeToString()
        whole = struct.pack("<I", len(header)) + header + payload
        with open(self.state / "update.new", "wb") as file:
            file.write(whole)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.state / "update.new", self.state / "update")

    def submit_kept(self, session):
        """§3: sends the update that is kept until it is answered; the same bytes as often as needed."""
        path = self.state / "update"
        while path.exists():
            begin, payload = read_update(path)
            if begin.assignment.client != session.welcome.client and self.options.misbehave != "client":
                path.unlink()
                return
            answer = self.upload(session, begin, payload)
            later = answer.refusal_class == wire.REFUSAL_CLASS_RETRY_LATER
            if answer.status == wire.UPLOAD_STATUS_ACCEPTED:
                self.accepted += 1
                report("accepted", round=begin.assignment.round, digest=begin.payload_digest.hex())
            else:
                report("answered", round=begin.assignment.round, reason=reason_name(answer.reason), later=later)
            if self.options.repeat and answer.status == wire.UPLOAD_STATUS_ACCEPTED:
                again = self.upload(session, begin, payload)
                report("repeated", accepted=again.status == wire.UPLOAD_STATUS_ACCEPTED)
            if self.options.misbehave == "conflict":
                other = bytes(len(payload))
                begin.payload_digest = hashlib.sha256(other).digest()
                report("answered", round=begin.assignment.round,
                       reason=reason_name(self.upload(session, begin, other).reason), later=False)  # fmt: skip
            if later:
                time.sleep(answer.retry_milliseconds / 1000)
                continue
            if answer.status == wire.UPLOAD_STATUS_ACCEPTED:
                path.replace(self.state / f"accepted-{begin.assignment.round}")
            else:
                path.unlink()
            if self.options.misbehave:
                sys.exit(0)

    def upload(self, session, begin, payload):
        """§3: one upload from the granted offset, within the window; its answer."""
        session.send(begin)
        message, _ = session.receive(wire.UploadGranted, wire.UploadAnswer)
        if isinstance(message, wire.UploadAnswer):
            return message
        window, named, offset = message.window_byte_count, message.offset, message.offset
        report("granted", offset=offset)
        while True:
            end = min(offset + session.chunk, len(payload))
            if offset < len(payload) and end <= named + window:
                session.send(wire.UploadChunk(offset=offset), payload[offset:end])
                offset, self.chunks_sent = end, self.chunks_sent + 1
                if self.chunks_sent == self.options.stop_after_chunks:
                    report("stopped", bytes=offset)
                    os._exit(0)
                continue
            message, _ = session.receive(wire.UploadProgress, wire.UploadAnswer)
            if isinstance(message, wire.UploadAnswer):
                return message
            if not named <= message.offset <= offset:
                session.refuse("WRONG_OFFSET")
            named = message.offset


def main():
    parser = argparse.ArgumentParser(description="A Hansa client in Python, for tests.")
    parser.add_argument("--address", required=True, help="host:port of the coordinator")
    parser.add_argument("--server-name", default="coordinator", help="the name in the coordinator's certificate")
    for name in ("--ca", "--certificate", "--key"):
        parser.add_argument(name, required=True)
    parser.add_argument("--state", required=True, help="the folder for what survives a restart")
    parser.add_argument("--constant-update", type=int, help="send N * (i mod 3 - 1) instead of training")
    parser.add_argument("--examples", type=int, default=20, help="how many examples this client has")
    parser.add_argument("--seed", type=int, default=1, help="of the examples and of rounding")
    parser.add_argument("--rounds", type=int, help="end after so many accepted updates, not when the run is finished")
    parser.add_argument("--tries", type=int, default=3, help="connections that may fail in a row")
    parser.add_argument("--repeat", action="store_true", help="send each accepted update once more")
    parser.add_argument("--stop-after-chunks", type=int, default=0, help="end without a word after N upload chunks")
    parser.add_argument("--stop-after-model-bytes", type=int, default=0, help="end without a word in a download")
    kinds = ["replay", "digest", "client", "padding", "range", "oversize", "conflict"]
    parser.add_argument("--misbehave", choices=kinds, help="break this rule once, report what came of it, and end")
    return Client(parser.parse_args()).run()


if __name__ == "__main__":
    sys.exit(main())

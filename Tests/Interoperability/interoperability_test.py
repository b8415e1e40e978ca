#!/usr/bin/env python3
"""Runs the coordinator `hansa serve` with clients in Python, which share no code with it, and compares bit for bit.

    interoperability_test.py HANSA HANSA_CLIENT

Part one: three Python clients over three rounds, with chunks so small that windows and resuming matter. One of them is
cut off in a download and in an upload, one repeats itself, and before that one breaks each rule that it can. From the
accepted updates this program computes every model with exact integers and compares it with the coordinator's.
Part two: one Python client and two real `hansa-client` processes in the same rounds.

Needs Python 3 and what python_client.py needs. Exits with 1 and says what differs, else with 0, in under a minute.
"""

import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import python_client

ROOT = Path(__file__).resolve().parents[2]
CLIENT = Path(__file__).resolve().parent / "python_client.py"
SECONDS = 55
started = time.monotonic()


class Different(Exception):
    """Something was not as expected."""


def expect(condition, text):
    if not condition:
        raise Different(text)


def expect_equal(got, expected, what):
    expect(got == expected, f"{what}: got {str(got)[:200]}, expected {str(expected)[:200]}")


def rest():
    """The seconds that are left for everything."""
    left = SECONDS - (time.monotonic() - started)
    expect(left > 0, f"not done after {SECONDS} seconds")
    return left


class Process:
    """A program of this test, its lines of JSON as they come, and its end whatever happens."""

    running = []

    def __init__(self, name, arguments, folder):
        self.name, self.lines, self.changed = name, [], threading.Condition()
        self.errors = folder / f"{name}.log"
        with open(self.errors, "w") as errors:
            self.process = subprocess.Popen(
                [str(argument) for argument in arguments], cwd=folder, stdout=subprocess.PIPE, stderr=errors,
                stdin=subprocess.DEVNULL, text=True,
            )  # fmt: skip
        Process.running.append(self)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            with self.changed:
                self.lines.append(event)
                self.changed.notify_all()
        with self.changed:
            self.lines.append({"event": "end"})
            self.changed.notify_all()

    def events(self, event):
        return [line for line in self.lines if line["event"] == event]

    def wait_for(self, event, count=1):
        """The count-th event of that name."""
        with self.changed:
            while len(self.events(event)) < count:
                expect(not self.events("end"), f"{self.name} ended without '{event}'{self.words()}")
                if not self.changed.wait(timeout=max(0, rest())):
                    raise Different(f"no '{event}' from {self.name} after {SECONDS} seconds{self.words()}")
            return self.events(event)[count - 1]

    def finish(self, code=0):
        """Waits for the end, and returns the lines."""
        try:
            got = self.process.wait(timeout=rest())
        except subprocess.TimeoutExpired:
            raise Different(f"{self.name} did not end after {SECONDS} seconds{self.words()}") from None
        self.reader.join(timeout=5)
        expect(got == code, f"{self.name} ended with status {got}, expected {code}{self.words()}")
        return self.lines

    def words(self):
        """What it said last, for a message."""
        last = self.errors.read_text(errors="replace").splitlines()[-8:]
        lines = [json.dumps(line)[:300] for line in self.lines[-4:]]
        return "".join(f"\n    {line}" for line in lines + last)

    @classmethod
    def end_all(cls):
        for each in cls.running:
            if each.process.poll() is None:
                each.process.kill()
            each.process.wait()


class Federation:
    """A folder with a coordinator of three clients."""

    def __init__(self, folder, hansa, scenario, limits=""):
        self.folder = folder
        folder.mkdir()
        (folder / "scenario.yaml").write_text(scenario)
        (folder / "coordinator.yaml").write_text(
            "run: {scenario: scenario.yaml, mode: reproducible}\nlisten: 127.0.0.1:0\nstate: state\n"
            "tls: {certificate: ../ca/coordinator.pem, key: ../ca/coordinator.key, clients: ../ca/ca.pem}\n"
            f"roster: [client-0, client-1, client-2]\n{limits}"
        )
        self.coordinator = Process("coordinator", [hansa, "serve", "--config", "coordinator.yaml", "--json"], folder)
        self.ready = self.coordinator.wait_for("ready")
        self.count = 0

    def client(self, number, *options, state=None, name=None):
        """Starts a Python client; one state folder for each number unless told otherwise."""
        self.count += 1
        name = name or f"client-{number}"
        certificate = f"../ca/{name}"
        return Process(
            f"{name}-{self.count}",
            [sys.executable, "-B", CLIENT, "--address", self.ready["address"], "--ca", "../ca/ca.pem", "--certificate",
             f"{certificate}.pem", "--key", f"{certificate}.key", "--state", state or f"state-{name}",
             "--seed", number + 1, *options],
            self.folder,
        )  # fmt: skip

    def model(self, number, digest):
        return (self.folder / f"state-client-{number}" / f"model-{digest}").read_bytes()


def next_model(work, model, updates):
    """The next model from one round's work, its model's bytes, and the accepted (UploadBegin, payload) of all clients.

    sum = Σ weight · q, exactly; mean = Float(Double(sum) · (step / Σ weight)); parameter = Float(parameter + mean).
    """
    blocks = python_client.read_schema(bytes.fromhex(work["schema"]))
    plan = python_client.read_plan(bytes.fromhex(work["plan"]), blocks)
    weight = sum(begin.sample_count for begin, _ in updates)
    count, parameters = len(model) // 4, []
    old, place = struct.unpack(f"<{count}f", model), 0
    offsets = [0] * len(updates)
    for section in plan.up:
        sums = [0] * section.count
        for index, (begin, payload) in enumerate(updates):
            part = payload[offsets[index] : offsets[index] + section.bytes]
            offsets[index] += section.bytes
            for i, q in enumerate(python_client.unpack(part, section.count, section.width)):
                expect(abs(q) <= section.bound, "an integer out of range was accepted")
                sums[i] += begin.sample_count * q
        factor = section.step * 2.0**section.shift / weight
        for i, total in enumerate(sums):
            mean = python_client.nearest_float(float(total) * factor)
            parameters.append(python_client.nearest_float(old[place + i] + mean))
        place += section.count
    content = struct.pack(f"<{count}f", *parameters)
    return content, hashlib.sha256(hashlib.sha256(bytes.fromhex(work["schema"])).digest() + content).hexdigest()


def check_rules(federation):
    """What breaks a rule is refused, for the reason that the page gives, and stops nobody from doing well later."""
    expected = {
        "replay": ("refused", "WRONG_SESSION"),
        "oversize": ("refused", "TOO_LARGE"),
        "client": ("answered", "UNKNOWN_ASSIGNMENT"),
        "digest": ("answered", "DIGEST_MISMATCH"),
        "padding": ("answered", "OUTSIDE_LATTICE"),
        "range": ("answered", "OUTSIDE_LATTICE"),
    }
    for kind, (event, reason) in expected.items():
        client = federation.client(0, "--constant-update", 1, "--misbehave", kind, state=f"state-{kind}")
        client.finish()
        expect_equal([line["reason"] for line in client.events(event)], [reason], f"the refusal of '{kind}'")
        expect(not client.events("accepted"), f"'{kind}' was accepted")
    stranger = federation.client(9, "--constant-update", 1, name="stranger")
    stranger.finish(code=76)
    expect_equal(stranger.events("refused")[0]["reason"], "UNKNOWN_CLIENT", "the refusal of a stranger")
    other = federation.client(0, "--constant-update", 1, "--tries", 0, name="other-authority", state="state-other")
    other.finish(code=75)


def check_python_clients(folder, hansa):
    federation = Federation(
        folder,
        hansa,
        "{name: interoperability, seed: 3, rounds: 3, data: {name: digits}, partition: {kind: iid, clients: 3},\n"
        " model: {kind: dense, hidden: []}, local: {epochs: 2, batch: 8, rate: 0.1}, round: {cohort: 3},\n"
        " strategy: {name: fedavg, weighting: samples, cap: 40}, update: {width: 5, range: 0.5}}\n",
        "limits: {chunk-bytes: 100, window-bytes: 250}\n",
    )
    check_rules(federation)

    # Round 1: client 0 is cut off in the download, then in the upload, and goes on where it was each time.
    constant = ["--constant-update", 5, "--examples", 7]
    cut = federation.client(0, *constant, "--stop-after-model-bytes", 1050)
    cut.finish()
    cut_at = cut.events("stopped")[0]["bytes"]
    part = list((folder / "state-client-0").glob("model-*.part"))
    expect_equal([path.stat().st_size for path in part], [cut_at], "what is kept of the model")
    cut = federation.client(0, *constant, "--stop-after-chunks", 2)
    cut.finish()
    expect_equal(cut.events("model")[0]["offset"], cut_at, "where the download was resumed")
    expect_equal(cut.events("stopped")[0]["bytes"], 200, "the bytes sent before the cut")
    # The rest of the round: client 0 resumes, client 1 repeats itself and sends other bytes, client 2 trains.
    resumed = federation.client(0, *constant, "--rounds", 1)
    resumed.finish()
    expect(0 < resumed.events("granted")[0]["offset"] <= 200, "the upload was not resumed where it was cut off")
    expect(not resumed.events("work"), "the update that was kept was not sent before asking for work")
    other = ["--constant-update", -11, "--examples", 33]
    conflicting = federation.client(1, *other, "--repeat", "--misbehave", "conflict")
    conflicting.finish()
    expect_equal(conflicting.events("repeated")[0]["accepted"], True, "the repetition of an accepted update")
    expect_equal(conflicting.events("answered")[0]["reason"], "CONFLICTING_UPDATE", "other bytes in its place")
    federation.client(2, "--examples", 90, "--rounds", 1).finish()
    federation.coordinator.wait_for("round")

    # Round 2 is open: the update of round 1 gets the same answer again. Then everybody serves to the end.
    late = folder / "state-late"
    late.mkdir()
    (late / "update").write_bytes((folder / "state-client-0" / "accepted-1").read_bytes())
    repeated = federation.client(0, *constant, "--rounds", 1, state="state-late")
    repeated.finish()
    expect_equal(len(repeated.events("accepted")), 1, "an update repeated after its round")
    expect(not repeated.events("granted"), "an update that is settled was asked for again")
    clients = [
        federation.client(0, *constant),
        federation.client(1, *other),
        federation.client(2, "--examples", 90),
    ]
    for client in clients:
        client.finish()
        expect_equal(len(client.events("finished")), 1, f"'finished' for {client.name}")
    federation.coordinator.finish()

    # Every model, bit for bit.
    rounds = federation.coordinator.events("round")
    works = [cut.events("work")[0], *clients[0].events("work")]
    expect_equal([line["counted"] for line in rounds], [3, 3, 3], "the clients that were counted")
    expect_equal([work["round"] for work in works], [1, 2, 3], "the rounds of client 0")
    for index, work in enumerate(works):
        paths = [folder / f"state-client-{number}" / f"accepted-{index + 1}" for number in range(3)]
        updates = [python_client.read_update(path) for path in paths]
        expect_equal([begin.sample_count for begin, _ in updates], [7, 33, 40], "the weights")
        for number, constant in ((0, 5), (1, -11)):
            values = [constant * (i % 3 - 1) for i in range(650)]
            expect_equal(python_client.unpack(updates[number][1], 650, 5), values, f"the integers of client {number}")
        content, digest = next_model(work, federation.model(0, work["model"]), updates)
        expect_equal(rounds[index]["model"], digest, f"the digest of the model after round {index + 1}")
        if index + 1 < len(works):
            expect_equal(works[index + 1]["model"], digest, f"the model that round {index + 2} starts from")
            expect(federation.model(0, digest) == content, f"the parameters after round {index + 1} differ")
    trained = python_client.unpack(updates[2][1], 650, 5)
    expect(len(set(trained)) > 3, "the client that trains sent nothing of interest")
    print(f"three Python clients: {len(rounds)} models bit for bit, after 9 broken rules and 2 cuts")


def check_mixed_clients(folder, hansa, hansa_client):
    scenario = (
        "{name: mixed, seed: 4, rounds: 3, data: {name: digits}, partition: {kind: iid, clients: 3},\n"
        " model: {kind: dense, hidden: [16]}, local: {epochs: 1, batch: 10, rate: 0.1}, round: {cohort: 3},\n"
        " strategy: {name: fedavg, weighting: samples, cap: 400}, update: {width: 8, range: 0.5}}\n"
    )
    federation = Federation(folder, hansa, scenario)
    arguments = [hansa, "data", "partition", "scenario.yaml", "--quiet", "--out", "split"]
    Process("partition", arguments, folder).finish()
    (folder / "policy.conf").write_text(
        "[policy]\njob-kinds = training\nreturn-fields = sample-count, training-loss\n"
        "max-epochs = 10\nmax-rounds = 1000\n"
    )
    clients = [federation.client(0, "--constant-update", 3, "--examples", 50)]
    for number in (1, 2):
        configuration = folder / f"client-{number}.conf"
        configuration.write_text(
            f"[coordinator]\naddress = {federation.ready['address']}\nserver-name = coordinator\nca = ../ca/ca.pem\n"
            f"[identity]\ncertificate = ../ca/client-{number}.pem\nkey = ../ca/client-{number}.key\n"
            f"[state]\nfolder = state-client-{number}\n"
            f"[data]\nfeatures = split/client-{number:05}/features.npy\nlabels = split/client-{number:05}/labels.npy\n"
            "[trainer]\nkind = exact\n[policy]\nfile = policy.conf\n[reproducible]\nseed = 4\n"
        )
        clients.append(Process(f"hansa-client-{number}", [hansa_client, "run", "--config", configuration], folder))
    for client in clients:
        client.finish()
    federation.coordinator.finish()
    rounds = federation.coordinator.events("round")
    works = clients[0].events("work")
    expect_equal([line["counted"] for line in rounds], [3, 3, 3], "the clients that were counted")
    expect_equal([work["round"] for work in works], [1, 2, 3], "the rounds of the Python client")
    for line, work in zip(rounds, works[1:]):
        # The Python client computes the digest of every model that it is sent, and fetches again where it differs.
        expect_equal(work["model"], line["model"], f"the model after round {line['round']}")
    expect(not clients[0].events("damaged"), "the Python client was sent a model that its digest does not fit")
    expect_equal(len({line["model"] for line in rounds}), 3, "the number of different models")
    expect_equal(federation.coordinator.wait_for("summary")["contributions"], [3, 3, 3], "the contributions")
    print(f"one Python client and two hansa-clients: {len(rounds)} rounds, the same models on both sides")


def main():
    if len(sys.argv) != 3:
        print("expected two programs: interoperability_test.py HANSA HANSA_CLIENT", file=sys.stderr)
        return 64
    hansa, hansa_client = (os.path.abspath(path) for path in sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="hansa-interoperability-") as name:
        folder = Path(name)
        try:
            authorities = {"ca": ["client-0", "client-1", "client-2", "stranger"], "ca2": ["other-authority"]}
            for authority, names in authorities.items():
                arguments = [ROOT / "Scripts" / "make-certificates", "--quiet", folder / authority, *names]
                Process(f"certificates-{authority}", arguments, folder).finish()
            for suffix in (".pem", ".key"):
                os.replace(folder / "ca2" / f"other-authority{suffix}", folder / "ca" / f"other-authority{suffix}")
            check_python_clients(folder / "python", hansa)
            check_mixed_clients(folder / "mixed", hansa, hansa_client)
        except Different as difference:
            print(f"interoperability: {difference}", file=sys.stderr)
            return 1
        finally:
            Process.end_all()
    print(f"interoperability: the same, in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

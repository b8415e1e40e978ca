"""A process of a federation that a script starts, kills and starts again."""
import json
import os
import subprocess


class Program:
    """A process that is started again after each kill; its output of all lives goes to one file."""

    def __init__(self, name, command, folder):
        self.name, self.command = name, command
        self.output = os.path.join(folder, name + ".jsonl")
        self.errors = os.path.join(folder, name + ".log")
        self.process, self.offset, self.kill_count = None, 0, 0

    def start(self):
        with open(self.output, "ab") as output, open(self.errors, "ab") as errors:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)

    def lines(self):
        """The whole lines of JSON since the last call."""
        with open(self.output, "rb") as file:
            file.seek(self.offset)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self.offset += len(whole)
        for line in whole.splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                pass  # torn by a kill

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.kill_count += 1

    def last_words(self):
        with open(self.errors, errors="replace") as file:
            return file.read()[-800:]

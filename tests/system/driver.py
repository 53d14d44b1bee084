"""Starts load processes and reads what they did. Always ends what it starts."""
import collections
import json
import pathlib
import select
import shutil
import subprocess
import sys
import tempfile

import load
from operations import Journal, read_journal

JOB_SECONDS = 900


class Driver:
    """Load processes that live as long as this; one journal each."""

    def __init__(self, seed, processes=1, clients=64):
        self._seed, self._clients = seed, clients
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="billingd-load-"))
        self._journals = [self._folder / f"{number}.jsonl" for number in range(processes + 1)]
        self._offsets = [0] * len(self._journals)
        script = pathlib.Path(load.__file__)
        self._processes = [subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", sys.executable, "-B", str(script)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(processes)]

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        for process in self._processes:
            process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def prepare(self, client):
        """Opens the accounts of the load."""
        journal = Journal(self._journals[-1])
        load.prepare(client, journal)
        journal.close()

    def begin(self, address, commands, name, step=0):
        """Sends every process its share of `commands` and does not wait.

        `name` tells the choices of one run from the next; `step` is where in the life of
        the accounts' cards they begin.
        """
        clients = self._clients // len(self._processes)
        for number, process in enumerate(self._processes):
            job = {"address": address, "seed": self._seed, "name": f"{name}/{number}",
                   "step": step, "clients": clients, "commands": commands // self._clients,
                   "journal": str(self._journals[number])}
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()

    def lasts(self, seconds):
        """Waits so long, or until a process has ended its share; whether all still run."""
        done, _, _ = select.select([process.stdout for process in self._processes], [], [],
                                   seconds)
        return not done

    def end(self):
        """Waits for the load to end; {what and how it ended: times}."""
        counts = collections.Counter()
        for process in self._processes:
            ready, _, _ = select.select([process.stdout], [], [], JOB_SECONDS)
            line = process.stdout.readline() if ready else ""
            assert line, "a load process did not finish"
            counts.update(json.loads(line))
        return counts

    def operations(self):
        """What was done since this was last asked."""
        found = []
        for number, journal in enumerate(self._journals):
            if journal.exists():
                operations, self._offsets[number] = read_journal(journal, self._offsets[number])
                found += operations
        return found

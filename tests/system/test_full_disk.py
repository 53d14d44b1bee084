"""A disk that fills up, really: a small file system of its own. Reads go on, writes are
refused before they happen, and once there is space everything works again by itself.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

from case import Answers
from builders import Account, head
from client import Refusal
from server import Server

REPLAY = os.environ.get("BILLING_REPLAY", "build/release/bin/billing-replay")
MIB = 1 << 20
DISK_BYTES = 256 * MIB
FLOOR_BYTES = 64 * MIB
PATIENCE_SECONDS = 20
STORAGE_FAILED = 6
SKIPPED = 77  # ctest's SKIP_RETURN_CODE
_INSIDE = "BILLING_OWN_MOUNTS"
# As root, or as a user who may be root of a namespace.
_UNSHARE = (["unshare", "--mount"], ["unshare", "--mount", "--map-root-user"])


class FullDisk(Answers):
    def setUp(self):
        self.disk = pathlib.Path(tempfile.mkdtemp(prefix="billingd-disk-"))
        self.addCleanup(self.disk.rmdir)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", self.disk],
                       check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.disk], check=True)
        self.filler = self.disk / "filler"
        self.server = Server("--free-bytes-min", str(FLOOR_BYTES), data=self.disk / "data")
        self.addCleanup(self.server.close)
        self.server.start()
        self.connect()
        self.acme = Account(self.client, "acme")
        self.ok(self.acme.open())
        self.cards = []

    def connect(self):
        self.client = self.server.client()

    def add_card(self):
        """Adds a card; the answer."""
        name = f"c{len(self.cards):03}"
        answer = self.acme.add_card(name)
        if not isinstance(answer, Refusal):
            self.cards.append(name)
        return answer

    def fill(self, leave=0):
        """Takes all space but `leave` bytes."""
        with self.filler.open("ab") as file:
            free = os.statvfs(self.disk)
            count = free.f_bavail * free.f_frsize - leave
            block = b"\0" * MIB
            try:
                while count > 0:
                    count -= file.write(block[:count])
                    file.flush()
            except OSError:
                self.assertEqual(leave, 0)  # no space left: full to the last block

    def until(self, wanted):
        """Adds cards until an answer is what is wanted."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            answer = self.add_card()
            if wanted(answer):
                return answer
        self.fail(f"still {answer}\n{self.server.tail()}")

    def assert_logged(self, words):
        """Lines are written many at once, a little later."""
        end = time.monotonic() + PATIENCE_SECONDS
        while words not in self.server.tail(100_000):
            self.assertLess(time.monotonic(), end, f"never logged: {words}")
            time.sleep(0.05)

    def fill_up(self):
        """From a disk with space to one without a byte, under writes."""
        self.ok(self.add_card())
        self.fill(leave=FLOOR_BYTES // 2)
        refusal = self.until(lambda answer: isinstance(answer, Refusal))
        self.assertEqual((refusal.reason, refusal.code), ("STORAGE_FULL", "RESOURCE_EXHAUSTED"))
        self.assertIsNotNone(refusal.retry_after)
        self.assert_logged("event=storage_full ")
        self.fill()

    def assert_readable(self):
        self.assertEqual(self.acme.live_cards(), self.cards)
        self.assertEqual(len(self.acme.events()), head(self.client))
        self.assertEqual(head(self.client), 1 + len(self.cards))

    def assert_works_again(self):
        self.until(lambda answer: not isinstance(answer, Refusal))
        self.assert_readable()

    def test_reads_go_on_and_writes_come_back(self):
        for _ in range(2):
            self.fill_up()
            # Longer than the server lets rows lie idle before it would write them.
            end = time.monotonic() + 3
            while time.monotonic() < end:
                self.assert_readable()
                self.assertEqual(self.add_card().reason, "STORAGE_FULL")
            self.filler.unlink()
            self.assert_works_again()
            self.assert_logged("event=storage_has_space ")
        self.assertEqual(self.server.stop(), 0, self.server.tail())
        self.server.start()
        self.connect()
        self.acme.client = self.client
        self.assert_works_again()

    def test_a_full_disk_is_no_reason_to_lose_anything_on_the_way_out(self):
        for end, code in ((self.server.stop, 0), (self.server.kill, None)):
            self.fill_up()
            self.assertEqual(end(), code, self.server.tail())
            self.filler.unlink()
            self.server.start()
            self.connect()
            self.acme.client = self.client
            self.assert_works_again()

    def test_without_space_to_start_on_it_says_so(self):
        for end in (self.server.stop, self.server.kill):
            self.fill_up()
            end()
            for _ in range(3):
                code, said = self.server.refuse()
                self.assertEqual(code, STORAGE_FAILED, said)
                self.assertIn("too little disk space to start", said)
            self.filler.unlink()
            self.server.start()
            self.connect()
            self.acme.client = self.client
            self.ok(self.add_card())
            self.assert_readable()

    def test_the_auditor_begins_no_database_without_space(self):
        self.ok(self.add_card())
        self.assertEqual(self.server.stop(), 0)
        with tempfile.TemporaryDirectory() as elsewhere:
            export = f"{elsewhere}/log.export"
            subprocess.run([REPLAY, "export", self.server.data, "--to", export], check=True,
                           capture_output=True, timeout=PATIENCE_SECONDS)
            self.fill()
            before = sorted(os.listdir(self.disk))
            for verb in (["import", export], ["rebuild", self.server.data]):
                done = subprocess.run([REPLAY, *verb, "--into", self.disk / "new"], text=True,
                                      capture_output=True, check=False, timeout=PATIENCE_SECONDS)
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertIn("too little disk space for", done.stderr)
                self.assertEqual(sorted(os.listdir(self.disk)), before)

    def test_a_start_below_the_floor_serves_reads(self):
        self.fill_up()
        self.server.kill()
        with self.filler.open("ab") as file:
            file.truncate(self.filler.stat().st_size - FLOOR_BYTES // 2)
        self.server.start()
        self.connect()
        self.acme.client = self.client
        self.assert_readable()
        self.assertEqual(self.add_card().reason, "STORAGE_FULL")
        self.filler.unlink()
        self.assert_works_again()


def enter_own_mounts():
    """Runs this program again where its mounts are its own and end with it."""
    for command in _UNSHARE:
        probe = [*command, "sh", "-c", 'mount -t tmpfs none "$(mktemp -d)"']
        if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            os.execvp(command[0], [*command, sys.executable, "-B", *sys.argv])
    print("SKIPPED: this machine lets nobody mount a file system", file=sys.stderr)
    sys.exit(SKIPPED)


if __name__ == "__main__":
    if _INSIDE not in os.environ:
        os.environ[_INSIDE] = "1"
        enter_own_mounts()
    unittest.main()

"""The auditor beside a running server, over exports and data directories, as whoever audits
would use it; and the second verifier, which shares nothing with it.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import time
import unittest

from builders import head
from case import RestartTest
from client import OPERATOR
from wire import pb

REPLAY = os.environ.get("BILLING_REPLAY", "build/release/bin/billing-replay")
VERIFIER = pathlib.Path(__file__).resolve().parents[2] / "tools/verifier"
FORMAT, TREE, JUDGEMENT, ROWS = 10, 11, 13, 15
UNREADABLE, USAGE = 1, 2
PATIENCE_SECONDS = 30


def replay(*arguments):
    return subprocess.run([REPLAY, *map(str, arguments)], capture_output=True, text=True,
                          check=False, timeout=120)


def second(*arguments):
    return subprocess.run([sys.executable, "-B", str(VERIFIER), *map(str, arguments)],
                          capture_output=True, text=True, check=False, timeout=120)


class Replay(RestartTest):
    def setUp(self):
        super().setUp()
        self.folder = self.server.data.parent
        self.acme = self.account()
        for card in ("visa", "amex"):
            self.ok(self.acme.add_card(card, fields={"holder_name": "Alice Example"}))
        for number in range(5):
            self.ok(self.acme.subscribe(f"s{number}", "visa"))
        self.refused(self.acme.remove_card("visa"), "CARD_NOT_REMOVABLE")
        self.ok(self.acme.set_active("s0", "amex"))
        self.ok(self.acme.remove_card("visa"))
        self.head = head(self.client)
        shutil.copy(self.server.data / "keys/signing.pub", self.folder)

    def held(self, *arguments):
        """What it says in JSON; fails unless all held."""
        done = replay(*arguments, "--json")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def wrong(self, code, *arguments):
        done = replay(*arguments, "--json")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        told = json.loads(done.stdout.splitlines()[-1])
        self.assertFalse(told["held"])
        return told["wrong"]

    def export(self):
        path = self.folder / "log.export"
        self.held("export", self.server.data, "--to", path)
        return path

    def key(self):
        """The public key that the operator hands out."""
        return self.folder / "signing.pub"

    def rebuild(self):
        return self.client.call("RebuildProjection", pb.RebuildProjectionRequest(name="-"),
                                **OPERATOR)

    def test_proves_a_log_while_the_server_writes_it(self):
        stop = threading.Event()

        def write():
            for number in range(100_000):
                if stop.is_set():
                    return
                self.acme.add_card(f"c{number}")

        self.ok(self.acme.set_policy(pb.Policy(max_cards=1_000)))
        writer = threading.Thread(target=write)
        writer.start()
        sizes = []
        try:
            for _ in range(5):
                # One may still be under way: then it is that one that is looked at.
                self.rebuild()
                sizes.append(self.held("prove", self.server.data)["size"])
        finally:
            stop.set()
            writer.join()
        self.assertEqual(sizes, sorted(sizes))
        self.assertGreater(sizes[-1], self.head)

    def test_stored_rows_are_the_fold(self):
        self.assertEqual(self.server.stop(), 0)
        told = self.held("prove", self.server.data, "--key", self.key())
        self.assertTrue(told["rows_compared"])
        self.assertEqual(told["signed_size"], self.head, "signed on close")
        self.assertEqual((told["size"], told["refused"]), (self.head, 1))
        self.assertTrue(self.held("diff", self.server.data)["rows_compared"])

    def test_rows_that_were_built_anew_are_the_fold(self):
        self.ok(self.rebuild())
        live = self.server.data / "views.live"
        end = time.monotonic() + PATIENCE_SECONDS
        while not live.exists():
            self.assertLess(time.monotonic(), end, "not rebuilt")
        self.ok(self.acme.add_card("after"))
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(live.read_text(), "views-2\n")
        self.assertEqual(self.held("diff", self.server.data)["size"], self.head + 1)
        self.assertTrue(self.held("prove", self.server.data)["rows_compared"])

    def test_an_export_is_imported_with_the_same_root_and_served_again(self):
        path = self.export()
        before = self.held("prove", path, "--key", self.key())
        same = ("log_id", "size", "root", "checkpoints", "signed_size")
        into = self.folder / "restored"
        self.held("import", path, "--into", into)
        after = self.held("prove", into, "--key", self.key())
        self.assertEqual([after[each] for each in same],
                         [before[each] for each in same])
        self.assertEqual(self.server.stop(), 0)
        shutil.copytree(self.server.data / "keys", into / "keys")
        shutil.rmtree(self.server.data)
        into.rename(self.server.data)
        self.server.start()
        self.reconnect(self.acme)
        self.assertEqual(head(self.client), self.head)
        self.assertEqual(self.acme.live_cards(), ["amex"])
        self.ok(self.acme.add_card("visa-2"))

    def test_both_verifiers_name_the_same_position(self):
        path = self.export()
        good = path.read_bytes()
        done = second(path, "--key", self.key())
        self.assertEqual(done.returncode, 0, done.stdout)
        for name, bad in {
                "cut short": good[:len(good) * 2 // 3],
                "edited": good[:900] + bytes([good[900] ^ 1]) + good[901:],
                "longer": good + b"x"}.items():
            with self.subTest(name):
                path.write_bytes(bad)
                told = self.wrong(FORMAT, "verify", path)
                self.assertGreater(told["from"], 1)
                other = second(path)
                self.assertEqual(other.returncode, 1, other.stdout)
                self.assertIn(f"position {told['from']}: ", other.stdout)

    def test_nothing_is_imported_of_a_broken_export(self):
        path = self.export()
        path.write_bytes(path.read_bytes()[:-1])
        into = self.folder / "restored"
        self.wrong(FORMAT, "import", path, "--into", into)
        self.assertEqual([each.name for each in self.folder.glob("restored*")], [])

    def test_what_is_there_already_is_not_touched(self):
        path = self.export()
        self.wrong(USAGE, "export", self.server.data, "--to", path)
        self.wrong(USAGE, "import", path, "--into", self.server.data)
        self.wrong(UNREADABLE, "verify", self.folder / "nothing")

    def test_looking_leaves_no_trace(self):
        self.assertEqual(self.server.stop(), 0)

        def files():
            return {(str(each), each.stat().st_mtime_ns, each.stat().st_size)
                    for each in self.server.data.rglob("*") if each.is_file()}
        before = files()
        self.held("prove", self.server.data)
        self.assertEqual(files(), before)

    def test_another_policy_is_answered_for_each_removal(self):
        self.ok(self.acme.subscribe("old", "amex"))
        for number in range(5):
            self.ok(self.acme.cancel(f"s{number}"))
        self.ok(self.acme.cancel("old"))
        self.ok(self.acme.remove_card("amex"))
        path = self.export()
        strict = '{"holding_states": ["SUBSCRIPTION_STATE_CANCELLED"]}'
        done = replay("what-if", path, "--policy", strict, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        listed = [json.loads(line) for line in done.stdout.splitlines()[:-1]]
        self.assertEqual([(each["position"], each["command"], each["newly_refused"])
                          for each in listed], [(head(self.client), "RemoveCard", True)])
        self.wrong(USAGE, "what-if", path, "--policy", '{"nonsense": 1}')


if __name__ == "__main__":
    unittest.main()

"""Read models built anew while they serve, and kill -9 on the way: whole and right after it.

BILLING_REBUILD_ROUNDS overrides how often it is killed anywhere, BILLING_SEED the seed.
"""
import json
import os
import random
import re
import signal
import subprocess
import time
import unittest

import views
from builders import head
from case import SEED, RestartTest
from checker import Checker, read_history
from client import OPERATOR
from driver import Driver
from wire import pb

REPLAY = os.environ.get("BILLING_REPLAY", "build/release/bin/billing-replay")
KILL_AT = os.environ.get("BILLING_KILL_AT_LIBRARY",
                         "build/release/tests/system/libbilling_kill_at.so")
ROUNDS = int(os.environ.get("BILLING_REBUILD_ROUNDS", "8"))
COMMANDS = 6_400
PATIENCE_SECONDS = 30
GAP_MAX = 4_096  # records behind the head, where the rows of a rebuild are made durable

# Every stage of a rebuild, in its order: where the process is killed (kill_at.cc), and whether
# the new database is live behind it. LIVE and NEXT are the databases' names.
STAGES = (
    ("before the new database is made", "mkdir before /NEXT", False),
    ("in an empty folder", "mkdir after /NEXT", False),
    ("before the new database is whole", "rename before /NEXT/CURRENT", False),
    ("before its first rows", "link before /NEXT/", False),
    ("behind its first rows", "link after /NEXT/", False),
    ("before the switch", "open before /views.live.new", False),
    ("before the file of the switch is renamed", "rename before /views.live", False),
    ("when it is renamed, and not yet synced", "rename after /views.live", True),
    ("before the old database is removed", "rename after /views.live;unlink before /LIVE/", True),
    ("while the old database is removed", "rename after /views.live;unlink after /LIVE/", True),
)

class Rebuild(RestartTest):
    flags = ("--refusals-per-minute", "0")

    def projections(self):
        return self.ok(self.client.call("ListProjections", pb.ListProjectionsRequest(),
                                        **OPERATOR)).projections

    def rebuild(self, name="-"):
        return self.client.call("RebuildProjection", pb.RebuildProjectionRequest(name=name),
                                **OPERATOR)

    def until(self, wanted, what):
        """Looks again and again until it is so."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not wanted():
            self.assertLess(time.monotonic(), end, f"not {what}\n{self.server.tail()}")

    def await_rebuild(self):
        self.until(lambda: all(each.state != pb.PROJECTION_STATE_REBUILDING
                               for each in self.projections()), "rebuilt")
        for each in self.projections():
            self.assertEqual(each.state, pb.PROJECTION_STATE_LIVE, each)

    def databases(self):
        return sorted(path.name for path in self.server.data.glob("views*") if path.is_dir())

    def await_one_database(self):
        self.until(lambda: len(self.databases()) == 1, "one database")

    def live(self):
        """The name of the database that the next start finds in use."""
        file = self.server.data / "views.live"
        return file.read_text().rstrip("\n") if file.exists() else "views"

    def assert_rows_are_the_fold(self):
        """Every stored row is, byte for byte, what the auditor folds from the log."""
        done = subprocess.run([REPLAY, "diff", str(self.server.data), "--json"],
                              capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue(json.loads(done.stdout.splitlines()[-1])["rows_compared"], done.stdout)

    def assert_right(self, checker):
        checker.feed(read_history(self.client, checker.head))
        self.assertEqual(checker.violations[:20], [])
        self.assertEqual(views.compare(self.client, checker.state)[:20], [])

    def test_under_load_the_read_models_stay_right(self):
        checker = Checker()
        with Driver(SEED) as load:
            load.prepare(self.client)
            load.begin(self.server.address, COMMANDS, "rebuild")
            rebuilt = 0
            while load.lasts(0):
                self.ok(self.rebuild())
                self.await_rebuild()
                rebuilt += 1
            load.end()
            operations = load.operations()
        print(f"seed {SEED}, {len(operations)} operations, rebuilt {rebuilt} times")
        self.assertGreater(rebuilt, 1)
        self.assertEqual([each for each in operations if each.outcome in ("unknown", "unjudged")],
                         [])
        reads = [each for each in operations if not each.is_command]
        self.assertGreater(len(reads), 100)
        self.assertEqual([each for each in reads if each.outcome != "ok"], [])
        # Every answer is right, reads included.
        checker.expect(operations)
        checker.feed(read_history(self.client, checker.head))
        checker.verify(operations)
        self.assertEqual(checker.violations[:20], [])
        self.assertEqual(views.compare(self.client, checker.state)[:20], [])
        self.await_one_database()
        self.assertEqual(self.databases(), [f"views-{1 + rebuilt}"])
        self.assertEqual(self.server.stop(), 0)
        self.assert_rows_are_the_fold()

    def test_killed_at_every_stage_it_comes_back_whole_and_goes_on(self):
        print(f"seed {SEED}")
        checker, step = Checker(), 0
        with Driver(SEED) as load:
            load.prepare(self.client)
            # A shorter log would be folded at the switch alone: no rows would be on disk before.
            load.begin(self.server.address, COMMANDS, "before")
            load.end()
            self.assertGreater(head(self.client), GAP_MAX)
            operations = load.operations()
            step += len(operations) // 64
            checker.expect(operations)
            for number, (name, stage, switched) in enumerate(STAGES):
                live, following = self.live(), f"views-{number + 2}"
                self.server.environment = {
                    "LD_PRELOAD": KILL_AT, "ASAN_OPTIONS": "verify_asan_link_order=0",
                    "BILLING_KILL_AT": stage.replace("LIVE", live).replace("NEXT", following)}
                self.server.restart()
                self.reconnect()
                load.begin(self.server.address, 64_000_000, f"stage-{number}", step)
                with self.subTest(name):
                    self.assertTrue(load.lasts(0.2), "the load ended before the kill")
                    answer = self.rebuild()
                    # It may be lost, as the server is.
                    self.assertTrue(hasattr(answer, "projections") or answer.outcome == "unknown",
                                    answer)
                    self.assertEqual(self.server.wait(), -signal.SIGKILL)
                    self.assertEqual(self.live(), following if switched else live)
                    load.end()
                    operations = load.operations()
                    step += len(operations) // 64
                    checker.expect(operations)
                    self.server.environment = {}
                    begun = following in self.databases()
                    self.server.start()
                    self.reconnect()
                    if not begun:
                        self.ok(self.rebuild())
                    self.await_rebuild()
                    self.await_one_database()
                    self.assertEqual(self.databases(), [following])
                    self.assert_right(checker)
        self.assertEqual(self.server.stop(), 0)
        self.assert_rows_are_the_fold()

    def points(self, rng):
        """Where to kill: a name, and how to get there once a rebuild was asked for."""
        live = self.server.data / "views.live"
        before = live.read_text() if live.exists() else ""
        built = self.databases()
        yield "at once", lambda: None
        yield "when the new database appears", lambda: self.until(
            lambda: self.databases() != built, "begun")
        yield "somewhere on the way", lambda: time.sleep(rng.uniform(0.0, 0.05))
        yield "at the switch", lambda: self.until(
            lambda: (live.read_text() if live.exists() else "") != before, "switched")

    def test_killed_anywhere_it_comes_back_whole_and_goes_on(self):
        print(f"seed {SEED}, {ROUNDS} rounds")
        rng, checker, step = random.Random(SEED), Checker(), 0
        with Driver(SEED) as load:
            load.prepare(self.client)
            for number in range(ROUNDS):
                load.begin(self.server.address, 64_000_000, f"rebuild-{number}", step)
                self.assertTrue(load.lasts(0.3), "the load ended before the kill")
                points = list(self.points(rng))
                name, reach = points[number % len(points)]
                with self.subTest(name, round=number):
                    self.ok(self.rebuild())
                    reach()
                    self.server.kill()
                    load.end()
                    operations = load.operations()
                    step += len(operations) // 64
                    checker.expect(operations)
                    self.server.start()
                    self.reconnect()
                    self.await_rebuild()
                    self.await_one_database()
                    self.assert_right(checker)

    def test_a_second_one_is_refused_or_the_first_is_over(self):
        self.account()
        self.ok(self.rebuild())
        answers = [self.rebuild() for _ in range(20)]
        for answer in answers:
            if not hasattr(answer, "projections"):
                self.refused(answer, "REBUILD_IN_PROGRESS")
        self.await_rebuild()

    def test_views_built_anew_on_start_say_so(self):
        self.account()
        self.server.restart("--rebuild-views")
        line = next(line for line in self.server.tail().splitlines()
                    if "event=views_rebuilt" in line)
        self.assertRegex(line, r" to=\d+ records=1 seconds=\d+\.\d{3}$")
        self.server.restart()
        self.assertEqual(len(re.findall("event=views_rebuilt", self.server.tail(200))), 1)

    def test_a_damaged_database_is_mended_without_a_stop(self):
        acme = self.account(policy=pb.Policy(max_cards=1_000))
        cards = [f"c{number:03}" for number in range(300)]
        for card in cards:
            self.ok(acme.add_card(card))
        self.assertEqual(self.server.stop(), 0)
        tables = list((self.server.data / "views").glob("*.sst"))
        self.assertTrue(tables)
        for table in tables:
            content = bytearray(table.read_bytes())
            # Behind the first block, which holds how far the rows reach: a start reads it.
            for at in range(len(content) // 3, len(content) // 2, 512):
                content[at] ^= 0x55
            table.write_bytes(content)
        self.server.start()
        self.reconnect(acme)
        self.assertIn("STORE_READ_FAILED",
                      {answer.reason for answer in map(acme.get_card, cards)
                       if hasattr(answer, "reason")})
        self.ok(self.rebuild())
        self.await_rebuild()
        self.assertEqual(acme.live_cards(), cards)
        for card in cards:
            self.ok(acme.get_card(card))


if __name__ == "__main__":
    unittest.main()

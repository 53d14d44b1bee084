"""The power goes, again and again: no acknowledged command is lost. And a disk that lies about
its syncs loses them, so the harness would see it.

BILLING_POWER_ROUNDS overrides how often it goes under load, BILLING_POWER_STARTS how often in a
first start, BILLING_SEED the seed.
"""
import collections
import json
import os
import random
import re
import signal
import subprocess
import unittest

import views
from builders import head
from case import SEED
from driver import Driver
from power_loss import POWER_LOSSES, Disk, Left
from retrying import RetryTest
from server import Server

REPLAY = os.environ.get("BILLING_REPLAY", "build/release/bin/billing-replay")
ROUNDS = int(os.environ.get("BILLING_POWER_ROUNDS", "12"))
STARTS = int(os.environ.get("BILLING_POWER_STARTS", "12"))
DATA_LOSS = 4
# What a start does to its files, at least: that many operations until it serves.
FIRST_START_OPERATIONS, START_OPERATIONS = 150, 60


class PowerLoss(RetryTest):
    def setUp(self):
        self.disk = Disk()
        self.addCleanup(self.disk.close)
        super().setUp()

    def make_server(self):
        server = Server(*self.flags, data=self.disk.root / "data")
        server.environment = self.disk.watch()
        return server

    def lose_power(self, rng, left, **watched):
        """While the server does not run. `watched`: how the next one is."""
        unsynced = self.disk.lose_power(rng, left)
        self.server.environment = self.disk.watch(**watched)
        return unsynced

    def start_and_lose_power(self, rng, left, operations):
        """The power goes once more, somewhere in the first so many operations of a start."""
        self.server.environment = self.disk.watch(cut_at=rng.randint(1, operations))
        try:
            self.server.start()
        except AssertionError as error:
            self.assertIn(f"exit code {-signal.SIGKILL} ", str(error))
        else:
            self.server.kill()
        self.lose_power(rng, left)

    def start(self, *accounts):
        self.server.start()
        self.reconnect(*accounts)

    def under_load(self, load, name, seconds, step=0):
        """Loads the server, kills it, and says what was done."""
        load.begin(self.server.address, 64_000_000, name, step)
        self.assertTrue(load.lasts(seconds), "the load ended before the power")
        self.server.kill()
        load.end()
        return load.operations()

    def audit(self):
        """Records, tree, checkpoints and anchor fit, and the stored rows are the log's fold."""
        for verb in ("verify", "diff"):
            done = subprocess.run([REPLAY, verb, str(self.server.data), "--json"],
                                  capture_output=True, text=True, check=False, timeout=300)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue(json.loads(done.stdout.splitlines()[-1])["rows_compared"], done.stdout)

    def test_nothing_acknowledged_is_lost(self):
        print(f"seed {SEED}, {ROUNDS} rounds")
        rng, counts, step = random.Random(SEED), collections.Counter(), 0
        with Driver(SEED) as load:
            load.prepare(self.client)
            for number in range(ROUNDS):
                left = POWER_LOSSES[number % len(POWER_LOSSES)]
                told = f"round {number}, left is {left.value}"
                operations = self.under_load(load, f"power-{number}", rng.uniform(0.05, 1.0), step)
                step += len(operations) // 64
                counts["acknowledged"] += sum(each.recorded for each in operations)
                counts["unsynced"] += self.lose_power(rng, left)
                if number % 3 == 2:
                    self.start_and_lose_power(rng, left, START_OPERATIONS)
                self.start()
                self.assertEqual(self.recover(operations)[:20], [], told)
                self.assertEqual(self.checker.violations[:20], [], told)
        self.assertEqual(views.compare(self.client, self.checker.state)[:20], [])
        self.assertEqual(self.server.stop(), 0)
        self.audit()
        print(f"{counts['acknowledged']} acknowledged, {self.retried} retried, of which "
              f"{self.found} had been carried out; {counts['unsynced']} of {self.disk.operations} "
              f"operations on files were not synced")
        self.assertGreater(counts["acknowledged"], 20 * ROUNDS)
        self.assertGreater(counts["unsynced"], ROUNDS)

    def test_a_log_with_holes_is_whole_or_refused_and_never_cut(self):
        """The disk kept of the last batch what came later, and not what came first."""
        print(f"seed {SEED}, {STARTS} rounds")
        rng, refused = random.Random(SEED), 0
        with Driver(SEED) as load:
            for number in range(STARTS):
                load.prepare(self.client)
                operations = self.under_load(load, f"holes-{number}", rng.uniform(0.1, 0.4))
                last = max(each.position for each in operations if each.recorded)
                self.lose_power(rng, Left.HOLES)
                try:
                    self.start()
                    reached = head(self.client)
                    self.server.kill()
                except AssertionError as error:
                    self.assertIn(f"exit code {DATA_LOSS} ", str(error))
                    reached = int(re.search(r"can be read up to position (\d+)", str(error))[1])
                    refused += 1
                self.assertGreaterEqual(reached, last, f"round {number}")
                self.disk.empty()
                self.server.environment = self.disk.watch()
                self.start()
        print(f"refused {refused} times")

    def test_a_clean_stop_leaves_nothing_unsure(self):
        acme = self.account()
        self.ok(acme.add_card("visa"))
        self.assertEqual(self.server.stop(), 0)
        self.lose_power(random.Random(SEED), Left.NOTHING)
        self.start(acme)
        self.assertEqual(acme.live_cards(), ["visa"])

    def test_without_its_syncs_all_that_was_acknowledged_is_lost(self):
        rng = random.Random(SEED)
        with Driver(SEED) as load:
            load.prepare(self.client)
            self.assertEqual(self.recover(load.operations()), [])
            self.assertEqual(self.server.stop(), 0)
            self.lose_power(rng, Left.NOTHING, strip="/")
            self.start()
            operations = self.under_load(load, "stripped", 0.5)
            self.lose_power(rng, Left.NOTHING)
        self.start()
        acknowledged = [each for each in operations if each.recorded and not each.replayed]
        self.assertGreater(len(acknowledged), 20)
        self.assertEqual(self.recover(operations), acknowledged)
        self.assertNotEqual(self.checker.violations, [], "the checker saw nothing")

    def test_without_the_syncs_of_the_log_the_anchor_says_what_is_missing(self):
        rng = random.Random(SEED)
        acme = self.account()
        self.ok(acme.add_card("kept"))
        self.assertEqual(self.server.stop(), 0)
        self.lose_power(rng, Left.NOTHING, strip="/data/log/")
        self.start(acme)
        for number in range(30):
            self.ok(acme.add_card(f"lost-{number}"))
        # On the way out the anchor is synced, with a sync that does what it says.
        self.assertEqual(self.server.stop(), 0)
        self.lose_power(rng, Left.NOTHING)
        code, output = self.server.refuse()
        self.assertEqual(code, DATA_LOSS, output)
        self.assertRegex(output, r"ends at position 2, .*positions 3 to 32 are missing")

    def test_power_lost_anywhere_in_the_first_start_leaves_a_place_to_start(self):
        print(f"seed {SEED}, {STARTS} starts")
        rng = random.Random(SEED)
        self.server.kill()
        for number in range(STARTS):
            left = POWER_LOSSES[number % len(POWER_LOSSES)]
            with self.subTest(number=number, left=left.value):
                self.disk.empty()
                self.start_and_lose_power(rng, left, FIRST_START_OPERATIONS)
                self.start()
                acme = self.account()
                self.ok(acme.add_card("visa"))
                self.server.kill()
                self.lose_power(rng, left)
                self.start(acme)
                self.assertEqual(acme.live_cards(), ["visa"])
                self.server.kill()


if __name__ == "__main__":
    unittest.main()

"""kill -9 under load, again and again, on one data directory.

BILLING_KILL_ROUNDS overrides how many rounds, BILLING_SEED the seed.
"""
import os
import random
import time
import unittest

import views
from case import SEED
from driver import Driver
from retrying import RetryTest

ROUNDS = int(os.environ.get("BILLING_KILL_ROUNDS", "50"))
SERVING_SECONDS = 15  # from the start of the process, on a machine that is busy


class Kill(RetryTest):
    def test_nothing_acknowledged_is_lost_and_every_retry_is_answered_once(self):
        print(f"seed {SEED}, {ROUNDS} rounds")
        rng, slowest = random.Random(SEED), 0.0
        acknowledged, step = 0, 0
        with Driver(SEED) as load:
            load.prepare(self.client)
            for number in range(ROUNDS):
                seconds = rng.uniform(0.05, 2.0)
                load.begin(self.server.address, 64_000_000, f"kill-{number}", step)
                self.assertTrue(load.lasts(seconds), "the load ended before the kill")
                self.server.kill()
                load.end()
                operations = load.operations()
                acknowledged += sum(each.recorded for each in operations)
                step += len(operations) // 64
                began = time.monotonic()
                self.server.start()
                slowest = max(slowest, time.monotonic() - began)
                self.assertLess(slowest, SERVING_SECONDS)
                self.reconnect()
                self.assertEqual(self.recover(operations)[:20], [], f"in round {number}")
                self.assertEqual(self.checker.violations[:20], [], f"in round {number}")
        self.assertEqual(views.compare(self.client, self.checker.state)[:20], [])
        print(f"{acknowledged} acknowledged, {self.retried} retried, of which {self.found} had "
              f"been carried out; serving after {slowest:.2f} s at most")
        self.assertGreater(acknowledged, 20 * ROUNDS)
        self.assertGreater(self.retried, ROUNDS)


if __name__ == "__main__":
    unittest.main()

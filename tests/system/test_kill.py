"""kill -9 under load, again and again, on one data directory.

BILLING_KILL_ROUNDS overrides how many rounds, BILLING_SEED the seed.
"""
import os
import random
import time
import unittest

import views
from case import SEED, RestartTest
from checker import Checker, read_history
from driver import Driver
from operations import perform

ROUNDS = int(os.environ.get("BILLING_KILL_ROUNDS", "50"))
SERVING_SECONDS = 15  # from the start of the process, on a machine that is busy


class Kill(RestartTest):
    flags = ("--refusals-per-minute", "0")

    def test_nothing_acknowledged_is_lost_and_every_retry_is_answered_once(self):
        print(f"seed {SEED}, {ROUNDS} rounds")
        rng, self.checker = random.Random(SEED), Checker()
        self.retried, self.found, self.slowest = 0, 0, 0.0
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
                self._recover(operations)
                self.assertEqual(self.checker.violations[:20], [], f"in round {number}")
        self.assertEqual(views.compare(self.client, self.checker.state)[:20], [])
        print(f"{acknowledged} acknowledged, {self.retried} retried, of which {self.found} had "
              f"been carried out; serving after {self.slowest:.2f} s at most")
        self.assertGreater(acknowledged, 20 * ROUNDS)
        self.assertGreater(self.retried, ROUNDS)

    def _recover(self, operations):
        """Restarts, repeats what was under way, and checks what the round added."""
        began = time.monotonic()
        self.server.start()
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.assertLess(self.slowest, SERVING_SECONDS)
        self.reconnect()
        # The log's own words before any retry could add to them.
        survived = list(read_history(self.client, self.checker.head))
        positions = {event.request_id: event.position for event in survived}
        retries = []
        for operation in operations:
            if operation.is_command and operation.outcome == "unknown":
                retries += self._retry(operation, positions.get(operation.id))
        self.checker.expect(operations + retries)
        self.checker.feed(read_history(self.client, self.checker.head))
        self.checker.verify(operations + retries)

    def _retry(self, operation, position):
        """A definite answer, the one in the log if there is one, and the same again."""
        request = operation.parsed_request()
        first, second = (perform(self.client, operation.method, request, operation.principal,
                                 operation.roles, operation.on_behalf_of) for _ in range(2))
        told = f"{operation.method} {operation.id}: {first}"
        self.assertIn(first.outcome, ("ok", "refused"), told)
        if position is not None:
            self.found += 1
            self.assertEqual((first.position, first.replayed), (position, True), told)
        else:
            self.assertFalse(first.replayed, told)
        self.assertEqual((second.outcome, second.position, second.reason, second.replayed),
                         (first.outcome, first.position, first.reason, first.recorded), told)
        self.retried += 1
        return [first, second]


if __name__ == "__main__":
    unittest.main()

"""SIGTERM under load: what was acknowledged is there, and the server ends by itself."""
import time
import unittest

import views
from case import SEED, RestartTest
from checker import Checker, read_history
from driver import Driver

DRAIN_SECONDS = 20


class Drain(RestartTest):
    flags = ("--refusals-per-minute", "0")

    def test_what_was_acknowledged_before_a_drain_is_there_after_it(self):
        print(f"seed {SEED}")
        checker = Checker()
        with Driver(SEED) as load:
            load.prepare(self.client)
            for number, seconds in enumerate((0.3, 1.5)):
                load.begin(self.server.address, 10_000_000, f"drain-{number}", step=200 * number)
                self.assertTrue(load.lasts(seconds), "the load ended before the drain")
                self.server.terminate()
                began = time.monotonic()
                self.assertEqual(self.server.wait(), 0, self.server.tail())
                self.assertLess(time.monotonic() - began, DRAIN_SECONDS)
                load.end()
                operations = load.operations()
                self.assertGreater(sum(each.outcome == "ok" for each in operations), 50)
                self.server.start()
                self.reconnect()
                checker.expect(operations)
                checker.feed(read_history(self.client, checker.head))
                checker.verify(operations)
        self.assertEqual(checker.violations, [])
        self.assertEqual(views.compare(self.client, checker.state), [])

    def test_an_idle_server_ends_at_once(self):
        began = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - began, 5)


if __name__ == "__main__":
    unittest.main()

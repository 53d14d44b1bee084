"""Many clients on a few cards; then an independent checker reads the log.

BILLING_RACE_COMMANDS overrides how many commands, BILLING_SEED the seed.
"""
import os
import time
import unittest

import views
from case import SEED, RestartTest
from checker import Checker, read_history
from driver import Driver

COMMANDS = int(os.environ.get("BILLING_RACE_COMMANDS", "20000"))

# What a run must have met, or it proves nothing: the generator's own test.
MET = ("SetActive ok", "SetActive CARD_REMOVED", "SetActive CARD_NOT_FOUND",
       "SetActive ACTIVE_CARD_CHANGED", "SetActive ROLE_REQUIRED", "AddCard ok",
       "AddCard CARD_ALREADY_EXISTS", "RemoveCard ok", "RemoveCard CARD_NOT_REMOVABLE",
       "RemoveCard CARD_NOT_FOUND", "CreateSubscription ok",
       "CreateSubscription SUBSCRIPTION_ALREADY_EXISTS", "CreateSubscription CARD_REMOVED",
       "CancelSubscription ok", "ReactivateSubscription ok", "DisableSubscription ok",
       "UpdateCard ok", "SetPolicy ok", "ListCardsInUse ok")


class Race(RestartTest):
    flags = ("--refusals-per-minute", "0")

    def test_no_command_of_many_at_once_breaks_a_rule(self):
        print(f"seed {SEED}, {COMMANDS} commands")
        with Driver(SEED, processes=2) as load:
            load.prepare(self.client)
            began = time.monotonic()
            load.begin(self.server.address, COMMANDS, "race")
            counts = load.end()
            took = time.monotonic() - began
            operations = load.operations()
        for outcome, times in sorted(counts.items()):
            print(f"{times:8} {outcome}")
        print(f"{len(operations)} operations in {took:.1f} s")
        checker = Checker()
        checker.expect(operations)
        checker.feed(read_history(self.client))
        checker.verify(operations)
        self.assertEqual(checker.violations[:20], [])
        self.assertEqual(views.compare(self.client, checker.state)[:20], [])
        self.assertEqual([each for each in counts if each.endswith(" unknown")], [])
        self.assertEqual([each for each in MET if each not in counts], [], "never met")
        self.assertGreater(checker.head, COMMANDS // 2)


if __name__ == "__main__":
    unittest.main()

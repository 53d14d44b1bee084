"""Every reason that the server knows, reached over gRPC, with what its refusal says checked.

The list of reasons is the server's own; what no scenario reaches must name the in-process test
that does (reaching.py).
"""
import unittest

import reasons_billing
import reasons_cards
from builders import head
from case import SystemTest
from reaching import (
    FACTS_IN_PROCESS, IN_PROCESS, SCENARIOS, UNRECORDED, exists, reasons_of_rules,
    reasons_of_the_server)

FAMILIES = (reasons_cards, reasons_billing)


class Reasons(SystemTest):
    flags = ("--refusals-per-minute", "1000")

    def test_each_is_reached_and_explains_itself(self):
        recorded = reasons_of_rules() - UNRECORDED
        for reason, run in SCENARIOS:
            with self.subTest(reason, how=run.__name__):
                refusal = self.refused(run(self), reason)
                # `refused` has read the record back where there is one.
                self.assertEqual(bool(refusal.event_position), reason in recorded, refusal)
                if reason in recorded:
                    self.assertEqual(refusal.event_position, head(self.client))

    def test_none_is_forgotten(self):
        every = reasons_of_rules() | reasons_of_the_server()
        self.assertGreater(len(reasons_of_rules()), 50, "the list could not be read")
        self.assertGreater(len(reasons_of_the_server()), 10, "the list could not be read")
        reached = {scenario.reason for scenario in SCENARIOS}
        self.assertEqual(reached | set(IN_PROCESS), every)
        self.assertEqual(reached & set(IN_PROCESS), set(), "reached after all")

    def test_what_is_left_to_tests_in_process_is_tested_there(self):
        left = [*IN_PROCESS.items(), *FACTS_IN_PROCESS.items()]
        self.assertEqual([name for name, test in left if not exists(test)], [])

    def test_every_family_has_its_scenarios(self):
        for family in FAMILIES:
            self.assertTrue([each for each in SCENARIOS if each.run.__module__ == family.__name__])


if __name__ == "__main__":
    unittest.main()

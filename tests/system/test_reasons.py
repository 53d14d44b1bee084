"""Every reason that the server knows, reached over gRPC, with what its refusal says checked.

The list of reasons is the server's own; what no scenario reaches must name the in-process test
that does (reaching.py).
"""
import unittest

import reasons_billing
import reasons_cards
from builders import head
from case import SystemTest
from client import OPERATOR
from reaching import (
    FACTS_IN_PROCESS, IN_PROCESS, SCENARIOS, UNRECORDED, exists, reasons_of_rules,
    reasons_of_the_server)
from wire import pb

FAMILIES = (reasons_cards, reasons_billing)

# What was refused for the request's own sake, or for what never was: no fact made it true, at
# least not always.
WITHOUT_FACTS = {
    "CARD_NOT_FOUND", "SUBSCRIPTION_NOT_FOUND", "BILLING_PROFILE_NOT_FOUND", "CHARGE_NOT_FOUND",
    "TRANSFER_NOT_FOUND", "CARD_EXPIRED", "CARD_TYPE_NOT_SUPPORTED", "CARD_NUMBER_IMMUTABLE",
    "NO_BALANCE_DUE", "ROLE_NOT_GRANTED", "INVOICE_PAYMENT_NOT_REQUESTED",
    "INVOICE_PAYMENT_NOT_APPROVED", "TRANSFER_TO_SELF",
    # Their blockers have them.
    "CARD_NOT_REMOVABLE", "PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH"}


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
                    self._explained(refusal)

    def _explained(self, refusal):
        """ExplainRefusal says the rule, and facts before the refusal."""
        explained = self.ok(self.client.call("ExplainRefusal", pb.ExplainRefusalRequest(
            position=refusal.event_position), **OPERATOR))
        self.assertEqual(explained.reason, refusal.reason)
        self.assertTrue(explained.rule and explained.rule_source, explained)
        self.assertEqual(tuple((each.type, each.subject, each.remedy)
                               for each in explained.blockers), refusal.blockers)
        facts = [fact.position for fact in explained.facts]
        if refusal.reason not in WITHOUT_FACTS:
            self.assertTrue(facts, "no fact made it true")
        for blocker in explained.blockers:
            self.assertTrue(blocker.rule and blocker.facts, blocker)
            facts += [fact.position for fact in blocker.facts]
        self.assertLess(max(facts, default=0), refusal.event_position)

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

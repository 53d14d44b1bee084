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
MET = tuple(f"{method} {outcome}" for method, outcomes in {
    "SetActive": "ok CARD_REMOVED CARD_NOT_FOUND ACTIVE_CARD_CHANGED ROLE_REQUIRED "
                 "SUBSCRIPTION_TRANSFERRED PAYMENT_METHOD_BELONGS_TO_BILLING_PROFILE",
    "AddCard": "ok CARD_ALREADY_EXISTS",
    "RemoveCard": "ok CARD_NOT_REMOVABLE CARD_NOT_FOUND",
    "CreateSubscription": "ok SUBSCRIPTION_ALREADY_EXISTS CARD_REMOVED",
    "CancelSubscription": "ok", "DisableSubscription": "ok", "UpdateCard": "ok",
    "ReactivateSubscription": "ok",
    "SetPolicy": "ok", "ListCardsInUse": "ok", "GetBalance": "ok",
    "RecordCharge": "ok CHARGE_ALREADY_EXISTS SUBSCRIPTION_TRANSFERRED",
    "RecordPayment": "ok CHARGE_ALREADY_PAID CHARGE_NOT_FOUND",
    "VoidCharge": "ok CHARGE_ALREADY_PAID",
    "SettleBalance": "ok FULL_BALANCE_REQUIRED NO_BALANCE_DUE CARD_REMOVED",
    "ReplacePaymentMethod": "ok ROLE_REQUIRED CARD_REMOVED",
    "DetachPaymentMethod": "ok PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH",
    "ChangeBillingProfile": "ok BILLING_PROFILE_INACTIVE",
    "SendTransfer": "ok TRANSFER_ALREADY_PENDING TRANSFER_TO_SELF SUBSCRIPTION_NOT_ACTIVE",
    "AcceptTransfer": "ok DESTINATION_PAST_DUE",
    "CancelTransfer": "ok TRANSFER_NOT_PENDING", "DeclineTransfer": "ok",
    "GrantRole": "ok", "RequestInvoicePayment": "ok", "DecideInvoicePayment": "ok",
    "UpdateBillingAccount": "ok",
}.items() for outcome in outcomes.split())


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

"""Case 24 and its like: charges, settlements, profiles and transfers that meet other commands.
Every race ends as one of its serial outcomes."""
import collections
import unittest

from builders import short
from client import BILLER
from racing import ROUNDS, RacingTest, outcome
from wire import pb

PAID, DECLINED = pb.PAYMENT_OUTCOME_SUCCEEDED, pb.PAYMENT_OUTCOME_DECLINED


class ChargeRaces(RacingTest):
    def with_cards(self):
        account = self.account()
        for card in ("c1", "c2"):
            self.ok(account.add_card(card))
        self.ok(account.subscribe("s1", "c1"))
        return account

    def past_due_is(self, account, subscription):
        return (self.ok(account.get_subscription(subscription)).subscription.state
                == pb.SUBSCRIPTION_STATE_PAST_DUE)

    def test_a_new_charge_against_removal_of_its_card(self):
        account, seen = self.account(policy=pb.Policy(max_cards=1_000)), collections.Counter()
        for number in range(ROUNDS):
            subscription, card, charge = f"s{number}", f"c{number}", f"p{number}"
            self.ok(account.add_card(card))
            self.ok(account.subscribe(subscription, card))
            self.ok(account.cancel(subscription))
            answers = self.race(number,
                                ("RecordCharge", account.charge_request(charge, subscription),
                                 BILLER),
                                ("RemoveCard", account.remove_card_request(card)))
            result = tuple(map(outcome, answers))
            seen[result] += 1
            charged = self.ok(answers[0]).charge.card
            self.assertEqual(charged, "" if result[1] == "ok" else account.card(card))
            if result[1] != "ok":
                self.assertEqual([each[:2] for each in answers[1].blockers],
                                 [("PENDING_CHARGES", account.charge(charge))])
        self.assertEqual(set(seen), {("ok", "ok"), ("ok", "CARD_NOT_REMOVABLE")}, seen)

    def test_a_new_decline_against_the_settlement_of_the_rest(self):
        account, seen = self.with_cards(), collections.Counter()
        for number in range(ROUNDS):
            first, second, failed = f"p{number}", f"q{number}", ("c1", "c2")[number % 2]
            self.ok(account.set_active("s1", failed))
            paying = "c2" if failed == "c1" else "c1"
            self.ok(account.past_due(first, "s1"))
            self.ok(account.record_charge(second, "s1", cents=50))
            answers = self.race(number // 2,
                                ("RecordPayment", account.payment_request(
                                    second, DECLINED, "51"), BILLER),
                                ("SettleBalance", account.settle_request(
                                    failed, paying, 1000, reference=f"capture-{number}"), BILLER))
            result = tuple(map(outcome, answers))
            seen[result] += 1
            # Whichever came first, what is declined now is due now.
            self.assertTrue(self.past_due_is(account, "s1"))
            due = [second] if result[1] == "ok" else [first, second]
            self.assertEqual([short(each.name) for each in self.ok(account.balance()).charges],
                             due)
            for charge in due:
                self.ok(account.pay(charge))
            self.assertFalse(self.past_due_is(account, "s1"))
        self.assertEqual(set(seen), {("ok", "ok"), ("ok", "FULL_BALANCE_REQUIRED")}, seen)

    def test_one_capture_reported_twice_at_once(self):
        account = self.with_cards()
        for number in range(ROUNDS // 2):
            failed = ("c1", "c2")[number % 2]
            paying = "c2" if failed == "c1" else "c1"
            self.ok(account.set_active("s1", failed))
            self.ok(account.past_due(f"p{number}", "s1"))
            request = account.settle_request(failed, paying, 1000, reference=f"capture-{number}")
            answers = self.race(number, ("SettleBalance", request, BILLER),
                                ("SettleBalance", request, BILLER))
            paid = sorted(len(self.ok(each).moved_subscriptions) for each in answers)
            self.assertEqual(paid, [0, 1], "one of them moves the cards")
            self.assertEqual(account.pays(), {"s1": paying})
        self.assertEqual(len(account.events(types=["BalanceSettled"])), ROUNDS // 2)

    def test_success_and_void_of_one_charge(self):
        account, seen = self.with_cards(), collections.Counter()
        for number in range(ROUNDS):
            charge = f"p{number}"
            self.ok(account.past_due(charge, "s1"))
            answers = self.race(number,
                                ("RecordPayment", account.payment_request(charge, PAID), BILLER),
                                ("VoidCharge", pb.VoidChargeRequest(name=account.charge(charge)),
                                 BILLER))
            seen[tuple(map(outcome, answers))] += 1
            self.assertFalse(self.past_due_is(account, "s1"))
        self.assertEqual(set(seen), {("ok", "CHARGE_ALREADY_PAID"), ("CHARGE_VOIDED", "ok")}, seen)


class ProfileRaces(RacingTest):
    def test_a_new_charge_against_the_detach_of_its_profile(self):
        account, seen = self.customer_agreement(), collections.Counter()
        self.ok(account.add_card("c1"))
        for number in range(ROUNDS):
            profile, charge = f"b{number}", f"p{number}"
            self.ok(account.create_profile(profile, "c1"))
            answers = self.race(number,
                                ("RecordCharge", account.charge_request(charge, profile=profile),
                                 BILLER),
                                ("DetachPaymentMethod", pb.DetachPaymentMethodRequest(
                                    name=account.profile(profile))))
            result = tuple(map(outcome, answers))
            seen[result] += 1
            charged = self.ok(answers[0]).charge.card
            self.assertEqual(charged, "" if result[1] == "ok" else account.card("c1"))
        self.assertEqual(set(seen), {("ok", "ok"),
                                     ("ok", "PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH")}, seen)

    def test_a_replacement_against_removal_of_the_new_card(self):
        account, seen = self.customer_agreement(), collections.Counter()
        self.ok(account.add_card("base"))
        self.ok(account.create_profile("main", "base"))
        for number in range(ROUNDS):
            card = f"c{number}"
            self.ok(account.add_card(card))
            answers = self.race(number,
                                ("ReplacePaymentMethod", account.replace_request("main", card)),
                                ("RemoveCard", account.remove_card_request(card)))
            result = tuple(map(outcome, answers))
            seen[result] += 1
            if result[0] == "ok":
                self.assertEqual([each[:2] for each in answers[1].blockers],
                                 [("CARD_IS_BILLING_PROFILE_DEFAULT", account.profile("main"))])
                self.ok(account.replace("main", "base"))
                self.ok(account.remove_card(card))
        self.assertEqual(set(seen), {("ok", "CARD_NOT_REMOVABLE"), ("CARD_REMOVED", "ok")}, seen)


class TransferRaces(RacingTest):
    def setUp(self):
        super().setUp()
        self.sender, self.receiver = self.account(), self.account()
        for account in (self.sender, self.receiver):
            for card in ("c1", "c2"):
                self.ok(account.add_card(card))

    def offer(self, number):
        """A subscription on c1 that is offered; its id is the transfer's too."""
        name = f"s{number}"
        self.ok(self.sender.subscribe(name, "c1"))
        self.ok(self.sender.send(name, name, self.receiver))
        return name

    def accept(self, name, subscription=None):
        return "AcceptTransfer", self.receiver.accept_request(
            self.sender, name, subscription or name, card="c1")

    def test_case_24_set_active_by_the_sender_against_the_acceptance(self):
        seen = collections.Counter()
        for number in range(ROUNDS):
            name = self.offer(number)
            answers = self.race(number, self.accept(name),
                                ("SetActive", self.sender.set_active_request(name, "c2")))
            seen[tuple(map(outcome, answers))] += 1
            # In either order it ends with the recipient, on the recipient's card.
            self.assertEqual(short(self.ok(answers[0]).subscription.card), "c1")
            left = self.ok(self.sender.get_subscription(name)).subscription
            self.assertEqual((left.state, left.card), (pb.SUBSCRIPTION_STATE_TRANSFERRED, ""))
        self.assertEqual(set(seen), {("ok", "ok"), ("ok", "SUBSCRIPTION_TRANSFERRED")}, seen)
        self.assertEqual(self.sender.pays(), {})
        self.assertEqual(len(self.receiver.pays()), ROUNDS)

    def test_acceptance_against_its_withdrawal(self):
        seen = collections.Counter()
        for number in range(ROUNDS):
            name = self.offer(number)
            answers = self.race(number, self.accept(name),
                                ("CancelTransfer", pb.CancelTransferRequest(
                                    name=self.sender.transfer(name))))
            result = tuple(map(outcome, answers))
            seen[result] += 1
            self.assertEqual(name in self.receiver.pays(), result[0] == "ok")
            self.assertEqual(name in self.sender.pays(), result[1] == "ok")
        self.assertEqual(set(seen), {("ok", "TRANSFER_NOT_PENDING"),
                                     ("TRANSFER_NOT_PENDING", "ok")}, seen)

    def test_one_transfer_accepted_twice_at_once(self):
        seen = collections.Counter()
        for number in range(ROUNDS // 2):
            name = self.offer(number)
            answers = self.race(number, self.accept(name, f"a{number}"),
                                self.accept(name, f"b{number}"))
            result = tuple(map(outcome, answers))
            seen[result] += 1
            arrived = "a" if result[0] == "ok" else "b"
            self.assertEqual([each for each in (f"a{number}", f"b{number}")
                              if each in self.receiver.pays()], [f"{arrived}{number}"])
        self.assertEqual(set(seen), {("ok", "TRANSFER_NOT_PENDING"),
                                     ("TRANSFER_NOT_PENDING", "ok")}, seen)

    def test_acceptance_against_a_cancellation_of_the_subscription(self):
        seen = collections.Counter()
        for number in range(ROUNDS):
            name = self.offer(number)
            answers = self.race(number, self.accept(name), (
                "CancelSubscription", pb.CancelSubscriptionRequest(
                    name=self.sender.subscription(name))))
            result = tuple(map(outcome, answers))
            seen[result] += 1
            self.assertEqual(name in self.receiver.pays(), result[0] == "ok")
        self.assertEqual(set(seen), {("ok", "INVALID_SUBSCRIPTION_STATE"),
                                     ("SUBSCRIPTION_NOT_ACTIVE", "ok")}, seen)


if __name__ == "__main__":
    unittest.main()

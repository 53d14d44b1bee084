"""The tricky cases of the domain research about charges, invoices, profiles and transfers, by
their numbers. Cases 5 to 9 and 24 are races: test_races.py, test_races_billing.py."""
import unittest

from blockers import DEFAULT, IN_USE, OUTSTANDING, PENDING
from builders import THIS_YEAR, money, short
from case import SystemTest
from client import BILLER, OPERATOR
from wire import pb

ACTIVE, PAST_DUE = pb.SUBSCRIPTION_STATE_ACTIVE, pb.SUBSCRIPTION_STATE_PAST_DUE


def blockers(refusal):
    return [(kind, short(subject)) for kind, subject, _ in refusal.blockers]


class BillingCase(SystemTest):
    def with_cards(self, *cards, **subscriptions):
        """A pay-as-you-go account with cards, and subscriptions on them."""
        account = self.account()
        for card in cards:
            self.ok(account.add_card(card))
        for subscription, card in subscriptions.items():
            self.ok(account.subscribe(subscription, card))
        return account

    def state(self, account, subscription):
        return self.ok(account.get_subscription(subscription)).subscription.state

    def types(self, account, after=0):
        return [event.type for event in account.events(after_position=after)]


class Declines(BillingCase):
    def test_case_4_a_declined_charge_is_recorded_and_moves_no_card(self):
        # Declines are reported to billingd, not made by it: adding a card asks no bank.
        account = self.with_cards("c1", s1="c1")
        self.ok(account.add_card("c2", "s1", set_active=True))
        before = self.ok(account.get_card("c2")).card
        self.ok(account.past_due("p1", "s1"))
        self.assertEqual(account.pays(), {"s1": "c2"})
        self.assertEqual(self.ok(account.get_card("c2")).card, before)
        self.assertEqual(self.types(account)[-3:], ["ChargeRecorded", "PaymentDeclined",
                                                    "SubscriptionBecamePastDue"])

    def test_case_15_a_later_expiry_repairs_the_card_and_not_the_debt(self):
        account = self.with_cards("c1", s1="c1")
        charge = self.ok(account.past_due("p1", "s1")).charge
        self.ok(account.record_charge("p2", "s1"))
        declined = self.ok(account.decline("p2", network="54")).charge
        self.assertEqual((declined.reason, declined.kind), (
            pb.DECLINE_REASON_CARD_EXPIRED, pb.DECLINE_KIND_CUSTOMER_ACTION))
        later = pb.YearMonth(year=THIS_YEAR + 5, month=1)
        self.ok(account.update_card("c1", "expiry", fields={"expiry": later}))
        self.assertEqual(self.state(account, "s1"), PAST_DUE)
        self.assertEqual(account.pays(), {"s1": "c1"})
        unchanged = self.ok(account.get_charge("p1", who=BILLER)).charge
        self.assertEqual(unchanged, charge)

    def test_case_18_switching_the_card_leaves_the_debt_on_the_old_one(self):
        account = self.with_cards("c1", "c2", s1="c1")
        self.ok(account.past_due("p1", "s1"))
        self.assertEqual(self.state(account, "s1"), PAST_DUE)
        self.ok(account.set_active("s1", "c2"))
        self.assertEqual(self.state(account, "s1"), PAST_DUE)
        refusal = self.refused(account.remove_card("c1"), "CARD_NOT_REMOVABLE")
        self.assertEqual(blockers(refusal), [(OUTSTANDING, "p1")])
        self.ok(account.pay("p1"))
        self.assertEqual(self.state(account, "s1"), ACTIVE)
        self.ok(account.remove_card("c1"))

    def test_case_11_one_answer_lists_every_kind_of_blocker(self):
        account = self.with_cards("c1", s1="c1", s2="c1")
        self.ok(account.past_due("p1", "s1"))
        self.ok(account.record_charge("p2", "s2"))
        refusal = self.refused(account.remove_card("c1"), "CARD_NOT_REMOVABLE")
        self.assertEqual(blockers(refusal), [(IN_USE, "s1"), (IN_USE, "s2"), (OUTSTANDING, "p1"),
                                             (PENDING, "p2")])
        for _, _, remedy in refusal.blockers:
            self.assertRegex(remedy, "[A-Z][a-z]+[A-Z]", "names the command that clears it")

    def test_a_subscription_is_past_due_until_its_last_charge_is_cleared(self):
        account = self.with_cards("c1", s1="c1")
        for charge in ("p1", "p2", "p3"):
            self.ok(account.past_due(charge, "s1"))
        self.ok(account.pay("p1"))
        self.ok(account.void("p2"))
        self.assertEqual(self.state(account, "s1"), PAST_DUE)
        self.ok(account.void("p3", who=OPERATOR))
        self.assertEqual(self.state(account, "s1"), ACTIVE)
        became = [kind for kind in self.types(account) if kind.startswith("SubscriptionBecame")]
        self.assertEqual(became, ["SubscriptionBecamePastDue", "SubscriptionBecameCurrent"])


class Settlements(BillingCase):
    def test_case_19_the_whole_debt_of_both_cards_is_settled_and_all_move(self):
        account = self.with_cards("c1", "c2", s1="c1", s2="c1", s3="c2", s4="c1")
        for charge, subscription, cents in (("p1", "s1", 1000), ("p2", "s2", 550),
                                            ("p3", "s3", 99)):
            self.ok(account.past_due(charge, subscription, cents=cents))
        self.ok(account.record_charge("p4", "s4", cents=7))  # pending: not due
        for cents in (1000, 1550, 1648, 1650, 1656):
            self.refused(account.settle("c1", "c2", cents), "FULL_BALANCE_REQUIRED")
        answer = self.ok(account.settle("c1", "c2", 1649, requested_by="users/alice"))
        self.assertEqual([short(name) for name in answer.charges], ["p1", "p2", "p3"])
        self.assertEqual([short(name) for name in answer.moved_subscriptions], ["s1", "s2", "s4"])
        self.assertEqual(account.pays(), dict.fromkeys(("s1", "s2", "s3", "s4"), "c2"))
        self.assertEqual([self.state(account, each) for each in ("s1", "s2", "s3")], [ACTIVE] * 3)
        events = account.events(types=["BalanceSettled"])
        self.assertEqual(len(events), 1)
        self.assertEqual(events[0].balance_settled.amount, money(1649))
        self.assertEqual(events[0].balance_settled.requested_by, "users/alice")
        moved = account.events(types=["ActiveCardChanged"])[-1].active_card_changed
        self.assertEqual((moved.cause, moved.selected_subscription), (pb.CHANGE_CAUSE_SETTLE, ""))

    def test_case_20_a_settlement_that_is_refused_changes_nothing(self):
        account = self.with_cards("c1", "c2", "c3", s1="c1", s2="c2")
        self.ok(account.past_due("p1", "s1"))
        self.ok(account.remove_card("c3"))
        before = self.ok(account.get_charge("p1")).charge
        self.refused(account.settle("c1", "c3", 1000), "CARD_REMOVED")
        self.refused(account.settle("c1", "c4", 1000), "CARD_NOT_FOUND")
        self.refused(account.settle("c2", "c1", 1000), "NO_BALANCE_DUE")
        self.assertEqual(self.ok(account.get_charge("p1")).charge, before)
        self.assertEqual(account.pays(), {"s1": "c1", "s2": "c2"})
        self.assertEqual(self.state(account, "s1"), PAST_DUE)

    def test_a_settlement_reported_twice_is_one(self):
        account = self.with_cards("c1", "c2", s1="c1")
        self.ok(account.past_due("p1", "s1"))
        self.ok(account.settle("c1", "c2", 1000))
        self.ok(account.past_due("p2", "s1"))
        self.ok(account.settle("c1", "c2", 1000))  # the same capture-1 again
        self.assertEqual(self.types(account)[-1], "NothingChanged")
        self.refused(account.settle("c2", "c1", 1000), "SETTLEMENT_ALREADY_EXISTS")
        self.assertEqual(account.pays(), {"s1": "c2"})
        self.assertEqual(self.ok(account.get_charge("p2")).charge.state,
                         pb.CHARGE_STATE_PAST_DUE)

    def test_settling_moves_the_failed_cards_subscriptions_whatever_the_policy_says(self):
        account = self.with_cards("c1", "c2", "c3", s1="c1", s2="c3", s3="")
        self.ok(account.set_policy(pb.Policy(cascade=pb.CASCADE_ALL_SUBSCRIPTIONS)))
        self.ok(account.past_due("p1", "s1"))
        self.ok(account.settle("c1", "c2", 1000))
        self.assertEqual(account.pays(), {"s1": "c2", "s2": "c3", "s3": ""})

    def test_under_a_customer_agreement_a_settlement_replaces_the_profiles_card(self):
        account = self.customer_agreement()
        for card in ("c1", "c2"):
            self.ok(account.add_card(card))
        for profile in ("a", "b"):
            self.ok(account.create_profile(profile, "c1"))
            self.ok(account.subscribe("s-" + profile, profile=profile))
        self.ok(account.past_due("p1", "s-a"))
        self.ok(account.past_due("p2", profile="b"))
        answer = self.ok(account.settle("c1", "c2", 2000))
        self.assertEqual([short(name) for name in answer.charges], ["p1", "p2"])
        self.assertEqual(account.pays(), {"s-a": "c2", "s-b": "c2"})
        self.assertEqual(self.types(account)[-4:], [
            "BalanceSettled", "SubscriptionBecameCurrent", "PaymentMethodReplaced",
            "PaymentMethodReplaced"])
        self.ok(account.remove_card("c1"))


class Invoices(BillingCase):
    def test_case_27_there_is_no_way_back_from_invoice_to_card(self):
        account = self.with_cards("c1", s1="c1", s2="c1")
        self.refused(account.to_invoice("s1"), "INVOICE_PAYMENT_NOT_APPROVED")
        self.refused(account.request_invoice(), "BUSINESS_ACCOUNT_REQUIRED")
        self.ok(account.update(business=True))
        self.ok(account.request_invoice())
        self.refused(account.to_invoice("s1"), "INVOICE_PAYMENT_NOT_APPROVED")
        self.ok(account.decide_invoice())
        self.assertEqual(account.pays(), {"s1": "c1", "s2": "c1"}, "approval switches nobody")
        self.ok(account.past_due("p1", "s2"))
        self.refused(account.to_invoice("s1"), "OUTSTANDING_CHARGES")
        self.ok(account.pay("p1"))
        switched = self.ok(account.to_invoice("s1")).subscription
        self.assertEqual((switched.card, switched.pays_by_invoice), ("", True))
        self.assertEqual(account.pays(), {"s1": "", "s2": "c1"}, "the named one alone")
        self.refused(account.set_active("s1", "c1"), "SWITCH_BACK_TO_CARD_NOT_ALLOWED")
        self.ok(account.to_invoice("s1"))
        self.assertEqual(self.types(account)[-1], "NothingChanged")

    def test_a_rejected_account_may_ask_again(self):
        account = self.account(business=True)
        self.ok(account.request_invoice())
        self.refused(account.request_invoice(), "INVOICE_PAYMENT_ALREADY_REQUESTED")
        rejected = self.ok(account.decide_invoice(approved=False)).billing_account
        self.assertEqual(rejected.invoice_payment, pb.INVOICE_PAYMENT_STATE_REJECTED)
        self.refused(account.decide_invoice(), "INVOICE_PAYMENT_NOT_REQUESTED")
        self.ok(account.request_invoice())
        self.ok(account.decide_invoice())
        self.refused(account.request_invoice(), "INVOICE_PAYMENT_ALREADY_REQUESTED")

    def test_invoice_payers_never_move_in_a_cascade_and_survive_reactivation(self):
        account = self.with_cards("c1", "c2", s1="c1", s2="c1")
        self.ok(account.update(business=True))
        self.ok(account.set_policy(pb.Policy(cascade=pb.CASCADE_ALL_SUBSCRIPTIONS)))
        self.ok(account.request_invoice())
        self.ok(account.decide_invoice())
        self.ok(account.to_invoice("s1"))
        self.ok(account.set_active("s2", "c2"))
        self.assertEqual(account.pays(), {"s1": "", "s2": "c2"})
        charge = self.ok(account.record_charge("p1", "s1")).charge
        self.assertEqual(charge.card, "", "nobody's card is charged")
        self.ok(account.cancel("s1"))
        self.ok(account.reactivate("s1"))

    def test_a_profile_that_pays_by_invoice_may_go_back_to_a_card(self):
        account = self.customer_agreement(business=True)
        self.ok(account.add_card("c1"))
        self.ok(account.create_profile("main", "c1"))
        self.ok(account.subscribe("s1", profile="main"))
        self.ok(account.request_invoice())
        self.ok(account.decide_invoice())
        self.refused(account.to_invoice("s1"), "AGREEMENT_NOT_SUPPORTED")
        profile = self.ok(account.to_invoice(profile="main")).billing_profile
        self.assertEqual((profile.card, profile.pays_by_invoice), ("", True))
        self.assertEqual(account.pays(), {"s1": ""})
        self.ok(account.remove_card("c1"))
        self.ok(account.add_card("c2"))
        profile = self.ok(account.replace("main", "c2")).billing_profile
        self.assertEqual((short(profile.card), profile.pays_by_invoice), ("c2", False))
        self.assertEqual(account.pays(), {"s1": "c2"})


class Profiles(BillingCase):
    def test_case_29_a_detach_waits_for_charges_and_is_final(self):
        account = self.customer_agreement()
        self.ok(account.add_card("c1"))
        self.ok(account.create_profile("main", "c1"))
        self.ok(account.subscribe("s1", profile="main"))
        self.ok(account.record_charge("p1", "s1"))
        self.ok(account.cancel("s1"))
        refusal = self.refused(account.detach("main"), "PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH")
        self.assertEqual(blockers(refusal), [(PENDING, "p1")])
        self.ok(account.decline("p1"))
        refusal = self.refused(account.detach("main"), "PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH")
        self.assertEqual(blockers(refusal), [(OUTSTANDING, "p1")])
        self.ok(account.pay("p1"))
        profile = self.ok(account.detach("main")).billing_profile
        self.assertEqual((profile.state, profile.card), (pb.BILLING_PROFILE_STATE_INACTIVE, ""))
        self.refused(account.subscribe("s2", profile="main"), "BILLING_PROFILE_INACTIVE")
        self.refused(account.replace("main", "c1"), "BILLING_PROFILE_INACTIVE")
        self.refused(account.reactivate("s1"), "NO_USABLE_PAYMENT_METHOD")
        self.ok(account.detach("main"))
        self.assertEqual(self.types(account)[-1], "NothingChanged")
        self.ok(account.remove_card("c1"))

    def test_the_card_of_a_profile_is_held_by_it_and_by_its_subscriptions(self):
        account = self.customer_agreement()
        for card in ("c1", "c2"):
            self.ok(account.add_card(card))
        self.ok(account.create_profile("main", "c1"))
        refusal = self.refused(account.remove_card("c1"), "CARD_NOT_REMOVABLE")
        self.assertEqual(blockers(refusal), [(DEFAULT, "main")])
        self.assertTrue(self.ok(account.get_card("c1")).card.in_use)
        self.ok(account.subscribe("s1", profile="main"))
        self.ok(account.subscribe("s2", profile="main"))
        self.assertEqual(self.ok(account.get_subscription("s1")).subscription.card, "")
        self.ok(account.past_due("p1", "s2"))
        refusal = self.refused(account.remove_card("c1"), "CARD_NOT_REMOVABLE")
        self.assertEqual(blockers(refusal), [(IN_USE, "s1"), (IN_USE, "s2"), (DEFAULT, "main"),
                                             (OUTSTANDING, "p1")])
        self.ok(account.replace("main", "c2"))
        self.assertEqual(account.pays(), {"s1": "c2", "s2": "c2"})
        refusal = self.refused(account.remove_card("c1"), "CARD_NOT_REMOVABLE")
        self.assertEqual(blockers(refusal), [(OUTSTANDING, "p1")])

    def test_replacing_changes_one_profile_and_rebilling_one_subscription(self):
        account = self.customer_agreement()
        for card in ("c1", "c2"):
            self.ok(account.add_card(card))
        for profile in ("a", "b"):
            self.ok(account.create_profile(profile, "c1"))
        for subscription in ("s1", "s2"):
            self.ok(account.subscribe(subscription, profile="a"))
        self.ok(account.replace("a", "c2"))
        self.ok(account.bill_to("s1", "b"))
        self.assertEqual(account.pays(), {"s1": "c1", "s2": "c2"})
        refusal = self.refused(account.set_active("s1", "c2"),
                               "PAYMENT_METHOD_BELONGS_TO_BILLING_PROFILE")
        self.assertIn(account.profile("b"), refusal.metadata.values())

    def test_a_profiles_declined_charge_makes_no_subscription_past_due(self):
        account = self.customer_agreement()
        self.ok(account.add_card("c1"))
        self.ok(account.create_profile("main", "c1"))
        self.ok(account.subscribe("s1", profile="main"))
        self.ok(account.past_due("p1", profile="main"))
        self.assertEqual(self.state(account, "s1"), ACTIVE)


if __name__ == "__main__":
    unittest.main()

"""The tricky cases of the domain research about transfers and roles, by their numbers. Case 24
is a race: test_races_billing.py."""
import unittest

from blockers import OUTSTANDING
from builders import short
from case import SystemTest
from client import ALICE, OPERATOR, Refusal
from wire import microseconds, pb

BOB = {"principal": "users/bob"}


class TransferCase(SystemTest):
    def two_accounts(self, **fields):
        """One of alice's with s1 and s2 on c1, and one of bob's with c9 and s9 on it."""
        sender, receiver = self.account(), self.account(administrator="users/bob", **fields)
        self.ok(sender.add_card("c1"))
        for subscription in ("s1", "s2"):
            self.ok(sender.subscribe(subscription, "c1"))
        self.ok(receiver.add_card("c9", who=BOB))
        self.ok(receiver.subscribe("s9", "c9", who=BOB))
        return sender, receiver


class Transfers(TransferCase):
    def test_case_21_a_pending_transfer_changes_nothing(self):
        # Its end after fifteen days is tests/engine's: the binary has no clock of a test.
        sender, receiver = self.two_accounts()
        before = self.ok(sender.get_subscription("s1")).subscription
        sent = self.ok(sender.send("t1", "s1", receiver)).transfer
        days = (microseconds(sent.expire_time) - microseconds(sent.send_time)) / 86_400_000_000
        self.assertEqual((days, sent.state), (15, pb.TRANSFER_STATE_PENDING))
        self.assertEqual(self.ok(sender.get_subscription("s1")).subscription, before)
        self.assertEqual(sender.pays(), {"s1": "c1", "s2": "c1"})
        self.refused(sender.remove_card("c1"), "CARD_NOT_REMOVABLE")
        self.refused(sender.send("t2", "s1", receiver), "TRANSFER_ALREADY_PENDING")

    def test_case_22_an_accepted_subscription_joins_the_recipients_group(self):
        sender, receiver = self.two_accounts()
        self.ok(sender.record_charge("p1", "s1"))
        self.ok(sender.send("t1", "s1", receiver))
        answer = self.ok(receiver.accept(sender, "t1", "s1", card="c9", who=BOB))
        arrived = answer.subscription
        self.assertEqual((arrived.name, arrived.state, short(arrived.card)),
                         (receiver.subscription("s1"), pb.SUBSCRIPTION_STATE_ACTIVE, "c9"))
        left = self.ok(sender.get_subscription("s1")).subscription
        self.assertEqual((left.state, left.card), (pb.SUBSCRIPTION_STATE_TRANSFERRED, ""))
        self.assertEqual(sender.pays(), {"s2": "c1"})
        self.refused(sender.set_active("s1", "c1"), "SUBSCRIPTION_TRANSFERRED")
        self.ok(receiver.add_card("c10", "s9", set_active=True, who=BOB))
        self.assertEqual({short(row.subscription): short(row.card) for row in self.ok(
            self.client.call("ListCardsInUse", pb.ListCardsInUseRequest(parent=receiver.name),
                             **BOB)).cards_in_use}, {"s1": "c10", "s9": "c10"})
        # What was charged before stays with the sender, and holds the sender's card.
        self.ok(sender.cancel("s2"))
        refusal = self.refused(sender.remove_card("c1"), "CARD_NOT_REMOVABLE")
        self.assertEqual([short(each[1]) for each in refusal.blockers], ["p1"])
        self.ok(sender.pay("p1"))
        self.ok(sender.remove_card("c1"))
        self.refused(receiver.accept(sender, "t1", "s2", card="c10", who=BOB),
                     "TRANSFER_NOT_PENDING")

    def test_case_22_both_facts_are_one_commit_and_name_each_other(self):
        sender, receiver = self.two_accounts()
        self.ok(sender.send("t1", "s1", receiver))
        answer = self.ok(receiver.accept(sender, "t1", "s1", card="c9", who=BOB))
        came, left = receiver.events()[-1], sender.events()[-1]
        self.assertEqual((came.type, left.type), ("SubscriptionTransferredIn",
                                                  "SubscriptionTransferredOut"))
        self.assertEqual((came.position + 1, left.position), (left.position,
                                                              answer.receipt.position))
        self.assertEqual(came.commit_time, left.commit_time)
        self.assertEqual(came.decided_at_position, left.decided_at_position)
        self.assertEqual(left.subscription_transferred_out.position, came.position)
        self.assertEqual(came.subscription_transferred_in.transfer, sender.transfer("t1"))

    def test_case_23_the_senders_card_is_not_found(self):
        sender, receiver = self.two_accounts()
        self.ok(sender.send("t1", "s1", receiver))
        foreign, unknown = (self.client.call("AcceptTransfer", pb.AcceptTransferRequest(
            name=sender.transfer("t1"), subscription_id="s1", card=card), **BOB)
            for card in (sender.card("c1"), "billingAccounts/nobody/cards/c1"))
        for answer in (foreign, unknown):
            self.refused(answer, "CARD_NOT_FOUND")
        self.assertEqual(foreign.message, unknown.message, "reveals nothing")
        self.assertEqual(self.ok(sender.get_transfer("t1")).transfer.state,
                         pb.TRANSFER_STATE_PENDING)

    def test_case_25_only_an_active_subscription_is_transferred(self):
        sender, receiver = self.two_accounts()
        self.ok(sender.disable("s1"))
        self.refused(sender.send("t1", "s1", receiver), "SUBSCRIPTION_NOT_ACTIVE")
        self.ok(sender.send("t2", "s2", receiver))
        self.ok(sender.past_due("p1", "s2"))
        self.refused(receiver.accept(sender, "t2", "s2", card="c9", who=BOB),
                     "SUBSCRIPTION_NOT_ACTIVE")
        self.ok(sender.pay("p1"))
        self.ok(receiver.accept(sender, "t2", "s2", card="c9", who=BOB))

    def test_what_stands_in_the_way_of_receiving(self):
        sender, abroad = self.two_accounts(country="DE")
        self.ok(sender.send("t1", "s1", abroad))
        self.refused(abroad.accept(sender, "t1", "s1", card="c9", who=BOB),
                     "CROSS_COUNTRY_NOT_SUPPORTED")
        sender, indebted = self.two_accounts()
        self.ok(sender.send("t1", "s1", indebted))
        self.ok(indebted.past_due("p1", "s9"))
        self.refused(indebted.accept(sender, "t1", "s1", card="c9", who=BOB),
                     "DESTINATION_PAST_DUE")
        self.ok(indebted.pay("p1"))
        self.refused(indebted.accept(sender, "t1", "s9", card="c9", who=BOB),
                     "SUBSCRIPTION_ALREADY_EXISTS")
        self.ok(indebted.accept(sender, "t1", "s1", who=BOB))
        arrived = self.ok(indebted.get_subscription("s1", who=BOB)).subscription
        self.assertEqual(arrived.card, "", "pay-as-you-go may begin without a method")

    def test_under_a_customer_agreement_a_profile_receives(self):
        sender, receiver = self.two_accounts()
        corp = self.customer_agreement(administrator="users/bob")
        self.ok(corp.add_card("c1", who=BOB))
        self.ok(corp.create_profile("main", "c1", who=BOB))
        self.ok(sender.send("t1", "s1", corp))
        self.refused(corp.accept(sender, "t1", "s1", who=BOB), "BILLING_PROFILE_REQUIRED")
        self.refused(corp.accept(sender, "t1", "s1", card="c1", who=BOB),
                     "AGREEMENT_NOT_SUPPORTED")
        self.ok(corp.accept(sender, "t1", "s1", profile="main", who=BOB))
        self.ok(sender.send("t2", "s2", receiver))
        self.refused(receiver.accept(sender, "t2", "s2", profile="main", who=BOB),
                     "AGREEMENT_NOT_SUPPORTED")

    def test_an_ended_transfer_stays_ended(self):
        sender, receiver = self.two_accounts()
        self.ok(sender.send("t1", "s1", receiver))
        self.ok(receiver.decline_transfer(sender, "t1", who=BOB))
        self.ok(sender.send("t2", "s1", receiver))
        self.ok(sender.cancel_transfer("t2"))
        for transfer in ("t1", "t2"):
            self.refused(receiver.accept(sender, transfer, "s1", card="c9", who=BOB),
                         "TRANSFER_NOT_PENDING")
            self.refused(receiver.decline_transfer(sender, transfer, who=BOB),
                         "TRANSFER_NOT_PENDING")
            self.refused(sender.cancel_transfer(transfer), "TRANSFER_NOT_PENDING")
        self.refused(sender.send("t1", "s1", receiver), "TRANSFER_ALREADY_EXISTS")
        declined = receiver.events(types=["TransferDeclined"])[0]
        told = sender.events(types=["TransferDeclined"])[0].transfer_declined
        self.assertEqual((told.position, told.subscription),
                         (declined.position, sender.subscription("s1")))

    def test_an_offer_to_an_account_that_is_not_there_looks_at_nothing(self):
        sender, _ = self.two_accounts()
        request = pb.SendTransferRequest(subscription=sender.subscription("s1"), transfer_id="t1",
                                         to_billing_account="billingAccounts/not-there")
        self.ok(self.client.call("SendTransfer", request))
        self.refused(self.client.call("AcceptTransfer", pb.AcceptTransferRequest(
            name=sender.transfer("t1")), **BOB), "ROLE_REQUIRED")
        self.ok(sender.cancel_transfer("t1"))


class Roles(TransferCase):
    """Case 26; who may do what is who_may.txt's table, in test_roles.py."""

    def test_case_26_a_former_administrator_is_refused(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        self.ok(account.hand_over("users/carol"))
        carol = {"principal": "users/carol"}
        for answer in (account.add_card("c2"), account.remove_card("c1"),
                       account.hand_over(ALICE), account.get_card("c1")):
            self.refused(answer, "ROLE_REQUIRED")
        self.ok(account.add_card("c2", who=carol))
        self.ok(account.hand_over(ALICE, who=OPERATOR, reason="carol left the company"))
        self.refused(account.add_card("c3", who=carol), "ROLE_REQUIRED")
        self.ok(account.add_card("c3"))

    def test_case_26_a_cascade_stays_in_its_account(self):
        first, second = self.account(), self.account()
        same = {"token": "vault-one-card-of-alice"}
        for account in (first, second):
            self.ok(account.add_card("c1", fields=same))
            self.ok(account.add_card("c2"))
            self.ok(account.subscribe("s1", "c1"))
        self.ok(first.set_active("s1", "c2"))
        self.assertEqual((first.pays(), second.pays()), ({"s1": "c2"}, {"s1": "c1"}))

    def test_an_operator_hands_over_only_with_a_reason(self):
        account = self.account()
        self.invalid(account.hand_over("users/carol", who=OPERATOR), "reason")
        self.ok(account.hand_over("users/carol", who=OPERATOR, reason="asked by letter"))

    def test_granted_roles_outlive_a_handover_and_end_when_revoked(self):
        account = self.customer_agreement()
        self.ok(account.add_card("c1"))
        self.ok(account.grant("users/bob", pb.ROLE_CONTRIBUTOR))
        self.ok(account.hand_over("users/carol"))
        self.ok(account.create_profile("main", "c1", who=BOB))
        carol = {"principal": "users/carol"}
        self.ok(account.revoke("users/bob", pb.ROLE_CONTRIBUTOR, who=carol))
        self.assertIsInstance(account.detach("main", who=BOB), Refusal)
        self.refused(account.detach("main", who=BOB), "ROLE_REQUIRED")
        self.refused(account.get(who=BOB), "ROLE_REQUIRED")


class Debts(TransferCase):
    def test_case_22_the_senders_debt_does_not_travel(self):
        sender, receiver = self.two_accounts()
        self.ok(sender.record_charge("p1", "s1"))
        self.ok(sender.send("t1", "s1", receiver))
        self.ok(receiver.accept(sender, "t1", "s1", card="c9", who=BOB))
        self.ok(sender.decline("p1"))
        self.assertEqual(self.ok(sender.get_subscription("s1")).subscription.state,
                         pb.SUBSCRIPTION_STATE_TRANSFERRED, "final")
        self.assertEqual(list(self.ok(receiver.balance(who=BOB)).charges), [])
        refusal = self.refused(sender.remove_card("c1"), "CARD_NOT_REMOVABLE")
        self.assertIn((OUTSTANDING, sender.charge("p1")), [each[:2] for each in refusal.blockers])


if __name__ == "__main__":
    unittest.main()

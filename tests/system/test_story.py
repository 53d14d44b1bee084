"""The founding document's story and its eight rules, from a client that is not C++."""
import unittest

from builders import short
from case import SystemTest
from client import ALICE, OPERATOR
from wire import microseconds, pb


class Story(SystemTest):
    """Two subscriptions on one card; another card takes over; the first can go."""

    def test_a_card_leaves_only_when_nothing_depends_on_it(self):
        contoso = self.account()
        self.ok(contoso.subscribe("web"))
        added = self.ok(contoso.add_card("visa", "web", set_active=True))
        self.assertEqual([short(name) for name in added.moved_subscriptions], ["web"])
        self.ok(contoso.subscribe("mail", "visa"))
        self.ok(contoso.add_card("mastercard", "web"))
        self.assertEqual(contoso.pays(), {"mail": "visa", "web": "visa"})

        refusal = self.refused(contoso.remove_card("visa"), "CARD_NOT_REMOVABLE")
        self.assertEqual([each[:2] for each in refusal.blockers], [
            ("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION", contoso.subscription("mail")),
            ("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION", contoso.subscription("web"))])
        for _, _, remedy in refusal.blockers:
            self.assertRegex(remedy, "SetActive|CancelSubscription")

        moved = self.ok(contoso.set_active("web", "mastercard"))
        self.assertEqual([short(name) for name in moved.moved_subscriptions], ["mail", "web"])
        self.assertEqual(short(moved.subscription.card), "mastercard")
        self.ok(contoso.remove_card("visa"))
        self.assertEqual(contoso.live_cards(), ["mastercard"])
        self.assertEqual(contoso.pays(), {"mail": "mastercard", "web": "mastercard"})

        self.assertEqual([event.type for event in contoso.events()], [
            "BillingAccountCreated", "SubscriptionCreated", "CardAdded", "ActiveCardChanged",
            "SubscriptionCreated", "CardAdded", "CommandRefused", "ActiveCardChanged",
            "CardRemoved"])


class Rules(SystemTest):
    def test_1_only_the_administrator_manages_cards(self):
        account = self.account()
        self.ok(account.subscribe("web"))
        self.ok(account.add_card("visa", "web", set_active=True))
        others = ({"principal": "users/bob"}, OPERATOR,
                  {"principal": "services/biller", "roles": ("biller",)},
                  {"principal": "users/ada", "roles": ("auditor",)})
        for who in others:
            with self.subTest(who=who):
                expiry = {"expiry": pb.YearMonth(year=2035, month=1)}
                for answer in (account.add_card("other", who=who),
                               account.update_card("visa", "expiry", who=who, fields=expiry),
                               account.set_active("web", "visa", who=who),
                               account.remove_card("visa", who=who)):
                    self.refused(answer, "ROLE_REQUIRED")
        self.assertEqual(account.live_cards(), ["visa"])

    def test_2_an_unticked_card_is_only_saved(self):
        account = self.account()
        self.ok(account.add_card("visa"))
        self.ok(account.subscribe("web", "visa"))
        answer = self.ok(account.add_card("amex", "web"))
        self.assertFalse(answer.card.in_use)
        self.assertEqual(list(answer.moved_subscriptions), [])
        self.assertEqual(account.pays(), {"web": "visa"})
        self.ok(account.add_card("jcb", "web", set_active=True))
        self.assertEqual(account.pays(), {"web": "jcb"})
        self.invalid(account.add_card("maestro", set_active=True), "subscription")

    def test_3_the_cascade_takes_the_same_card_group_and_nobody_else(self):
        account = self.account()
        for card in ("c1", "c2", "c3"):
            self.ok(account.add_card(card))
        for subscription, card in (("s1", "c1"), ("s2", "c1"), ("s3", "c3"), ("s4", "")):
            self.ok(account.subscribe(subscription, card))
        self.ok(account.set_active("s1", "c2"))
        self.assertEqual(account.pays(), {"s1": "c2", "s2": "c2", "s3": "c3", "s4": ""})
        self.ok(account.set_active("s4", "c3"))
        self.assertEqual(account.pays(), {"s1": "c2", "s2": "c2", "s3": "c3", "s4": "c3"})

    def test_4_setting_active_is_a_command_of_its_own(self):
        account = self.account()
        self.ok(account.add_card("visa"))
        self.ok(account.subscribe("web"))
        answer = self.ok(account.set_active("web", "visa"))
        self.assertEqual(answer.subscription.card, account.card("visa"))
        self.assertTrue(self.ok(account.get_card("visa")).card.in_use)

    def test_5_details_can_be_edited_the_number_cannot(self):
        account = self.account()
        self.ok(account.add_card("visa"))
        fields = {"holder_name": "Alice Smith", "expiry": pb.YearMonth(year=2035, month=4)}
        card = self.ok(account.update_card("visa", "holder_name", "expiry", fields=fields)).card
        self.assertEqual((card.holder_name, card.expiry.year), ("Alice Smith", 2035))
        fields = {"token": "vault-another-1"}
        self.refused(account.update_card("visa", "token", fields=fields), "CARD_NUMBER_IMMUTABLE")

    def test_6_subscriptions_of_every_product_hold_a_card(self):
        account = self.account()
        self.ok(account.add_card("visa"))
        kinds = {"a-plan": (pb.SUBSCRIPTION_KIND_SUPPORT_PLAN, "RECURRING_CHARGES"),
                 "b-saving": (pb.SUBSCRIPTION_KIND_SAVINGS_PLAN, "RECURRING_CHARGES"),
                 "c-instance": (pb.SUBSCRIPTION_KIND_RESERVATION, "RESERVED_INSTANCES"),
                 "d-usage": (pb.SUBSCRIPTION_KIND_CONSUMPTION,
                             "CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION")}
        for subscription, (kind, _) in kinds.items():
            self.ok(account.subscribe(subscription, "visa", kind=kind))
        refusal = self.refused(account.remove_card("visa"), "CARD_NOT_REMOVABLE")
        self.assertEqual([each[:2] for each in refusal.blockers],
                         [(blocker, account.subscription(subscription))
                          for subscription, (_, blocker) in kinds.items()])
        self.assertEqual(refusal.metadata["blocker_count"], "4")
        for subscription in kinds:
            self.ok(account.cancel(subscription))
        self.ok(account.remove_card("visa"))
        self.assertEqual(account.pays(), dict.fromkeys(kinds, ""))

    def test_6_the_same_card_saved_in_two_accounts_is_two_cards(self):
        first, second = self.account(), self.account()
        same = {"token": "vault-shared-1"}
        self.ok(first.add_card("visa", fields=same))
        self.ok(second.add_card("visa", fields=same))
        self.ok(first.subscribe("web", "visa"))
        self.ok(second.remove_card("visa"))
        self.refused(first.remove_card("visa"), "CARD_NOT_REMOVABLE")
        self.refused(second.set_active("web", "visa"), "SUBSCRIPTION_NOT_FOUND")

    def test_7_under_a_customer_agreement_a_subscription_needs_a_profile(self):
        account = self.account(agreement=pb.AGREEMENT_CUSTOMER_AGREEMENT)
        self.ok(account.add_card("visa"))
        self.refused(account.subscribe("web", "visa"), "AGREEMENT_NOT_SUPPORTED")
        self.refused(account.subscribe("web"), "BILLING_PROFILE_REQUIRED")


class Explained(SystemTest):
    """What a refusal says, and what of it can be found again."""

    def test_a_refusal_names_every_blocker_it_has_room_for_and_counts_them_all(self):
        account = self.account()
        self.ok(account.add_card("visa"))
        names = [f"s{number:02}" for number in range(25)]
        for name in names:
            self.ok(account.subscribe(name, "visa"))
        refusal = self.refused(account.remove_card("visa"), "CARD_NOT_REMOVABLE")
        self.assertEqual([short(subject) for _, subject, _ in refusal.blockers], names[:20])
        self.assertEqual(refusal.metadata["blocker_count"], "25")
        page = self.ok(account.check_removal("visa", page_size=500))
        self.assertFalse(page.removable)
        self.assertEqual([short(each.subject) for each in page.blockers], names)
        self.assertEqual(page.blocker_count, 25)

    def test_a_refusal_is_found_in_the_history_at_the_position_it_names(self):
        account = self.account()
        self.ok(account.add_card("visa"))
        self.ok(account.subscribe("web", "visa"))
        refusal = self.refused(account.remove_card("visa", reason="no longer mine"),
                               "CARD_NOT_REMOVABLE")
        self.assertEqual(refusal.event_position, refusal.position + 1)
        event = self.ok(self.client.call(
            "GetEvent", pb.GetEventRequest(position=refusal.event_position), **OPERATOR)).event
        fact = event.command_refused
        self.assertEqual((fact.command, fact.reason), ("RemoveCard", "CARD_NOT_REMOVABLE"))
        self.assertEqual(fact.request.remove_card.name, account.card("visa"))
        self.assertEqual([each.subject for each in fact.blockers], [account.subscription("web")])
        self.assertEqual((event.principal, event.reason), (ALICE, "no longer mine"))

    def test_a_stranger_learns_nothing_from_a_refusal(self):
        account = self.account()
        bob = {"principal": "users/bob"}
        real = self.refused(account.get_card("visa", who=bob), "ROLE_REQUIRED")
        request = pb.GetCardRequest(name="billingAccounts/no-such-account/cards/visa")
        missing = self.refused(self.client.call("GetCard", request, **bob), "ROLE_REQUIRED")
        self.assertEqual((real.message, real.metadata), (missing.message, missing.metadata))

    def test_only_the_biller_sees_the_token(self):
        account = self.account()
        fields = {"holder_name": "Alice Smith"}
        added = self.ok(account.add_card("visa", fields=fields)).card
        self.assertEqual((added.token, added.holder_name), ("", "Alice Smith"))
        self.assertIn("token", added.redacted_fields)
        biller = {"principal": "services/biller", "roles": ("biller",)}
        seen = self.ok(account.get_card("visa", who=biller)).card
        self.assertEqual((seen.token, seen.holder_name), (f"vault-{account.id}-visa", ""))
        self.assertIn("holder_name", seen.redacted_fields)
        for event in account.events():
            self.assertNotIn(b"vault-", event.SerializeToString())

    def test_every_event_says_who_when_and_why(self):
        account = self.account()
        answer = self.ok(account.add_card("visa", reason="new card"))
        event = account.events()[-1]
        self.assertEqual((event.principal, event.reason, event.type),
                         (ALICE, "new card", "CardAdded"))
        self.assertEqual(event.position, answer.receipt.position)
        self.assertEqual(event.stream, account.name)
        self.assertEqual(event.stream_revision, 2)
        self.assertIn(account.card("visa"), event.subjects)
        self.assertEqual(event.decided_at_position, event.position - 1)
        self.assertEqual(microseconds(event.commit_time),
                         microseconds(answer.receipt.commit_time))


if __name__ == "__main__":
    unittest.main()

"""The tricky cases of the domain research that concern this version, by their numbers.

5 to 9 (a crash and races) are in test_races.py.
"""
import threading
import unittest

from builders import STRICT, THIS_YEAR, short
from case import RestartTest, SystemTest
from client import BILLER, OPERATOR, Refusal
from operations import request_id
from wire import pb

NEED_ONE = pb.Policy(require_payment_method=True)
ALL = pb.Policy(cascade=pb.CASCADE_ALL_SUBSCRIPTIONS)


class Cascade(SystemTest):
    def test_case_1_set_active_moves_the_group_in_one_event(self):
        account = self.account()
        for card in ("c1", "c2", "c3"):
            self.ok(account.add_card(card))
        for subscription, card in (("s1", "c1"), ("s2", "c1"), ("s3", "c3")):
            self.ok(account.subscribe(subscription, card))
        self.ok(account.set_active("s1", "c2"))
        self.assertEqual(account.pays(), {"s1": "c2", "s2": "c2", "s3": "c3"})
        events = account.events(types=["ActiveCardChanged"])
        self.assertEqual([[short(move.subscription) for move in event.active_card_changed.moves]
                          for event in events], [["s1", "s2"]])

    def test_case_2_groups_merge_and_never_split(self):
        account = self.account()
        for card in ("c1", "c2", "c4"):
            self.ok(account.add_card(card))
        for subscription, card in (("s1", "c1"), ("s2", "c1"), ("s3", "c2")):
            self.ok(account.subscribe(subscription, card))
        self.ok(account.set_active("s1", "c2"))
        self.ok(account.set_active("s3", "c4"))
        self.assertEqual(account.pays(), dict.fromkeys(("s1", "s2", "s3"), "c4"))

    def test_case_10_setting_the_active_card_again_changes_nothing(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        self.ok(account.subscribe("s1", "c1"))
        before = self.ok(account.get_subscription("s1")).subscription
        answer = self.ok(account.set_active("s1", "c1"))
        self.assertEqual(list(answer.moved_subscriptions), [])
        self.assertEqual(self.ok(account.get_subscription("s1")).subscription, before)
        self.assertEqual(account.events()[-1].type, "NothingChanged")
        self.assertEqual(answer.receipt.position, account.events()[-1].position)

    def test_set_active_under_all_subscriptions_moves_every_one(self):
        account = self.account()
        self.ok(account.set_policy(ALL))
        for card in ("c1", "c2", "c3"):
            self.ok(account.add_card(card))
        for subscription, card in (("s1", "c1"), ("s2", "c2"), ("s3", "")):
            self.ok(account.subscribe(subscription, card))
        self.ok(account.set_active("s1", "c3"))
        self.assertEqual(account.pays(), dict.fromkeys(("s1", "s2", "s3"), "c3"))


class Removal(SystemTest):
    def test_case_3_a_card_added_unticked_can_be_removed(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        self.ok(account.subscribe("s1", "c1"))
        self.ok(account.add_card("c2", "s1"))
        self.assertEqual(account.pays(), {"s1": "c1"})
        self.ok(account.remove_card("c2"))

    def test_a_policy_is_completed_when_it_comes_in(self):
        account = self.account()
        disabled, active = pb.SUBSCRIPTION_STATE_DISABLED, pb.SUBSCRIPTION_STATE_ACTIVE
        answer = self.ok(account.set_policy(pb.Policy(holding_states=[disabled, disabled])))
        self.assertEqual(list(answer.billing_account.policy.holding_states),
                         [active, pb.SUBSCRIPTION_STATE_PAST_DUE, disabled])
        answer = self.ok(self.client.call("SetPolicy", pb.SetPolicyRequest(name=account.name),
                                          **OPERATOR))
        self.assertEqual(list(answer.billing_account.policy.holding_states),
                         [active, pb.SUBSCRIPTION_STATE_PAST_DUE])
        self.assertEqual(answer.billing_account.policy.max_cards, 100)
        self.ok(account.add_card("c1"))
        self.ok(account.subscribe("s1", "c1"))
        self.ok(account.disable("s1"))
        self.assertTrue(self.ok(account.check_removal("c1")).removable)
        strict = pb.Policy(holding_states=[disabled])
        self.assertFalse(self.ok(account.check_removal("c1", policy=strict)).removable)

    def test_case_12_the_last_card_goes_unless_the_policy_needs_one(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        self.ok(account.remove_card("c1"))
        self.assertEqual(account.live_cards(), [])
        self.ok(account.set_policy(NEED_ONE))
        self.ok(account.add_card("c2"))
        refusal = self.refused(account.remove_card("c2"), "CARD_NOT_REMOVABLE")
        self.assertEqual([each[:2] for each in refusal.blockers],
                         [("LAST_PAYMENT_METHOD_REQUIRED", account.name)])
        self.ok(account.add_card("c3"))
        self.ok(account.remove_card("c2"))

    def test_case_13_the_only_card_of_an_active_subscription_stays_until_replaced(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        self.ok(account.subscribe("s1", "c1"))
        self.refused(account.remove_card("c1"), "CARD_NOT_REMOVABLE")
        self.ok(account.add_card("c2"))
        self.refused(account.remove_card("c1"), "CARD_NOT_REMOVABLE")
        self.ok(account.set_active("s1", "c2"))
        self.ok(account.remove_card("c1"))
        self.refused(account.remove_card("c1"), "CARD_NOT_FOUND")

    def test_case_14_a_cancelled_subscription_lets_the_card_go(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        self.ok(account.subscribe("s1", "c1"))
        self.ok(account.cancel("s1"))
        check = self.ok(account.check_removal("c1"))
        self.assertTrue(check.removable)
        self.assertEqual(list(check.affected_subscriptions), [account.subscription("s1")])
        self.ok(account.remove_card("c1"))
        self.assertEqual(account.pays(), {"s1": ""})
        self.refused(account.reactivate("s1"), "NO_USABLE_PAYMENT_METHOD")

    def test_case_14_under_the_strict_policy_it_keeps_the_card(self):
        account = self.account()
        self.ok(account.set_policy(STRICT))
        self.ok(account.add_card("c1"))
        self.ok(account.subscribe("s1", "c1"))
        self.ok(account.cancel("s1"))
        refusal = self.refused(account.remove_card("c1"), "CARD_NOT_REMOVABLE")
        self.assertEqual([each[0] for each in refusal.blockers],
                         ["CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION"])
        self.refused(account.delete("s1"), "RETENTION_PERIOD_ACTIVE")
        self.ok(account.reactivate("s1"))
        refusal = self.refused(account.remove_card("c1"), "CARD_NOT_REMOVABLE")
        self.assertEqual([each[0] for each in refusal.blockers],
                         ["CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION"])

    def test_a_removal_can_be_checked_under_another_policy(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        self.ok(account.subscribe("s1", "c1"))
        self.ok(account.disable("s1"))
        self.assertTrue(self.ok(account.check_removal("c1")).removable)
        check = self.ok(account.check_removal("c1", policy=STRICT))
        self.assertFalse(check.removable)
        self.assertEqual([each.type for each in check.blockers],
                         ["CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION"])


class Lifecycle(SystemTest):
    def test_what_the_biller_disabled_its_administrator_does_not_reactivate(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        self.ok(account.subscribe("s1", "c1"))
        self.refused(account.disable("s1", who=None), "ROLE_REQUIRED")
        self.ok(account.disable("s1", who=BILLER))
        self.refused(account.reactivate("s1"), "ROLE_REQUIRED")
        self.refused(account.cancel("s1"), "ROLE_REQUIRED")
        self.ok(account.reactivate("s1", who=OPERATOR))
        self.ok(account.cancel("s1"))

    def test_a_change_that_does_not_fit_the_state_is_refused(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        self.ok(account.subscribe("s1", "c1"))
        self.refused(account.delete("s1"), "INVALID_SUBSCRIPTION_STATE")
        self.ok(account.cancel("s1"))
        self.refused(account.disable("s1"), "INVALID_SUBSCRIPTION_STATE")
        before = self.ok(account.get_subscription("s1")).subscription
        self.ok(account.cancel("s1"))
        self.assertEqual(self.ok(account.get_subscription("s1")).subscription, before)


    def test_a_profile_beside_a_card_is_judged_by_the_agreement(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        for card in ("c1", ""):
            request = account.subscribe_request("s1", card)
            request.subscription.billing_profile = f"{account.name}/billingProfiles/main"
            self.refused(account.call("CreateSubscription", request), "AGREEMENT_NOT_SUPPORTED")
            self.assertEqual(account.events()[-1].type, "CommandRefused")


class Cards(SystemTest):
    def test_a_guard_that_names_no_card_of_the_account_is_not_found(self):
        account = self.account()
        for card in ("c1", "c2"):
            self.ok(account.add_card(card))
        self.ok(account.subscribe("s1", "c1"))
        self.refused(account.set_active("s1", "c2", expected="ghost"), "CARD_NOT_FOUND")
        self.ok(account.add_card("c3"))
        self.ok(account.remove_card("c3"))
        self.refused(account.set_active("s1", "c2", expected="c3"), "ACTIVE_CARD_CHANGED")
        self.ok(account.set_active("s1", "c2", expected="c1"))

    def test_a_removed_card_has_its_version_and_is_not_found(self):
        account = self.account()
        added = self.ok(account.add_card("c1")).card
        removed = self.ok(account.remove_card("c1", etag=added.etag)).receipt.position
        self.refused(account.remove_card("c1", etag=added.etag), "ETAG_MISMATCH")
        self.refused(account.remove_card("c1", etag=f'"{removed}"'), "CARD_NOT_FOUND")
        self.refused(account.remove_card("c1"), "CARD_NOT_FOUND")

    def test_case_16_an_expired_card_cannot_be_used(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        # Two years ago is past whatever the day; this December never is.
        past, good = (pb.YearMonth(year=THIS_YEAR - 2, month=12),
                      pb.YearMonth(year=THIS_YEAR, month=12))
        self.refused(account.add_card("c2", fields={"expiry": past}), "CARD_EXPIRED")
        self.refused(account.update_card("c1", "expiry", fields={"expiry": past}), "CARD_EXPIRED")
        self.ok(account.add_card("c2", fields={"expiry": good}))

    def test_case_17_a_new_number_is_a_new_card(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        self.ok(account.subscribe("s1", "c1"))
        before = self.ok(account.get_card("c1")).card
        for path in ("token", "fingerprint", "brand", "funding", "virtual", "last_four",
                     "country"):
            with self.subTest(path):
                self.refused(account.update_card("c1", path), "CARD_NUMBER_IMMUTABLE")
        self.assertEqual(self.ok(account.get_card("c1")).card, before)
        self.assertEqual(account.pays(), {"s1": "c1"})

    def test_case_28_card_types_are_refused_by_their_own_reasons(self):
        table = (("NL", {"funding": pb.FUNDING_PREPAID}, "CARD_TYPE_NOT_SUPPORTED"),
                 ("NL", {"virtual": True}, "CARD_TYPE_NOT_SUPPORTED"),
                 ("BR", {"funding": pb.FUNDING_DEBIT}, "DEBIT_NOT_SUPPORTED_IN_COUNTRY"),
                 ("HK", {"funding": pb.FUNDING_DEBIT}, "DEBIT_NOT_SUPPORTED_IN_COUNTRY"),
                 ("IN", {"brand": pb.BRAND_AMEX}, "CARD_BRAND_NOT_SUPPORTED_IN_COUNTRY"))
        for country, fields, reason in table:
            with self.subTest(country=country, fields=str(fields)):
                account = self.account(country=country)
                self.refused(account.add_card("c1", fields=fields), reason)
                self.assertEqual(account.live_cards(), [])
                self.ok(account.add_card("c2", fields={"brand": pb.BRAND_MASTERCARD}))

    def test_case_30_a_repeated_request_id_has_one_answer_and_one_event(self):
        account, same = self.account(), request_id()
        first = self.ok(account.add_card("c1", request_id=same))
        second = self.ok(account.add_card("c1", request_id=same))
        self.assertEqual(second.receipt.position, first.receipt.position)
        self.assertEqual((first.receipt.replayed, second.receipt.replayed), (False, True))
        self.assertEqual(len(account.events(types=["CardAdded"])), 1)
        self.refused(account.add_card("c2", request_id=same), "REQUEST_ID_REUSED")


class Replay(RestartTest):
    def test_case_31_a_rebuild_from_the_log_equals_the_live_read_models_byte_for_byte(self):
        account, other = self.account(), self.account("globex", country="IN")
        for card in ("c1", "c2", "c3", "c4"):
            self.ok(account.add_card(card, fields={"holder_name": "Alice"}))
        for subscription, card in (("s1", "c1"), ("s2", "c1"), ("s3", "c2"), ("s4", "")):
            self.ok(account.subscribe(subscription, card))
        self.ok(account.set_active("s1", "c3"))
        self.ok(account.set_policy(ALL))
        self.ok(account.set_active("s3", "c4"))
        self.ok(account.set_policy(STRICT))
        self.ok(account.cancel("s2"))
        self.refused(account.remove_card("c4"), "CARD_NOT_REMOVABLE")
        self.ok(account.remove_card("c1"))
        self.ok(other.add_card("c1", request_id=request_id()))
        names = [account.name, other.name]
        self.assert_rebuilds_equal_live(names)


class BigGroup(SystemTest):
    SIZE = 1_000
    CHANGES = 30

    def test_case_32_no_reader_sees_half_a_cascade(self):
        account = self.account()
        for card in ("c0", "c1"):
            self.ok(account.add_card(card))
        calls = [self.client.start("CreateSubscription",
                                   account.subscribe_request(f"s{number:04}", "c0"))
                 for number in range(self.SIZE)]
        for call in calls:
            self.ok(call.answer())
        changes = {account.events()[-1].position: "c0"}  # position → the card from there on
        pages, stop = [], threading.Event()
        reader = threading.Thread(target=self._read, args=(account, pages, stop))
        reader.start()
        try:
            for number in range(self.CHANGES):
                card = f"c{(number + 1) % 2}"
                answer = self.ok(account.set_active(f"s{number:04}", card))
                self.assertEqual(len(answer.moved_subscriptions), self.SIZE)
                changes[answer.receipt.position] = card
        finally:
            stop.set()
            reader.join()
        self._judge(pages, changes)

    def _read(self, account, pages, stop):
        """Polls both pages until told to stop, and once more."""
        client = self.server.client()
        while True:
            last = stop.is_set()
            request = pb.ListCardsInUseRequest(parent=account.name, page_size=500)
            for page in client.pages("ListCardsInUse", request):
                pages.append((page.position, [short(row.card) for row in page.cards_in_use]))
            if last:
                return

    def _judge(self, pages, changes):
        """A page shows one version: all of its rows name the card of its position."""
        self.assertGreater(len(pages), self.CHANGES)
        for position, cards in pages:
            card = changes[max(each for each in changes if each <= position)]
            self.assertEqual(len(cards), 500)
            self.assertEqual(set(cards), {card}, f"at position {position}")
        self.assertGreater(len({position for position, _ in pages}), 2, "readers saw no change")

    def test_case_11_a_refusal_of_a_thousand_blockers_counts_them_all(self):
        account = self.account()
        self.ok(account.add_card("c0"))
        calls = [self.client.start("CreateSubscription",
                                   account.subscribe_request(f"s{number:04}", "c0"))
                 for number in range(self.SIZE)]
        self.assertFalse([call for call in calls if isinstance(call.answer(), Refusal)])
        refusal = self.refused(account.remove_card("c0"), "CARD_NOT_REMOVABLE")
        self.assertEqual(refusal.metadata["blocker_count"], "1000")
        self.assertEqual(len(refusal.blockers), 20)
        request = pb.CheckRemovalRequest(name=account.card("c0"), page_size=300)
        found = [short(blocker.subject) for page in self.client.pages("CheckRemoval", request)
                 for blocker in page.blockers]
        self.assertEqual(found, [f"s{number:04}" for number in range(self.SIZE)])


if __name__ == "__main__":
    unittest.main()

"""Lists: pages, their tokens, and the filters of the history."""
import unittest

from builders import THIS_YEAR, short
from case import SystemTest
from client import ALICE, OPERATOR
from operations import request_id
from wire import METHODS, pb

LISTS = ("ListBillingAccounts", "ListCards", "ListSubscriptions", "ListCardsInUse",
         "ListExpiringCards", "ListEvents", "CheckRemoval")


class Paging(SystemTest):
    def setUp(self):
        self.acme = self.account()
        for number in range(9):
            self.ok(self.acme.add_card(f"c{number}"))
            self.ok(self.acme.subscribe(f"s{number}", "c0"))

    def request(self, method, **fields):
        wanted = {"CheckRemoval": {"name": self.acme.card("c0")}, "ListBillingAccounts": {},
                  "ListProjections": {}, "ListExpiringCards": {
                      "parent": self.acme.name, "before": pb.YearMonth(
                          year=THIS_YEAR + 10, month=1)}}.get(method, {"parent": self.acme.name})
        return METHODS[method].request(**(wanted | fields))

    def rows(self, answer):
        """The rows of a page, as bytes."""
        field = next(each for each in type(answer).DESCRIPTOR.fields
                     if each.label == each.LABEL_REPEATED)
        return [row.SerializeToString() for row in getattr(answer, field.name)]

    def test_pages_of_any_size_give_the_same_rows_once(self):
        for method in LISTS:
            whole = self.rows(self.ok(self.client.call(
                method, self.request(method, page_size=500), **OPERATOR)))
            self.assertTrue(whole, method)
            for size in (1, 4, 9, 10):
                with self.subTest(method=method, size=size):
                    pages = list(self.client.pages(method, self.request(method, page_size=size),
                                                   **OPERATOR))
                    self.assertEqual([row for page in pages for row in self.rows(page)], whole)
                    self.assertTrue(all(len(self.rows(page)) <= size for page in pages))

    def test_zero_means_fifty_and_more_than_five_hundred_counts_as_five_hundred(self):
        big = self.account()
        calls = [self.client.start("CreateSubscription", big.subscribe_request(f"s{number:03}"))
                 for number in range(520)]
        for call in calls:
            self.ok(call.answer())
        for size, expected in ((0, 50), (500, 500), (501, 500), (100_000, 500)):
            answer = self.ok(self.client.call("ListSubscriptions", pb.ListSubscriptionsRequest(
                parent=big.name, page_size=size)))
            self.assertEqual(len(answer.subscriptions), expected, size)

    def test_a_negative_page_size_is_refused(self):
        for method in (*LISTS, "ListProjections"):
            with self.subTest(method):
                self.invalid(self.client.call(method, self.request(method, page_size=-1),
                                              **OPERATOR), "page_size")

    def test_a_token_of_another_request_is_refused(self):
        other = self.account()
        token = self.ok(self.client.call("ListCards", self.request("ListCards", page_size=2))
                        ).next_page_token
        self.assertTrue(token)
        edited = ("A" if token[0] != "A" else "B") + token[1:]
        table = (("ListCards", {"parent": other.name, "page_token": token}),
                 ("ListCards", {"show_removed": True, "page_token": token}),
                 ("ListCards", {"page_token": edited}),
                 ("ListCards", {"page_token": token[:-3]}),
                 ("ListCards", {"page_token": "garbage"}),
                 ("ListCards", {"page_token": "a" * 10_000}),
                 ("ListSubscriptions", {"page_token": token}),
                 ("ListEvents", {"page_token": token}),
                 ("ListBillingAccounts", {"page_token": token}),
                 ("ListProjections", {"page_token": token}),
                 ("CheckRemoval", {"page_token": token}),
                 ("ListCardsInUse", {"page_token": token}),
                 ("ListExpiringCards", {"page_token": token}))
        for method, fields in table:
            with self.subTest(method=method, fields=str(fields)[:80]):
                self.invalid(self.client.call(method, self.request(method, **fields), **OPERATOR),
                             "page_token")

    def test_page_size_and_min_position_may_change_between_pages(self):
        first = self.ok(self.client.call("ListCards", self.request("ListCards", page_size=2)))
        rest = self.ok(self.client.call("ListCards", self.request(
            "ListCards", page_size=100, min_position=first.position,
            page_token=first.next_page_token)))
        self.assertEqual([short(card.name) for card in rest.cards],
                         [f"c{number}" for number in range(2, 9)])
        self.assertEqual(rest.next_page_token, "")

    def test_what_stays_is_listed_once_while_others_come_and_go(self):
        request = self.request("ListCards", page_size=3)
        seen = []
        for number, page in enumerate(self.client.pages("ListCards", request)):
            seen += [short(card.name) for card in page.cards]
            self.ok(self.acme.add_card(f"b{number}"))  # before the cursor
            self.ok(self.acme.add_card(f"d{number}"))  # behind it
            if number == 0:
                self.ok(self.acme.remove_card("c8"))
            self.assertLess(number, 30, "never ends")
        stayed = [card for card in seen if card.startswith("c")]
        self.assertEqual(stayed, [f"c{number}" for number in range(8)])
        self.assertEqual(len(seen), len(set(seen)))
        self.assertEqual(seen, sorted(seen))

    def test_removed_cards_are_listed_on_request(self):
        self.ok(self.acme.remove_card("c5"))
        self.assertNotIn("c5", self.acme.live_cards())
        answer = self.ok(self.client.call("ListCards", self.request("ListCards",
                                                                    show_removed=True)))
        states = {short(card.name): card.state for card in answer.cards}
        self.assertEqual(states["c5"], pb.CARD_STATE_REMOVED)
        self.assertEqual(len(states), 9)

    def test_everybody_lists_the_accounts_they_may_see(self):
        mine = self.account(administrator="users/carol")
        names = [account.name for page in self.client.pages(
            "ListBillingAccounts", pb.ListBillingAccountsRequest(), principal="users/carol")
                 for account in page.billing_accounts]
        self.assertEqual(names, [mine.name])
        request = pb.ListEventsRequest(parent="-")
        self.refused(self.client.call("ListEvents", request, principal=ALICE), "ROLE_REQUIRED")
        expiring = pb.ListExpiringCardsRequest(parent="-", before=pb.YearMonth(
            year=THIS_YEAR + 10, month=1))
        self.refused(self.client.call("ListExpiringCards", expiring, principal=ALICE),
                     "ROLE_REQUIRED")
        self.ok(self.client.call("ListExpiringCards", expiring, **OPERATOR))

    def test_cards_expire_in_the_order_of_their_months(self):
        account = self.account()
        months = {"late": (THIS_YEAR + 4, 1), "soon": (THIS_YEAR + 1, 2),
                  "unused": (THIS_YEAR + 1, 1), "next": (THIS_YEAR + 1, 3)}
        for card, (year, month) in months.items():
            self.ok(account.add_card(card, fields={"expiry": pb.YearMonth(year=year, month=month)}))
            if card != "unused":
                self.ok(account.subscribe("s-" + card, card))
        for before, expected in (((THIS_YEAR + 1, 2), []), ((THIS_YEAR + 1, 3), ["soon"]),
                                 ((THIS_YEAR + 9, 1), ["soon", "next", "late"])):
            answer = self.ok(self.client.call("ListExpiringCards", pb.ListExpiringCardsRequest(
                parent=account.name, before=pb.YearMonth(year=before[0], month=before[1]))))
            self.assertEqual([short(card.name) for card in answer.cards], expected)


class History(SystemTest):
    def setUp(self):
        self.acme, self.same = self.account(), request_id()
        self.ok(self.acme.add_card("c1"))
        self.ok(self.acme.subscribe("web", "c1", request_id=self.same))
        self.ok(self.acme.subscribe("mail", who=OPERATOR))
        self.ok(self.acme.add_card("c2", "web", set_active=True))
        self.refused(self.acme.remove_card("c2"), "CARD_NOT_REMOVABLE")

    def types(self, **filters):
        return [event.type for event in self.acme.events(**filters)]

    def test_filters(self):
        everything = self.types()
        self.assertEqual(everything, [
            "BillingAccountCreated", "CardAdded", "SubscriptionCreated", "SubscriptionCreated",
            "CardAdded", "ActiveCardChanged", "CommandRefused"])
        events = self.acme.events()
        self.assertEqual(self.types(newest_first=True), everything[::-1])
        self.assertEqual(self.types(types=["CardAdded", "CommandRefused"]),
                         ["CardAdded", "CardAdded", "CommandRefused"])
        self.assertEqual(self.types(principal="users/olga"),
                         ["BillingAccountCreated", "SubscriptionCreated"])
        self.assertEqual(self.types(request_id=self.same), ["SubscriptionCreated"])
        self.assertEqual(self.types(after_position=events[1].position), everything[2:])
        self.assertEqual(self.types(until_position=events[1].position), everything[:2])
        self.assertEqual(self.types(start_time=events[4].commit_time), everything[4:])
        self.assertEqual(self.types(end_time=events[4].commit_time), everything[:4])

    def test_a_subject_finds_every_fact_that_concerns_it(self):
        self.assertEqual(self.types(subject=self.acme.card("c1")),
                         ["CardAdded", "SubscriptionCreated", "ActiveCardChanged"])
        self.assertEqual(self.types(subject=self.acme.subscription("web")),
                         ["SubscriptionCreated", "CardAdded", "ActiveCardChanged",
                          "CommandRefused"])
        self.assertEqual(self.types(subject=self.acme.subscription("mail")),
                         ["SubscriptionCreated"])
        self.assertEqual(self.types(subject=self.acme.name), self.types())

    def test_an_account_shows_its_own_events_only(self):
        other = self.account(administrator="users/carol")
        self.assertEqual({event.stream for event in self.acme.events()}, {self.acme.name})
        request = pb.ListEventsRequest(parent=other.name)
        self.refused(self.client.call("ListEvents", request, principal=ALICE), "ROLE_REQUIRED")
        position = other.events()[-1].position
        self.refused(self.client.call("GetEvent", pb.GetEventRequest(position=position),
                                      principal=ALICE), "ROLE_REQUIRED")

    def test_beyond_the_head_there_is_nothing(self):
        self.refused(self.client.call("GetEvent", pb.GetEventRequest(position=1 << 40),
                                      **OPERATOR), "EVENT_NOT_FOUND")
        self.assertEqual(self.types(after_position=1 << 40), [])


if __name__ == "__main__":
    unittest.main()

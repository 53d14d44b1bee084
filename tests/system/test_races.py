"""Cases 5 to 9: commands that meet. Every race ends as one of its serial outcomes."""
import collections
import random
import unittest

from case import SEED, RestartTest
from operations import request_id
from racing import ROUNDS, RacingTest, outcome
from wire import pb

class Races(RacingTest):
    def test_case_6_set_active_against_removal_of_the_new_card(self):
        account, seen = self.account(), collections.Counter()
        for number in range(ROUNDS):
            subscription, card = f"s{number}", f"c{number}"
            self.ok(account.subscribe(subscription))
            self.ok(account.add_card(card))
            answers = self.race(number,
                                ("SetActive", account.set_active_request(subscription, card)),
                                ("RemoveCard", account.remove_card_request(card)))
            result = tuple(map(outcome, answers))
            seen[result] += 1
            self.assertEqual(account.pays()[subscription], card if result[0] == "ok" else "")
            if result[0] == "ok":
                self.assertEqual([each[:2] for each in answers[1].blockers], [
                    ("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION", account.subscription(subscription))])
                self.ok(account.cancel(subscription))
                self.ok(account.remove_card(card))
        self.assertEqual(set(seen), {("ok", "CARD_NOT_REMOVABLE"), ("CARD_REMOVED", "ok")}, seen)

    def test_case_7_set_active_against_removal_of_the_old_card(self):
        account, seen = self.account(), collections.Counter()
        for number in range(ROUNDS):
            subscription, old, new = f"s{number}", f"a{number}", f"b{number}"
            self.ok(account.add_card(old))
            self.ok(account.add_card(new))
            self.ok(account.subscribe(subscription, old))
            answers = self.race(number,
                                ("SetActive", account.set_active_request(subscription, new)),
                                ("RemoveCard", account.remove_card_request(old)))
            result = tuple(map(outcome, answers))
            seen[result] += 1
            self.assertEqual(account.pays()[subscription], new)
            if result[1] != "ok":
                self.ok(account.remove_card(old))
            self.ok(account.cancel(subscription))
            self.ok(account.remove_card(new))
        self.assertEqual(set(seen), {("ok", "ok"), ("ok", "CARD_NOT_REMOVABLE")}, seen)

    def test_case_8_two_set_actives_of_one_group(self):
        account, seen = self.account(), collections.Counter()
        for card in ("c1", "c2", "c3"):
            self.ok(account.add_card(card))
        for subscription, card in (("s1", "c1"), ("s2", "c1"), ("s3", "c2")):
            self.ok(account.subscribe(subscription, card))
        for number in range(ROUNDS):
            answers = self.race(number, ("SetActive", account.set_active_request("s1", "c2")),
                                ("SetActive", account.set_active_request("s2", "c3")))
            first, second = map(self.ok, answers)
            later = "c2" if first.receipt.position > second.receipt.position else "c3"
            seen[later] += 1
            # All on the later card; who had the first's card before moved along.
            self.assertEqual(account.pays(), dict.fromkeys(("s1", "s2", "s3"), later))
            self.ok(account.set_active("s1", "c1"))
        self.assertEqual(set(seen), {"c2", "c3"}, seen)

    def test_case_8_with_the_guard_the_loser_is_told(self):
        account, seen = self.account(), collections.Counter()
        for card in ("c1", "c2", "c3"):
            self.ok(account.add_card(card))
        for subscription in ("s1", "s2"):
            self.ok(account.subscribe(subscription, "c1"))
        for number in range(ROUNDS):
            answers = self.race(number, ("SetActive", account.set_active_request("s1", "c2", "c1")),
                                ("SetActive", account.set_active_request("s2", "c3", "c1")))
            result = tuple(map(outcome, answers))
            seen[result] += 1
            card = "c2" if result[0] == "ok" else "c3"
            self.assertEqual(account.pays(), {"s1": card, "s2": card})
            self.ok(account.set_active("s1", "c1"))
        self.assertEqual(set(seen), {("ok", "ACTIVE_CARD_CHANGED"), ("ACTIVE_CARD_CHANGED", "ok")},
                         seen)

    def test_case_9_a_new_subscription_against_removal_of_its_card(self):
        account, seen = self.account(), collections.Counter()
        for number in range(ROUNDS):
            subscription, card = f"s{number}", f"c{number}"
            self.ok(account.add_card(card))
            answers = self.race(number,
                                ("CreateSubscription",
                                 account.subscribe_request(subscription, card)),
                                ("RemoveCard", account.remove_card_request(card)))
            result = tuple(map(outcome, answers))
            seen[result] += 1
            if result[0] == "ok":
                self.assertEqual(account.pays()[subscription], card)
                self.ok(account.cancel(subscription))
                self.ok(account.remove_card(card))
        self.assertEqual(set(seen), {("ok", "CARD_NOT_REMOVABLE"), ("CARD_REMOVED", "ok")}, seen)


class Crash(RestartTest):
    KILLS = 12

    def test_case_5_a_crash_leaves_both_events_of_a_ticked_card_or_neither(self):
        account, rng = self.account(), random.Random(SEED)
        self.ok(account.add_card("base"))
        self.ok(account.subscribe("web", "base"))
        number = 0
        for _ in range(self.KILLS):
            calls = []
            for _ in range(rng.randint(20, 60)):
                number += 1
                request = account.add_card_request(f"c{number}", "web", set_active=True,
                                                   request_id=request_id())
                calls.append((request, self.client.start("AddCard", request)))
            self.ok(calls[rng.randint(0, 5)][1].answer())
            self.server.kill()
            answers = [(request, call.answer()) for request, call in calls]
            self.server.start()
            self.reconnect(account)
            self._judge(account, answers)
            # Room for the next round below the account's card limit.
            paying = account.pays()["web"]
            for card in account.live_cards():
                if card != paying:
                    self.ok(account.remove_card(card))

    def _judge(self, account, answers):
        for request, answer in answers:
            types = [event.type for event in account.events(request_id=request.request_id)]
            if isinstance(answer, pb.AddCardResponse):
                self.assertEqual(types, ["CardAdded", "ActiveCardChanged"])
            else:
                self.assertEqual(answer.outcome, "unknown", answer)
                self.assertIn(types, ([], ["CardAdded", "ActiveCardChanged"]))


if __name__ == "__main__":
    unittest.main()

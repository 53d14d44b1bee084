"""Repeats, etags, receipts, min_position: what a client may rely on when answers are lost."""
import time
import unittest
import uuid

from builders import Account, head
from case import RestartTest, SystemTest
from client import ALICE, OPERATOR, Refusal
from operations import request_id
from wire import microseconds, pb


class RequestIds(SystemTest):
    def test_a_repeat_gets_the_first_answer_and_happens_once(self):
        account, same = self.account(), request_id()
        first = self.ok(account.add_card("visa", request_id=same))
        before = head(self.client)
        second = self.ok(account.add_card("visa", request_id=same))
        self.assertTrue(second.receipt.replayed)
        second.receipt.replayed = False
        self.assertEqual(second, first)
        self.assertEqual(head(self.client), before)

    def test_a_repeat_is_answered_as_it_was_also_when_things_changed(self):
        account, same = self.account(), request_id()
        self.ok(account.subscribe("web"))
        first = self.ok(account.add_card("visa", "web", set_active=True, request_id=same))
        self.ok(account.update_card("visa", "holder_name", fields={"holder_name": "Alice"}))
        self.ok(account.cancel("web"))
        self.ok(account.remove_card("visa"))
        again = self.ok(account.add_card("visa", "web", set_active=True, request_id=same))
        self.assertEqual(again.receipt.position, first.receipt.position)
        self.assertEqual(again.moved_subscriptions, first.moved_subscriptions)
        self.assertEqual(account.live_cards(), [])

    def test_a_refusal_is_repeated_also_when_it_would_succeed_by_now(self):
        account, same = self.account(), request_id()
        self.ok(account.add_card("visa"))
        self.ok(account.subscribe("web", "visa"))
        first = self.refused(account.remove_card("visa", request_id=same), "CARD_NOT_REMOVABLE")
        self.ok(account.cancel("web"))
        again = self.refused(account.remove_card("visa", request_id=same), "CARD_NOT_REMOVABLE")
        self.assertFalse(first.replayed)
        self.assertTrue(again.replayed)
        self.assertEqual((again.position, again.event_position, again.blockers, again.message),
                         (first.position, first.event_position, first.blockers, first.message))
        self.assertEqual(account.live_cards(), ["visa"])
        self.ok(account.remove_card("visa", request_id=request_id()))

    def test_nothing_to_change_is_repeated_too(self):
        account, same = self.account(), request_id()
        self.ok(account.add_card("visa"))
        self.ok(account.subscribe("web", "visa"))
        first = self.ok(account.set_active("web", "visa", request_id=same))
        self.ok(account.add_card("amex", "web", set_active=True))
        again = self.ok(account.set_active("web", "visa", request_id=same))
        self.assertEqual(again.receipt.position, first.receipt.position)
        self.assertEqual(account.pays(), {"web": "amex"})

    def test_the_same_id_with_another_request_is_refused_and_not_recorded(self):
        account, same = self.account(), request_id()
        self.ok(account.add_card("visa", request_id=same, reason="first"))
        before = head(self.client)
        others = (account.add_card("amex", request_id=same, reason="first"),
                  account.add_card("visa", request_id=same, reason="second"),
                  account.add_card("visa", request_id=same),
                  account.add_card("visa", request_id=same, reason="first",
                                   fields={"holder_name": "Alice"}),
                  account.remove_card("visa", request_id=same))
        for answer in others:
            self.refused(answer, "REQUEST_ID_REUSED")
        self.assertEqual(head(self.client), before)

    def test_what_the_server_fills_in_is_not_part_of_the_request(self):
        account, same = self.account(), request_id()
        first = self.ok(account.add_card("visa", request_id=same))
        again = self.ok(account.add_card("visa", request_id=same, fields={
            "etag": '"7"', "in_use": True, "state": pb.CARD_STATE_REMOVED}))
        self.assertEqual(again.receipt.position, first.receipt.position)

    def test_ids_compare_as_uuids(self):
        account, same = self.account(), request_id()
        first = self.ok(account.add_card("visa", request_id=same.lower()))
        again = self.ok(account.add_card("visa", request_id=same.upper()))
        self.assertEqual(again.receipt.position, first.receipt.position)
        fourth = str(uuid.UUID(int=0x4000_8000_0000_0000_0000 + first.receipt.position))
        self.ok(account.add_card("amex", request_id=fourth))
        self.assertTrue(self.ok(account.add_card("amex", request_id=fourth)).receipt.replayed)

    def test_every_principal_has_ids_of_its_own(self):
        account, same = self.account(), request_id()
        first = self.ok(account.subscribe("web", request_id=same))
        self.refused(account.subscribe("web", who=OPERATOR, request_id=same),
                     "SUBSCRIPTION_ALREADY_EXISTS")
        again = self.ok(account.subscribe("web", request_id=same))
        self.assertEqual(again.receipt.position, first.receipt.position)
        self.assertEqual([(event.principal, event.type)
                          for event in account.events(request_id=same)],
                         [(ALICE, "SubscriptionCreated"), ("users/olga", "CommandRefused")])

    def test_an_id_is_not_spent_by_what_was_not_judged(self):
        account, same = Account(self.client, "later"), request_id()
        policy = pb.Policy(max_cards=7)
        self.refused(account.set_policy(policy, request_id=same), "BILLING_ACCOUNT_NOT_FOUND")
        self.ok(account.open())
        self.refused(account.set_policy(policy, who={"principal": ALICE}, request_id=same),
                     "ROLE_REQUIRED")
        answer = self.ok(account.set_policy(policy, request_id=same))
        self.assertFalse(answer.receipt.replayed)
        self.assertEqual(answer.billing_account.policy.max_cards, 7)

    def test_twins_sent_at_once_are_one_command(self):
        account = self.account()
        for number in range(50):
            request = account.add_card_request(f"c{number}", request_id=request_id())
            calls = [self.client.start("AddCard", request) for _ in range(8)]
            answers = [self.ok(call.answer()) for call in calls]
            self.assertEqual(len({answer.receipt.position for answer in answers}), 1)
            self.assertEqual(sum(not answer.receipt.replayed for answer in answers), 1)
        self.assertEqual(len(account.events(types=["CardAdded"])), 50)
        self.assertEqual(account.events(types=["CommandRefused"]), [])

    def test_without_an_id_there_is_no_such_promise(self):
        account = self.account()
        self.ok(account.add_card("visa"))
        self.refused(account.add_card("visa"), "CARD_ALREADY_EXISTS")

    def test_validate_only_neither_looks_up_nor_spends_an_id(self):
        account, same = self.account(), request_id()
        before = head(self.client)
        answer = self.ok(account.add_card("visa", request_id=same, validate_only=True))
        self.assertEqual((answer.card.name, answer.receipt),
                         (account.card("visa"), pb.Receipt(position=before)))
        self.assertEqual(head(self.client), before)
        answer = self.ok(account.add_card("visa", request_id=same))
        self.assertFalse(answer.receipt.replayed)
        refusal = self.refused(account.add_card("visa", request_id=same, validate_only=True),
                               "CARD_ALREADY_EXISTS")
        self.assertFalse(refusal.replayed)
        self.assertEqual((refusal.position, refusal.event_position), (before + 1, 0))

    def test_validate_only_answers_as_the_command_would(self):
        account = self.account()
        self.ok(account.add_card("visa"))
        self.ok(account.subscribe("web", "visa"))
        asked = self.refused(account.remove_card("visa", validate_only=True), "CARD_NOT_REMOVABLE")
        done = self.refused(account.remove_card("visa"), "CARD_NOT_REMOVABLE")
        self.assertEqual(asked.blockers, done.blockers)
        unnamed = self.ok(account.add_card("", fields={"token": "vault-unnamed"},
                                           validate_only=True))
        self.assertEqual(unnamed.card.name, "")


class AcrossRestarts(RestartTest):
    def test_answers_are_repeated_after_a_stop_and_after_a_kill(self):
        account = self.account()
        added, refused = request_id(), request_id()
        first = self.ok(account.add_card("visa", request_id=added))
        self.ok(account.subscribe("web", "visa"))
        refusal = self.refused(account.remove_card("visa", request_id=refused),
                               "CARD_NOT_REMOVABLE")
        for end in (self.server.stop, self.server.kill):
            end()
            self.server.start()
            self.reconnect(account)
            again = self.ok(account.add_card("visa", request_id=added))
            self.assertEqual((again.receipt.position, again.receipt.leaf_hash),
                             (first.receipt.position, first.receipt.leaf_hash))
            self.assertTrue(again.receipt.replayed)
            told = self.refused(account.remove_card("visa", request_id=refused),
                                "CARD_NOT_REMOVABLE")
            self.assertEqual((told.event_position, told.blockers, told.replayed),
                             (refusal.event_position, refusal.blockers, True))
            self.refused(account.add_card("amex", request_id=added), "REQUEST_ID_REUSED")


class RefusalLimit(RestartTest):
    flags = ("--refusals-per-minute", "3")

    def test_beyond_it_a_refusal_is_not_recorded_and_its_id_not_spent(self):
        account = self.account()
        first = request_id()
        self.refused(account.remove_card("c0", request_id=first), "CARD_NOT_FOUND")
        for number in (1, 2):
            self.refused(account.remove_card(f"c{number}"), "CARD_NOT_FOUND")
        before, same = head(self.client), request_id()
        limited = self.refused(account.remove_card("visa", request_id=same), "REFUSAL_LIMIT")
        self.assertGreater(limited.retry_after, 0)
        self.assertEqual(head(self.client), before)
        # A repeat does not count, and what succeeds is never held back.
        self.refused(account.remove_card("c0", request_id=first), "CARD_NOT_FOUND")
        self.ok(account.add_card("visa"))
        answer = self.ok(account.remove_card("visa", request_id=same))
        self.assertFalse(answer.receipt.replayed)


class Etags(SystemTest):
    def test_only_the_named_version_is_changed(self):
        account = self.account()
        card = self.ok(account.add_card("visa")).card
        changed = self.ok(account.update_card("visa", "holder_name", etag=card.etag,
                                              fields={"holder_name": "Alice"})).card
        self.assertNotEqual(changed.etag, card.etag)
        self.refused(account.update_card("visa", "holder_name", etag=card.etag,
                                         fields={"holder_name": "Bob"}), "ETAG_MISMATCH")
        for malformed in ("no etag of ours", '"abc"', "12", '"012"'):
            self.invalid(account.remove_card("visa", etag=malformed), "etag")
        self.refused(account.remove_card("visa", etag='"0"'), "ETAG_MISMATCH")
        self.ok(account.remove_card("visa", etag=changed.etag))

    def test_it_is_the_position_of_the_last_change_of_own_fields(self):
        account = self.account()
        added = self.ok(account.add_card("visa"))
        made = self.ok(account.subscribe("web"))
        self.assertEqual(added.card.etag, f'"{added.receipt.position}"')
        self.assertEqual(made.subscription.etag, f'"{made.receipt.position}"')
        answer = self.ok(account.set_active("web", "visa", etag=made.subscription.etag))
        self.assertEqual(answer.subscription.etag, f'"{answer.receipt.position}"')
        # in_use is derived: the card itself did not change.
        card = self.ok(account.get_card("visa")).card
        self.assertEqual((card.in_use, card.etag), (True, added.card.etag))
        self.refused(account.set_active("web", "visa", etag=made.subscription.etag),
                     "ETAG_MISMATCH")

    def test_the_role_is_judged_before_it_and_what_is_not_found_after(self):
        account = self.account()
        self.ok(account.add_card("visa"))
        self.refused(account.remove_card("visa", etag='"0"', who={"principal": "users/bob"}),
                     "ROLE_REQUIRED")
        self.refused(account.remove_card("ghost", etag='"1"'), "CARD_NOT_FOUND")
        self.refused(account.set_policy(pb.Policy(), etag='"999999"'), "ETAG_MISMATCH")


class Receipts(SystemTest):
    def test_a_receipt_names_the_last_record_of_its_command(self):
        account = self.account()
        self.ok(account.subscribe("web"))
        ticked = self.ok(account.add_card("visa", "web", set_active=True)).receipt
        nothing = self.ok(account.set_active("web", "visa")).receipt
        for receipt, type_ in ((ticked, "ActiveCardChanged"), (nothing, "NothingChanged")):
            event = self.ok(self.client.call(
                "GetEvent", pb.GetEventRequest(position=receipt.position), **OPERATOR)).event
            self.assertEqual(event.type, type_)
            self.assertEqual(event.leaf_hash, receipt.leaf_hash)
            self.assertEqual(len(receipt.leaf_hash), 32)
            self.assertEqual(microseconds(event.commit_time), microseconds(receipt.commit_time))
        self.assertEqual(nothing.position, ticked.position + 1)
        now = time.time() * 1e6
        self.assertLess(abs(now - microseconds(nothing.commit_time)), 60e6)


class MinPosition(SystemTest):
    def test_a_reader_finds_its_own_write(self):
        account = self.account()
        for number in range(50):
            receipt = self.ok(account.add_card(f"c{number}")).receipt
            answer = self.ok(self.client.call("GetCard", pb.GetCardRequest(
                name=account.card(f"c{number}"), min_position=receipt.position), principal=ALICE))
            self.assertGreaterEqual(answer.position, receipt.position)

    def test_a_position_that_is_not_reached_in_time_is_refused_with_the_head(self):
        account = self.account()
        before = head(self.client)
        request = pb.ListCardsRequest(parent=account.name, min_position=before + 1)
        began = time.monotonic()
        refusal = self.refused(self.client.call("ListCards", request), "POSITION_NOT_REACHED")
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(refusal.metadata["head"], str(before))
        self.assertGreater(refusal.retry_after, 0)
        # 50 ms are left for the answer's way back, which a busy machine may need more for.
        for _ in range(10):
            began = time.monotonic()
            refusal = self.client.call("ListCards", request, timeout=1)
            if refusal.reason:
                break
        self.refused(refusal, "POSITION_NOT_REACHED")
        self.assertLess(time.monotonic() - began, 1)

    def test_a_write_wakes_who_waits_for_it(self):
        account = self.account()
        before = head(self.client)
        waiting = self.client.start("ListCards", pb.ListCardsRequest(
            parent=account.name, min_position=before + 1))
        self.ok(account.add_card("visa"))
        answer = waiting.answer()
        self.assertNotIsInstance(answer, Refusal)
        self.assertEqual(len(answer.cards), 1)
        self.assertGreaterEqual(answer.position, before + 1)


if __name__ == "__main__":
    unittest.main()

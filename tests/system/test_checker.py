"""The checker itself: a good history passes, and every planted defect is found where it is."""
import copy
import unittest

from checker import Checker
from planting import judge, registry, violations_of
from wire import pb
from written_log import ACME, GLOBEX, changed, good_log, move


class GoodHistory(unittest.TestCase):
    def test_has_no_violation(self):
        self.assertEqual(violations_of(good_log()), [])

    def test_may_be_fed_in_rounds(self):
        log, checker = good_log(), Checker()
        for first, last in ((1, 7), (8, 12), (13, 19)):
            operations = [each for each in log.operations if first <= each.position <= last]
            checker.expect(operations)
            checker.feed(log.events[first - 1:last])
            checker.verify(operations)
        self.assertEqual(checker.violations, [])

    def test_may_hold_a_command_whose_answer_was_lost(self):
        log = good_log()
        log.told(19).outcome = "unknown"
        self.assertEqual(violations_of(log), [])

    def test_may_repeat_an_answer(self):
        log = good_log()
        repeat = copy.copy(log.told(8))
        repeat.replayed, repeat.sent, repeat.answered = True, 90_000, 90_001
        log.operations.append(repeat)
        self.assertEqual(violations_of(log), [])


PLANTED, planted = registry()


@planted(7, "I3")
def a_held_card_is_removed(log):
    log.replace(7, pb.CardRemoved(card=ACME.card("visa")))


@planted(8, "I4")
def the_cascade_forgets_one(log):
    del log.event(8).active_card_changed.moves[0]


@planted(8, "I4")
def the_cascade_takes_one_of_another_group(log):
    log.event(8).active_card_changed.moves.append(move(ACME, "db", "master"))


@planted(8, "I1")
def the_cascade_moves_what_does_not_exist(log):
    log.event(8).active_card_changed.moves.append(move(ACME, "ghost", "visa"))


@planted(8, "FOLD")
def a_move_names_another_previous_card(log):
    log.event(8).active_card_changed.moves[0].previous_card = ACME.card("master")


@planted(8, "I2")
def a_foreign_card_is_set_active(log):
    log.event(8).active_card_changed.card = GLOBEX.card("jcb")


@planted(14, "I2")
def a_removed_card_is_set_active(log):
    log.replace(14, changed(ACME, "web", "visa", move(ACME, "mail", "amex"),
                            move(ACME, "web", "amex"), move(ACME, "db", "amex")))


@planted(17, "I2")
def a_subscription_is_created_on_an_unknown_card(log):
    log.event(17).subscription_created.subscription.card = GLOBEX.card("ghost")


@planted(19, "I1")
def a_removal_forgets_to_detach(log):
    del log.event(19).card_removed.detached_subscriptions[:]


@planted(10, "FOLD")
def a_card_is_removed_twice(log):
    log.replace(9, pb.CardRemoved(card=ACME.card("visa")))


@planted(15, "FOLD")
def an_account_is_opened_twice(log):
    log.event(15).billing_account_created.billing_account.name = ACME.name


@planted(13, "FOLD")
def a_subscription_that_does_not_exist_is_cancelled(log):
    log.event(13).subscription_cancelled.subscription = ACME.subscription("ghost")


@planted(10, "GAP")
def a_position_is_missing(log):
    del log.events[8]


@planted(9, "DUPLICATE")
def a_position_occurs_twice(log):
    log.events.insert(9, log.event(9))


@planted(13, "REVISION")
def a_stream_skips_a_revision(log):
    log.event(13).stream_revision += 1


@planted(13, "TIME")
def time_goes_back(log):
    log.event(13).commit_time.FromMilliseconds(0)


@planted(13, "LOST")
def an_acknowledged_command_is_lost(log):
    log.lose(13)


@planted(11, "RULES")
def half_a_command_is_lost(log):
    log.lose(12)


@planted(12, "I6")
def the_first_half_of_a_command_is_lost(log):
    del log.events[10]


@planted(14, "TWICE")
def a_command_is_carried_out_twice(log):
    log.event(14).request_id = log.event(13).request_id


@planted(7, "RULES")
def a_refusal_misses_a_blocker(log):
    del log.event(7).command_refused.blockers[1]


@planted(10, "RULES")
def an_allowed_command_is_refused(log):
    log.replace(10, pb.CommandRefused(
        command="RemoveCard", reason="CARD_NOT_REMOVABLE",
        request=pb.Command(remove_card=log.told(10).parsed_request())))


@planted(9, "RULES")
def a_change_is_called_none(log):
    log.operations[8].request = ACME.set_active_request(
        "db", "visa", request_id=log.event(9).request_id).SerializeToString()


@planted(13, "I6")
def a_fact_comes_from_nobody(log):
    log.event(13).request_id = "11111111-0000-7000-8000-000000000000"


@planted(13, "I6")
def a_fact_names_another_principal(log):
    log.event(13).principal = "users/mallory"


@planted(15, "I6")
def a_fact_forgets_the_platform_role(log):
    del log.event(15).roles[:]


@planted(13, "I6")
def a_fact_is_called_something_else(log):
    log.event(13).type = "SubscriptionDeleted"


@planted(9, "I6")
def an_empty_success_keeps_another_request(log):
    log.event(9).nothing_changed.request.set_active.card = ACME.card("visa")


@planted(13, "POSITION")
def an_answer_names_another_position(log):
    log.told(12).position = 13


@planted(7, "POSITION")
def a_refusal_names_another_position(log):
    log.told(7).judged_at = 5


@planted(7, "ANSWER")
def a_client_is_told_another_reason(log):
    log.told(7).reason = "CARD_NOT_FOUND"


@planted(8, "ANSWER")
def a_client_is_told_other_moves(log):
    response = log.told(8).parsed_response()
    del response.moved_subscriptions[0]
    log.told(8).response = response.SerializeToString()


@planted(8, "ANSWER")
def a_receipt_is_of_other_bytes(log):
    response = log.told(8).parsed_response()
    response.receipt.leaf_hash = bytes(32)
    log.told(8).response = response.SerializeToString()


@planted(8, "RETRY")
def a_repeat_is_answered_differently(log):
    repeat = copy.copy(log.told(8))
    repeat.position, repeat.replayed = 9, True
    log.operations.append(repeat)


@planted(13, "EFFECT")
def an_unauthorised_command_leaves_a_record(log):
    log.told(13).outcome, log.told(13).reason = "refused", "ROLE_REQUIRED"


@planted(13, "RULES")
def an_administrator_is_told_that_a_role_is_missing(log):
    told = copy.copy(log.told(13))
    told.id, told.outcome, told.reason = "another", "refused", "ROLE_REQUIRED"
    told.position, told.judged_at = 0, 13
    log.operations.append(told)


@planted(13, "EFFECT")
def a_command_that_was_not_judged_leaves_a_record(log):
    log.told(13).outcome, log.told(13).reason = "unjudged", "QUEUE_FULL"


@planted(10, "REAL_TIME")
def a_later_command_is_put_before_an_earlier_one(log):
    log.told(10).sent, log.told(10).answered = 80_000, 80_001


@planted(12, "READ")
def a_reader_sees_half_a_cascade(log):
    log.operations.pop()
    log.read(ACME, 12, {"web": "amex", "mail": "master", "db": "amex"})


@planted(11, "READ")
def a_reader_sees_half_a_command(log):
    log.operations.pop()
    log.read(ACME, 11, {"web": "master", "mail": "master", "db": "master"})


@planted(12, "REAL_TIME")
def a_reader_sees_an_old_state(log):
    log.operations[-1].sent = 90_000


class PlantedDefects(unittest.TestCase):
    def test_are_thirty_at_least(self):
        self.assertGreaterEqual(len(PLANTED), 30)

    def test_are_each_found_where_they_are(self):
        judge(self, PLANTED, good_log)


if __name__ == "__main__":
    unittest.main()

"""The checker on profiles, charges, settlements, invoice, roles and transfers: the second
good history passes, and every planted defect is found where it is."""
import unittest

from planting import judge, registry, violations_of
from wire import FACTS, pb
from written_billing import (
    ACME, CORP, GLOBEX, current, good_billing_log, money, settled, transferred_in)
from written_log import good_log

PLANTED, planted = registry()


def at(mark, offset=0):
    """The position of a marked command's first record, or of one behind it."""
    return lambda log: log.marks[mark] + offset


def fact(log, mark, offset=0):
    """The marked command's fact."""
    event = log.event(log.marks[mark] + offset)
    return getattr(event, event.WhichOneof("data"))


def replace(log, mark, wanted, offset=0):
    log.replace(log.marks[mark] + offset, wanted)


def lose(log, mark, offset=0):
    log.lose(log.marks[mark] + offset)


class GoodHistory(unittest.TestCase):
    def test_has_no_violation(self):
        self.assertEqual(violations_of(good_billing_log()), [])

    def test_of_both_holds_every_kind_of_fact(self):
        shown = {event.WhichOneof("data") for log in (good_log(), good_billing_log())
                 for event in log.events}
        plain = {"policy_changed", "card_updated", "subscription_updated",
                 "subscription_disabled", "subscription_reactivated", "invoice_payment_rejected"}
        self.assertEqual(set(FACTS) - shown, plain, "fed to the checker by the race alone")


@planted(at("charged"), "I2")
def a_removed_card_is_charged(log):
    fact(log, "charged").charge.card = ACME.card("visa")


@planted(at("charged"), "I2")
def a_foreign_card_is_charged(log):
    fact(log, "charged").charge.card = GLOBEX.card("jcb")


@planted(at("charged"), "FOLD")
def a_card_that_does_not_pay_is_charged(log):
    fact(log, "charged").charge.card = ""


@planted(at("charged"), "I2")
def a_foreign_subscription_is_charged(log):
    fact(log, "charged").charge.subscription = CORP.subscription("app")


@planted(at("charged"), "FOLD")
def a_charge_is_in_another_currency(log):
    fact(log, "charged").charge.amount.currency_code = "USD"


@planted(at("charged"), "FOLD")
def a_charge_is_over_nothing(log):
    fact(log, "charged").charge.amount.CopyFrom(money(0))


@planted(at("decline"), "DUE")
def a_decline_forgets_the_subscription(log):
    lose(log, "decline", 1)


@planted(at("decline"), "RULES")
def a_decline_misreads_the_code(log):
    fact(log, "decline").reason = pb.DECLINE_REASON_DO_NOT_HONOR


@planted(at("again"), "FOLD")
def a_payment_reported_twice_is_recorded_twice(log):
    fact(log, "again").processor_reference = "attempt-1"


@planted(at("paid"), "FOLD")
def a_void_charge_is_paid(log):
    fact(log, "paid").charge = ACME.charge("c4")


@planted(at("void"), "FOLD")
def a_paid_charge_is_voided(log):
    fact(log, "void").charge = ACME.charge("c1")


@planted(at("refused"), "I3")
def a_card_is_removed_with_unpaid_charges(log):
    replace(log, "refused", pb.CardRemoved(card=ACME.card("visa")))


@planted(at("removed"), "I3")
def a_card_is_removed_with_one_unpaid_charge_and_nobody_on_it(log):
    fact(log, "settle").charges.pop(0)


@planted(at("refused"), "RULES")
def a_refusal_misses_an_unpaid_charge(log):
    fact(log, "refused").blockers.pop()


@planted(at("default"), "I3")
def the_card_of_a_profile_is_removed(log):
    replace(log, "default", pb.CardRemoved(card=CORP.card("c1")))


@planted(at("settle"), "DUE")
def a_settlement_forgets_a_charge(log):
    fact(log, "settle").charges.pop()


@planted(at("settle"), "DUE")
def a_settlement_takes_too_little(log):
    fact(log, "settle").amount.CopyFrom(money(1749))


@planted(at("settle", 4), "I4")
def a_settlement_forgets_to_move_one_subscription(log):
    del fact(log, "settle", 4).moves[0]


@planted(at("settle", 3), "I4")
def a_settlement_forgets_to_move_anybody(log):
    lose(log, "settle", 4)


@planted(at("settle", 4), "I4")
def a_settlement_moves_somebody_else(log):
    fact(log, "settle", 4).moves.add(subscription=ACME.subscription("db"),
                                     previous_card=ACME.card("master"))


@planted(at("settle", 3), "DUE")
def a_settlement_leaves_one_subscription_past_due(log):
    lose(log, "settle", 1)


@planted(at("settled again"), "FOLD")
def a_settlement_is_recorded_twice(log):
    replace(log, "settled again", settled(ACME, "visa", "master", 1750, "c1", "c2", "c3"))


@planted(at("settle profile", 1), "I4")
def a_settlement_forgets_the_profile(log):
    lose(log, "settle profile", 2)


@planted(at("settle", 4), "ANSWER")
def a_client_is_told_of_other_charges(log):
    position = log.marks["settle"] + 4
    response = log.told(position).parsed_response()
    del response.charges[0]
    log.told(position).response = response.SerializeToString()


@planted(at("refused"), "READ")
def a_reader_sees_another_balance(log):
    told = next(each for each in log.operations if each.method == "GetBalance")
    response = told.parsed_response()
    response.pending.CopyFrom(money(751))
    told.response = response.SerializeToString()


@planted(at("not detached"), "DETACH")
def a_profile_is_detached_while_it_pays(log):
    replace(log, "not detached", pb.PaymentMethodDetached(
        billing_profile=CORP.profile("main"), previous_card=CORP.card("c1")))


@planted(at("not detached"), "RULES")
def a_refused_detach_misses_the_pending_charge(log):
    fact(log, "not detached").blockers.pop()


@planted(at("replace"), "FOLD")
def a_profile_had_another_card(log):
    fact(log, "replace").previous_card = CORP.card("c1")


@planted(at("replace"), "I2")
def a_profile_gets_a_foreign_card(log):
    fact(log, "replace").card = ACME.card("master")


@planted(at("rebill"), "I2")
def a_subscription_is_billed_to_a_foreign_profile(log):
    fact(log, "rebill").billing_profile = ACME.profile("main")


@planted(at("cancel"), "I2")
def a_subscription_is_billed_to_an_inactive_profile(log):
    replace(log, "replace", pb.PaymentMethodDetached(
        billing_profile=CORP.profile("side"), previous_card=CORP.card("c2")))
    replace(log, "cancel", pb.BillingProfileChanged(
        subscription=CORP.subscription("app"), billing_profile=CORP.profile("side"),
        previous_billing_profile=CORP.profile("main")))


@planted(at("rebill"), "I6")
def who_acted_for_whom_is_forgotten(log):
    log.event(log.marks["rebill"]).on_behalf_of = ""


@planted(at("switch"), "FOLD")
def a_subscription_switches_without_approval(log):
    replace(log, "approve", pb.InvoicePaymentRejected(billing_account=ACME.name))


@planted(at("approve"), "FOLD")
def an_approval_comes_unasked(log):
    replace(log, "ask", pb.NothingChanged())


@planted(at("switch"), "FOLD")
def a_switch_names_another_card(log):
    fact(log, "switch").previous_card = ""


@planted(at("charged"), "I1")
def a_subscription_has_two_payment_methods(log):
    replace(log, "charged", pb.SubscriptionCreated(subscription=pb.Subscription(
        name=ACME.subscription("both"), card=ACME.card("master"),
        billing_profile=CORP.profile("main"))))


@planted(at("revoke"), "FOLD")
def a_role_is_revoked_that_nobody_held(log):
    fact(log, "revoke").principal = "users/carol"


@planted(at("revoke"), "FOLD")
def a_role_is_granted_twice(log):
    replace(log, "revoke", pb.RoleGranted(billing_account=ACME.name, principal="users/bob",
                                          role=pb.ROLE_OWNER))


@planted(at("hand over"), "FOLD")
def the_account_is_handed_over_by_somebody_else(log):
    fact(log, "hand over").previous_administrator = "users/carol"


@planted(at("turn down"), "TRANSFER")
def a_transfer_is_accepted_twice(log):
    replace(log, "turn down", transferred_in("web-3", "t1"))


@planted(at("accept"), "TRANSFER")
def a_subscription_arrives_and_does_not_leave(log):
    lose(log, "accept", 1)


@planted(at("accept", 1), "TRANSFER")
def a_subscription_leaves_for_another_position(log):
    fact(log, "accept", 1).position -= 1


@planted(at("accept", 1), "TRANSFER")
def another_subscription_leaves(log):
    fact(log, "accept", 1).subscription = ACME.subscription("mail")


@planted(at("accept"), "TRANSFER")
def a_transfer_is_accepted_by_somebody_else(log):
    fact(log, "send t1").transfer.to_billing_account = CORP.name


@planted(at("accept"), "I2")
def an_arrived_subscription_keeps_the_senders_card(log):
    fact(log, "accept").subscription.card = ACME.card("master")


@planted(at("accept"), "RULES")
def an_arrived_subscription_is_called_something_else(log):
    fact(log, "accept").subscription.display_name = "other"


@planted(at("take back"), "TRANSFER")
def an_accepted_transfer_is_taken_back(log):
    fact(log, "take back").transfer = ACME.transfer("t1")


@planted(at("take back"), "TRANSFER")
def a_transfer_expires_too_early(log):
    replace(log, "take back", pb.TransferExpired(
        transfer=ACME.transfer("t3"), subscription=ACME.subscription("mail")))


@planted(at("expire"), "TRANSFER")
def a_transfer_is_taken_back_too_late(log):
    replace(log, "expire", pb.TransferCancelled(
        transfer=ACME.transfer("t4"), subscription=ACME.subscription("mail")))


@planted(at("send t3"), "TRANSFER")
def a_subscription_is_offered_twice_at_once(log):
    replace(log, "turn down", pb.NothingChanged())
    replace(log, "turn down", pb.NothingChanged(), 1)


@planted(at("delete"), "RETENTION")
def a_subscription_is_deleted_too_early(log):
    when = log.event(log.marks["cancel"]).commit_time
    log.event(log.marks["delete"]).commit_time.FromSeconds(when.seconds + 90 * 86_400 - 1)


@planted(at("expire"), "I6")
def the_scheduler_does_something_else(log):
    replace(log, "expire", pb.SubscriptionCancelled(subscription=ACME.subscription("mail")))


@planted(at("paid"), "FOLD")
def a_subscription_becomes_current_that_was(log):
    replace(log, "paid", current(ACME, "web")[0])


class PlantedDefects(unittest.TestCase):
    def test_are_fifty_at_least(self):
        self.assertGreaterEqual(len(PLANTED), 50)

    def test_are_each_found_where_they_are(self):
        judge(self, PLANTED, good_billing_log)


if __name__ == "__main__":
    unittest.main()

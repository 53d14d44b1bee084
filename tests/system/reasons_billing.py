"""How each reason about profiles, charges, invoices, transfers and roles is reached over gRPC."""
from client import ALICE, BILLER, OPERATOR
from reaching import reaches
from reasons_cards import pipelined, with_card
from wire import pb


def with_profile(test, *subscriptions, **fields):
    """A customer agreement with the profile `main` on c1, and subscriptions billed to it."""
    account = with_card(test, agreement=pb.AGREEMENT_CUSTOMER_AGREEMENT, **fields)
    test.ok(account.create_profile("main", "c1"))
    for subscription in subscriptions:
        test.ok(account.subscribe(subscription, profile="main"))
    return account


def offered(test, **fields):
    """(sender, receiver) with the transfer t1 of s1 between them, both of alice."""
    sender, receiver = with_card(test, "s1"), with_card(test, "s9", **fields)
    test.ok(sender.send("t1", "s1", receiver))
    return sender, receiver


@reaches("BILLING_PROFILE_NOT_FOUND")
def a_profile_that_is_not_there(test):
    return with_profile(test).subscribe("s1", profile="side")


@reaches("BILLING_PROFILE_NOT_FOUND")
def a_profile_under_pay_as_you_go_replaced(test):
    return with_card(test).replace("main", "c1")


@reaches("BILLING_PROFILE_REQUIRED")
def without_a_profile(test):
    return with_profile(test).subscribe("s1")


@reaches("BILLING_PROFILE_INACTIVE")
def a_detached_profile(test):
    account = with_profile(test)
    test.ok(account.detach("main"))
    return account.replace("main", "c1")


@reaches("BILLING_PROFILE_ALREADY_EXISTS")
def the_same_profile_again(test):
    account = with_profile(test)
    refusal = account.create_profile("main", "c1")
    test.assertEqual(refusal.metadata["billing_profile"], account.profile("main"))
    return refusal


@reaches("BILLING_PROFILE_LIMIT_REACHED")
def a_thousand_and_one_profiles(test):
    account = with_profile(test)
    pipelined(test, [test.client.start(
        "CreateBillingProfile", account.create_profile_request(f"b{each}", "c1"))
        for each in range(999)])
    return account.create_profile("one-more", "c1")


@reaches("AGREEMENT_NOT_SUPPORTED")
def a_profile_is_made_under_pay_as_you_go(test):
    return with_card(test).create_profile("main", "c1")


@reaches("PAYMENT_METHOD_BELONGS_TO_BILLING_PROFILE")
def set_active_under_a_customer_agreement(test):
    account = with_profile(test, "s1")
    refusal = account.set_active("s1", "c1")
    test.assertIn(account.profile("main"), refusal.metadata.values())
    return refusal


@reaches("PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH")
def a_profile_that_pays_is_detached(test):
    return with_profile(test, "s1").detach("main")


@reaches("CHARGE_NOT_FOUND")
def a_charge_that_is_not_there(test):
    return with_card(test).pay("p1")


@reaches("CHARGE_ALREADY_EXISTS")
def the_same_charge_again(test):
    account = with_card(test, "s1")
    test.ok(account.record_charge("p1", "s1"))
    refusal = account.record_charge("p1", "s1")
    test.assertEqual(refusal.metadata["charge"], account.charge("p1"))
    return refusal


@reaches("CHARGE_ALREADY_PAID")
def a_paid_charge_is_declined(test):
    account = with_card(test, "s1")
    test.ok(account.record_charge("p1", "s1"))
    test.ok(account.pay("p1"))
    return account.decline("p1")


@reaches("CHARGE_VOIDED")
def a_void_charge_is_paid(test):
    account = with_card(test, "s1")
    test.ok(account.record_charge("p1", "s1"))
    test.ok(account.void("p1"))
    return account.pay("p1")


@reaches("CHARGE_LIMIT_REACHED")
def five_thousand_and_one_charges(test):
    account = with_card(test, "s1")
    pipelined(test, [test.client.start("RecordCharge", account.charge_request(f"p{each}", "s1"),
                                       **BILLER) for each in range(5_000)])
    return account.record_charge("one-more", "s1")


@reaches("OUTSTANDING_CHARGES")
def reactivated_with_a_debt(test):
    account = with_card(test, "s1")
    test.ok(account.past_due("p1", "s1"))
    test.ok(account.cancel("s1"))
    return account.reactivate("s1")


@reaches("NO_BALANCE_DUE")
def settled_without_a_debt(test):
    account = with_card(test, "s1")
    test.ok(account.add_card("c2"))
    test.ok(account.record_charge("p1", "s1"))
    return account.settle("c1", "c2", 1000)


@reaches("FULL_BALANCE_REQUIRED")
def settled_in_part(test):
    account = with_card(test, "s1")
    test.ok(account.add_card("c2"))
    test.ok(account.past_due("p1", "s1"))
    return account.settle("c1", "c2", 999)


@reaches("SETTLEMENT_ALREADY_EXISTS")
def another_settlement_under_the_same_reference(test):
    account = with_card(test, "s1")
    test.ok(account.add_card("c2"))
    test.ok(account.past_due("p1", "s1"))
    test.ok(account.settle("c1", "c2", 1000, requested_by=ALICE))
    test.ok(account.settle("c1", "c2", 1000, requested_by=ALICE))  # nothing to change
    test.refused(account.settle("c1", "c2", 999, requested_by=ALICE), "SETTLEMENT_ALREADY_EXISTS")
    return account.settle("c1", "c2", 1000)


@reaches("INVALID_REQUEST")
def charged_in_another_currency(test):
    account = with_card(test, "s1")
    answer = account.record_charge("p1", "s1", currency="USD")
    return test.invalid(answer, "charge.amount.currency_code")


@reaches("BUSINESS_ACCOUNT_REQUIRED")
def somebody_who_is_no_business_asks_for_invoices(test):
    return with_card(test).request_invoice()


@reaches("INVOICE_PAYMENT_ALREADY_REQUESTED")
def asked_for_twice(test):
    account = with_card(test, business=True)
    test.ok(account.request_invoice())
    return account.request_invoice()


@reaches("INVOICE_PAYMENT_NOT_REQUESTED")
def decided_unasked(test):
    return with_card(test, business=True).decide_invoice()


@reaches("INVOICE_PAYMENT_NOT_APPROVED")
def switched_without_approval(test):
    return with_card(test, "s1", business=True).to_invoice("s1")


@reaches("SWITCH_BACK_TO_CARD_NOT_ALLOWED")
def back_from_invoice_to_card(test):
    account = with_card(test, "s1", business=True)
    test.ok(account.request_invoice())
    test.ok(account.decide_invoice())
    test.ok(account.to_invoice("s1"))
    return account.set_active("s1", "c1")


@reaches("ROLE_ALREADY_GRANTED")
def granted_twice(test):
    account = test.account()
    test.ok(account.grant("users/bob", pb.ROLE_READER))
    return account.grant("users/bob", pb.ROLE_READER)


@reaches("ROLE_ALREADY_GRANTED")
def the_administrator_is_granted_what_they_are(test):
    return test.account().grant(ALICE, pb.ROLE_ADMINISTRATOR)


@reaches("ROLE_NOT_GRANTED")
def revoked_from_somebody_without_it(test):
    return test.account().revoke("users/bob", pb.ROLE_READER)


@reaches("ADMINISTRATOR_REQUIRED")
def another_administrator_is_granted(test):
    return test.account().grant("users/bob", pb.ROLE_ADMINISTRATOR)


@reaches("ADMINISTRATOR_REQUIRED")
def the_administrator_is_revoked(test):
    return test.account().revoke(ALICE, pb.ROLE_ADMINISTRATOR)


@reaches("ROLE_LIMIT_REACHED")
def a_thousand_and_one_roles(test):
    account = test.account()
    pipelined(test, [test.client.start("GrantRole", pb.GrantRoleRequest(
        name=account.name, principal=f"users/user-{each}", role=pb.ROLE_READER))
        for each in range(1_000)])
    return account.grant("users/one-more", pb.ROLE_READER)


@reaches("SUBSCRIPTION_TRANSFERRED")
def a_transferred_subscription_is_renamed(test):
    sender, receiver = offered(test)
    test.ok(receiver.accept(sender, "t1", "s1", card="c1"))
    return sender.rename("s1", "other")


@reaches("SUBSCRIPTION_NOT_ACTIVE")
def a_cancelled_subscription_is_offered(test):
    account = with_card(test, "s1")
    test.ok(account.cancel("s1"))
    return account.send("t1", "s1", test.account())


@reaches("TRANSFER_NOT_FOUND")
def a_transfer_that_is_not_there(test):
    return with_card(test).cancel_transfer("t1")


@reaches("TRANSFER_NOT_FOUND")
def a_transfer_of_ones_own_that_is_not_there_is_accepted(test):
    account = with_card(test)
    return account.accept(account, "t1", "s1")


@reaches("TRANSFER_ALREADY_EXISTS")
def the_same_transfer_again(test):
    sender, receiver = offered(test)
    test.ok(sender.cancel_transfer("t1"))
    refusal = sender.send("t1", "s1", receiver)
    test.assertEqual(refusal.metadata["transfer"], sender.transfer("t1"))
    return refusal


@reaches("TRANSFER_ALREADY_PENDING")
def offered_twice_at_once(test):
    sender, receiver = offered(test)
    return sender.send("t2", "s1", receiver)


@reaches("TRANSFER_TO_SELF")
def offered_to_oneself(test):
    account = with_card(test, "s1")
    return account.send("t1", "s1", account)


@reaches("TRANSFER_NOT_PENDING")
def accepted_after_it_was_taken_back(test):
    sender, receiver = offered(test)
    test.ok(sender.cancel_transfer("t1"))
    return receiver.accept(sender, "t1", "s1", card="c1")


@reaches("CROSS_COUNTRY_NOT_SUPPORTED")
def accepted_abroad(test):
    sender, receiver = offered(test, country="DE")
    return receiver.accept(sender, "t1", "s1", card="c1")


@reaches("DESTINATION_PAST_DUE")
def accepted_by_somebody_in_debt(test):
    sender, receiver = offered(test)
    test.ok(receiver.past_due("p1", "s9"))
    return receiver.accept(sender, "t1", "s1", card="c1")


@reaches("PROJECTION_NOT_FOUND")
def rebuilt_what_there_is_not(test):
    return test.client.call("RebuildProjection", pb.RebuildProjectionRequest(name="nothing"),
                            **OPERATOR)

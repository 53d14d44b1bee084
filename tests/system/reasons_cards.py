"""How each reason about accounts, cards and subscriptions is reached over gRPC."""
from builders import THIS_YEAR, Account
from client import OPERATOR, STRANGER, Refusal
from operations import request_id
from reaching import reaches
from wire import pb

COUNTRY_MATCH = pb.Policy(require_card_country_match=True)


def with_card(test, *subscriptions, **fields):
    """An account with the card c1, and subscriptions on it."""
    account = test.account(**fields)
    test.ok(account.add_card("c1"))
    for subscription in subscriptions:
        test.ok(account.subscribe(subscription, "c1"))
    return account


def pipelined(test, calls):
    """Sends many at once; every one must succeed."""
    for answer in [call.answer() for call in calls]:
        test.ok(answer)


@reaches("ROLE_REQUIRED")
def by_a_stranger(test):
    return test.account().add_card("c1", who=STRANGER)


@reaches("BILLING_ACCOUNT_NOT_FOUND")
def about_no_account(test):
    return Account(test.client, "not-there").set_policy(pb.Policy())


@reaches("BILLING_ACCOUNT_ALREADY_EXISTS")
def opened_again(test):
    return test.account().open()


@reaches("CARD_NOT_FOUND")
def a_card_that_is_not_there(test):
    return test.account().remove_card("c1")


@reaches("SUBSCRIPTION_NOT_FOUND")
def a_subscription_that_is_not_there(test):
    return test.account().cancel("s1")


@reaches("ETAG_MISMATCH")
def another_version(test):
    return with_card(test).remove_card("c1", etag='"1"')


@reaches("SUBSCRIPTION_ALREADY_EXISTS")
def subscribed_again(test):
    return with_card(test, "s1").subscribe("s1")


@reaches("SUBSCRIPTION_LIMIT_REACHED")
def two_thousand_and_one(test):
    account = test.account()
    pipelined(test, [test.client.start("CreateSubscription", account.subscribe_request(f"s{each}"))
                     for each in range(2_000)])
    return account.subscribe("one-more")


@reaches("AGREEMENT_NOT_SUPPORTED")
def a_card_under_a_customer_agreement(test):
    return with_card(test, agreement=pb.AGREEMENT_CUSTOMER_AGREEMENT).subscribe("s1", "c1")


@reaches("AGREEMENT_NOT_SUPPORTED")
def a_profile_under_pay_as_you_go(test):
    return test.account().subscribe("s1", profile="main")


@reaches("INVALID_SUBSCRIPTION_STATE")
def an_active_one_deleted(test):
    return with_card(test, "s1").delete("s1")


@reaches("NO_USABLE_PAYMENT_METHOD")
def reactivated_without_a_card(test):
    account = with_card(test, "s1")
    test.ok(account.cancel("s1"))
    test.ok(account.remove_card("c1"))
    return account.reactivate("s1")


@reaches("RETENTION_PERIOD_ACTIVE")
def deleted_on_the_first_day(test):
    account = with_card(test, "s1")
    test.ok(account.cancel("s1"))
    return account.delete("s1")


@reaches("CARD_ALREADY_EXISTS")
def the_same_card_again(test):
    account = with_card(test)
    refusal = account.add_card("c2", fields={"token": f"vault-{account.id}-c1"})
    test.assertEqual(refusal.metadata["card"], account.card("c1"))
    return refusal


@reaches("CARD_EXPIRED")
def an_expired_card(test):
    past = pb.YearMonth(year=THIS_YEAR - 1, month=1)
    return test.account().add_card("c1", fields={"expiry": past})


@reaches("CARD_TYPE_NOT_SUPPORTED")
def a_prepaid_card(test):
    return test.account().add_card("c1", fields={"funding": pb.FUNDING_PREPAID})


@reaches("DEBIT_NOT_SUPPORTED_IN_COUNTRY")
def a_debit_card_in_brazil(test):
    return test.account(country="BR").add_card("c1", fields={"funding": pb.FUNDING_DEBIT})


@reaches("CARD_BRAND_NOT_SUPPORTED_IN_COUNTRY")
def another_brand_in_india(test):
    return test.account(country="IN").add_card("c1", fields={"brand": pb.BRAND_AMEX})


@reaches("CARD_COUNTRY_MISMATCH")
def a_foreign_card_where_the_policy_forbids_it(test):
    return test.account(policy=COUNTRY_MATCH).add_card("c1", fields={"country": "US"})


@reaches("CARD_LIMIT_REACHED")
def one_card_too_many(test):
    return with_card(test, policy=pb.Policy(max_cards=1)).add_card("c2")


@reaches("CARD_REMOVED")
def a_removed_card_set_active(test):
    account = with_card(test)
    test.ok(account.subscribe("s1"))
    test.ok(account.remove_card("c1"))
    return account.set_active("s1", "c1")


@reaches("ACTIVE_CARD_CHANGED")
def the_guard_differs(test):
    account = with_card(test, "s1")
    test.ok(account.add_card("c2"))
    return account.set_active("s1", "c2", expected="c2")


@reaches("CARD_NUMBER_IMMUTABLE")
def a_new_number(test):
    return with_card(test).update_card("c1", "token", fields={"token": "vault-another-card"})


@reaches("CARD_NOT_REMOVABLE")
def a_card_in_use(test):
    return with_card(test, "s1").remove_card("c1")


@reaches("REQUEST_ID_REUSED")
def another_request_with_the_same_id(test):
    account, same = test.account(), request_id()
    test.ok(account.add_card("c1", request_id=same))
    return account.add_card("c2", request_id=same)


@reaches("EVENT_NOT_FOUND")
def beyond_the_head(test):
    return test.client.call("GetEvent", pb.GetEventRequest(position=10**9), **OPERATOR)


@reaches("NOT_A_REFUSAL")
def explaining_what_was_done(test):
    opened = test.ok(test.account().get())
    return test.client.call("ExplainRefusal", pb.ExplainRefusalRequest(
        position=opened.position), **OPERATOR)


@reaches("POSITION_BEYOND_HEAD")
def a_state_at_a_position_that_the_log_does_not_have(test):
    refusal = test.client.call("GetAccountState", pb.GetAccountStateRequest(
        name=with_card(test).name, at_position=10**9))
    test.assertGreater(int(refusal.metadata["head"]), 0)
    return refusal


@reaches("POSITION_BEFORE_ACCOUNT")
def a_state_before_the_account_was_opened(test):
    with_card(test)
    account = with_card(test)
    refusal = test.client.call("GetAccountState", pb.GetAccountStateRequest(
        name=account.name, at_position=1))
    test.assertGreater(int(refusal.metadata["created_position"]), 1)
    return refusal


@reaches("POSITION_BEYOND_HEAD")
def a_proof_in_a_tree_that_is_not_there_yet(test):
    return test.client.call("GetInclusionProof", pb.GetInclusionProofRequest(
        position=1, tree_size=10**9), **OPERATOR)


@reaches("POSITION_NOT_REACHED")
def a_position_that_does_not_come(test):
    refusal = test.client.call("GetCard", pb.GetCardRequest(
        name=with_card(test).card("c1"), min_position=10**9), timeout=0.5)
    test.assertGreater(int(refusal.metadata["head"]), 0)
    test.assertGreater(refusal.retry_after, 0)
    return refusal


@reaches("CREDENTIAL_REQUIRED")
def without_a_credential(test):
    return test.client.call("ListBillingAccounts", pb.ListBillingAccountsRequest(), principal="")


@reaches("CREDENTIAL_INVALID")
def with_a_credential_that_is_none(test):
    return test.client.call("ListBillingAccounts", pb.ListBillingAccountsRequest(),
                            principal="alice")


@reaches("DELEGATION_NOT_ALLOWED")
def speaking_for_somebody_without_the_role(test):
    return test.client.call("ListBillingAccounts", pb.ListBillingAccountsRequest(),
                            on_behalf_of="users/bob")


@reaches("REFUSAL_LIMIT")
def too_many_refusals_in_a_minute(test):
    account = test.account()
    for _ in range(10_000):
        refusal = account.remove_card("c1")
        if not isinstance(refusal, Refusal) or refusal.reason != "CARD_NOT_FOUND":
            break
    test.assertGreater(refusal.retry_after, 0)
    return refusal

"""Malformed requests about money, profiles, transfers and roles: each is refused by name of its
bad field, and none leaves a trace. And what looks malformed, but is a rule's to refuse."""
import unittest

from builders import head, money
from case import SystemTest
from client import BILLER, OPERATOR
from wire import Money, pb

NUMBER = "4242424242424242"
INT64_MAX = 2**63 - 1
DECLINED = pb.PAYMENT_OUTCOME_DECLINED


class Untouched(SystemTest):
    """Every test here leaves the log as it was."""

    def setUp(self):
        self.acme, self.other = self.account(), self.account()
        for account in (self.acme, self.other):
            for card in ("c1", "c2"):
                self.ok(account.add_card(card))
            self.ok(account.subscribe("s1", "c1"))
        self.ok(self.acme.past_due("p1", "s1"))
        self.corp = self.customer_agreement()
        self.ok(self.corp.add_card("c1"))
        self.ok(self.corp.create_profile("main", "c1"))
        self.before = head(self.client)
        self.addCleanup(self._nothing_happened)

    def _nothing_happened(self):
        self.assertEqual(head(self.client), self.before, "something was recorded")

    def bad(self, answer, field):
        refusal = self.invalid(answer, field)
        told = refusal.message + str(refusal.violations)
        self.assertNotIn(NUMBER, "".join(filter(str.isdigit, told)), "echoes a card number")


class Amounts(Untouched):
    # What is wrong, and the field to blame, below `amount`.
    TABLE = (
        ("nothing", Money(currency_code="EUR"), ""),
        ("negative units", Money(currency_code="EUR", units=-1), ""),
        ("negative nanos", Money(currency_code="EUR", nanos=-10_000_000), ""),
        ("opposite signs", Money(currency_code="EUR", units=1, nanos=-10_000_000), ""),
        ("a whole unit of nanos", Money(currency_code="EUR", units=1, nanos=1_000_000_000), ""),
        ("finer than a cent", Money(currency_code="EUR", nanos=10_000_001), ""),
        ("half a cent", Money(currency_code="EUR", units=3, nanos=5_000_000), ""),
        ("more than 64 bits", Money(currency_code="EUR", units=INT64_MAX), ""),
        ("just more than 64 bits", Money(currency_code="EUR", units=INT64_MAX // 100 + 1), ""),
        ("no currency", Money(units=1), ".currency_code"),
        ("no such currency", Money(currency_code="ZZZ", units=1), ".currency_code"),
        ("lower case", Money(currency_code="eur", units=1), ".currency_code"),
        ("a card number", Money(currency_code=NUMBER, units=1), ".currency_code"),
        ("another currency", money(100, "USD"), ".currency_code"),
        ("yen have no cents", Money(currency_code="JPY", units=1, nanos=500_000_000), ""),
    )

    def test_of_charges(self):
        for what, amount, field in self.TABLE:
            with self.subTest(what):
                request = self.acme.charge_request("new", "s1")
                request.charge.amount.CopyFrom(amount)
                self.bad(self.client.call("RecordCharge", request, **BILLER),
                         "charge.amount" + field)
        request = self.acme.charge_request("new", "s1")
        request.charge.ClearField("amount")
        self.bad(self.client.call("RecordCharge", request, **BILLER), "charge.amount")

    def test_of_settlements(self):
        for what, amount, field in self.TABLE:
            with self.subTest(what):
                request = self.acme.settle_request("c1", "c2", 1000)
                request.amount.CopyFrom(amount)
                self.bad(self.client.call("SettleBalance", request, **BILLER), "amount" + field)


class Overflow(SystemTest):
    def test_what_overflows_the_balance_is_refused_and_not_recorded(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        for subscription in ("s1", "s2"):
            self.ok(account.subscribe(subscription, "c1"))
        self.ok(account.record_charge("p1", "s1", cents=INT64_MAX - 10))
        self.ok(account.decline("p1"))
        before = head(self.client)
        self.invalid(account.record_charge("p2", "s2", cents=11), "charge.amount")
        self.assertEqual(head(self.client), before)
        self.ok(account.record_charge("p2", "s2", cents=10))
        balance = self.ok(account.balance())
        self.assertEqual((balance.past_due, balance.pending), (money(INT64_MAX - 10), money(10)))
        self.ok(account.pay("p1"))
        self.ok(account.record_charge("p3", "s1", cents=INT64_MAX - 10))


class Payments(Untouched):
    def test_charges(self):
        def charge(**subject):
            return self.acme.charge_request("new", **subject)
        both = charge(subscription="s1", profile="main")
        neither = charge()
        for request in (both, neither):
            answer = self.client.call("RecordCharge", request, **BILLER)
            refusal = self.refused(answer, "INVALID_REQUEST")
            for field, _ in refusal.violations:
                self.assertRegex(field, r"^charge(\.(subscription|billing_profile))?$")
        for bad in ("P1", NUMBER, "a" * 64):
            request = charge(subscription="s1")
            request.charge_id = bad
            self.bad(self.client.call("RecordCharge", request, **BILLER), "charge_id")

    def test_reports(self):
        pay = self.acme.payment_request
        table = (("network_code", pay("p1", DECLINED, network="a" * 33)),
                 ("network_code", pay("p1", DECLINED, network="two words")),
                 ("network_code", pay("p1", DECLINED, network="ünknown")),
                 ("network_code", pay("p1", DECLINED, network=NUMBER)),
                 ("advice_code", pay("p1", DECLINED, advice="a" * 33)),
                 ("advice_code", pay("p1", DECLINED, advice=NUMBER)),
                 ("processor_reference", pay("p1", DECLINED, reference="a" * 129)),
                 ("processor_reference", pay("p1", DECLINED, reference=NUMBER)),
                 ("processor_reference", pay("p1", DECLINED, reference="two words")),
                 ("outcome", pay("p1", pb.PAYMENT_OUTCOME_UNSPECIFIED)),
                 ("outcome", pay("p1", 9)))
        for field, request in table:
            with self.subTest(field, request=str(request)):
                self.bad(self.client.call("RecordPayment", request, **BILLER), field)
        request = pay("p1", DECLINED)
        request.processor_reference = ""
        self.bad(self.client.call("RecordPayment", request, **BILLER), "processor_reference")

    def test_settlements(self):
        settle = self.acme.settle_request
        table = (("processor_reference", settle("c1", "c2", 1000, reference="a" * 129)),
                 ("requested_by", settle("c1", "c2", 1000, requested_by="alice")),
                 ("failed_card", settle("", "c2", 1000)), ("paying_card", settle("c1", "", 1000)))
        for field, request in table:
            with self.subTest(field, request=str(request)):
                self.bad(self.client.call("SettleBalance", request, **BILLER), field)
        self.bad(self.acme.settle("c1", "c1", 1000), "paying_card")

    def test_balances_and_guidance(self):
        self.bad(self.client.call("GetBalance", pb.GetBalanceRequest(
            parent=self.acme.name, card="c1"), **BILLER), "card")
        for name in ("", self.acme.name, self.acme.subscription("s1"), "charges/p1"):
            self.bad(self.client.call("GetPaymentGuidance", pb.GetPaymentGuidanceRequest(
                name=name), **BILLER), "name")


class TransfersAndRoles(Untouched):
    def test_transfers(self):
        request = self.acme.accept_request(self.other, "t1", "s9", card="c1")
        request.billing_profile = self.corp.profile("main")
        answer = self.client.call("AcceptTransfer", request)
        refusal = self.refused(answer, "INVALID_REQUEST")
        self.assertTrue({field for field, _ in refusal.violations} & {"card", "billing_profile"})
        send = self.acme.send_request("t1", "s1", self.other)
        send.to_billing_account = self.other.card("c1")
        self.bad(self.client.call("SendTransfer", send), "to_billing_account")
        send = self.acme.send_request("T1", "s1", self.other)
        self.bad(self.client.call("SendTransfer", send), "transfer_id")
        for method in ("AcceptTransfer", "DeclineTransfer", "CancelTransfer", "GetTransfer"):
            request = getattr(pb, method + "Request")(name=self.acme.card("c1"))
            self.bad(self.client.call(method, request), "name")

    def test_roles(self):
        for role in (pb.ROLE_UNSPECIFIED, 9):
            self.bad(self.acme.grant("users/bob", role), "role")
            self.bad(self.acme.revoke("users/bob", role), "role")
        for principal in ("", "bob", "users/", "groups/a", "users/" + "a" * 129):
            self.bad(self.acme.grant(principal, pb.ROLE_READER), "principal")
            self.bad(self.acme.hand_over(principal), "principal")
        request = pb.GrantRoleRequest(name=self.acme.card("c1"), principal="users/bob",
                                      role=pb.ROLE_READER)
        self.bad(self.client.call("GrantRole", request), "name")

    def test_profiles_and_invoices(self):
        no_card = self.corp.create_profile_request("new", "")
        self.bad(self.client.call("CreateBillingProfile", no_card), "billing_profile.card")
        for name in ("", self.acme.name, self.acme.card("c1")):
            self.bad(self.client.call("SwitchToInvoice", pb.SwitchToInvoiceRequest(name=name)),
                     "name")
        update = pb.UpdateBillingAccountRequest(
            billing_account=pb.BillingAccount(name=self.acme.name))
        self.bad(self.client.call("UpdateBillingAccount", update, **OPERATOR), "update_mask")
        for path in ("country", "administrator", "policy", "nothing_of_the_kind"):
            del update.update_mask.paths[:]
            update.update_mask.paths.append(path)
            self.bad(self.client.call("UpdateBillingAccount", update, **OPERATOR), "update_mask")


class Foreign(SystemTest):
    """What belongs to another account is simply not found, and the command is recorded."""

    def setUp(self):
        self.acme, self.other = self.account(), self.account()
        for account in (self.acme, self.other):
            for card in ("c1", "c2"):
                self.ok(account.add_card(card))
        self.ok(self.acme.subscribe("s1", "c1"))
        self.ok(self.other.subscribe("s2", "c1"))
        self.corp = self.customer_agreement()
        self.ok(self.corp.add_card("c1"))
        self.ok(self.corp.create_profile("main", "c1"))

    def not_found(self, method, request, reason, **who):
        """The same answer as about a thing that is nowhere, and a record of its own."""
        refusal = self.refused(self.client.call(method, request, **who), reason)
        self.assertEqual(refusal.event_position, head(self.client))
        return refusal

    def test_a_charge_on_a_foreign_subscription(self):
        request = self.acme.charge_request("new")
        request.charge.subscription = self.other.subscription("s2")
        foreign = self.not_found("RecordCharge", request, "SUBSCRIPTION_NOT_FOUND", **BILLER)
        request.charge.subscription = self.other.subscription("nowhere")
        unknown = self.not_found("RecordCharge", request, "SUBSCRIPTION_NOT_FOUND", **BILLER)
        self.assertEqual(foreign.message, unknown.message)
        self.assertEqual(list(self.ok(self.acme.balance()).charges), [])
        self.assertEqual(list(self.ok(self.other.balance()).charges), [])

    def test_a_charge_on_a_foreign_profile(self):
        request = self.acme.charge_request("new")
        request.charge.billing_profile = self.corp.profile("main")
        self.not_found("RecordCharge", request, "BILLING_PROFILE_NOT_FOUND", **BILLER)

    def test_a_settlement_with_a_foreign_card(self):
        self.ok(self.acme.past_due("p1", "s1"))
        for field in ("failed_card", "paying_card"):
            request = self.acme.settle_request("c1", "c2", 1000)
            setattr(request, field, self.other.card("c2"))
            self.not_found("SettleBalance", request, "CARD_NOT_FOUND", **BILLER)

    def test_a_foreign_card_for_a_profile(self):
        request = self.corp.replace_request("main", "c1")
        request.card = self.acme.card("c2")
        self.not_found("ReplacePaymentMethod", request, "CARD_NOT_FOUND")


class Reported(SystemTest):
    def test_a_payment_reported_twice_is_one_payment(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        self.ok(account.subscribe("s1", "c1"))
        self.ok(account.record_charge("p1", "s1"))
        for _ in range(3):
            self.ok(account.decline("p1", reference="attempt-1"))
        self.ok(account.decline("p1", network="05", reference="attempt-2"))
        for _ in range(3):
            self.ok(account.pay("p1", reference="attempt-3"))
        self.ok(account.decline("p1", reference="attempt-1"))
        types = [event.type for event in account.events(subject=account.charge("p1"))]
        self.assertEqual([each for each in types if each != "NothingChanged"],
                         ["ChargeRecorded", "PaymentDeclined", "PaymentDeclined",
                          "PaymentSucceeded"])
        self.refused(account.pay("p1", reference="attempt-4"), "CHARGE_ALREADY_PAID")
        self.refused(account.decline("p1", reference="attempt-5"), "CHARGE_ALREADY_PAID")

    def test_a_reference_that_was_declined_and_then_paid_was_reported_twice(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        self.ok(account.subscribe("s1", "c1"))
        self.ok(account.record_charge("p1", "s1"))
        self.ok(account.decline("p1", reference="attempt-1"))
        self.ok(account.pay("p1", reference="attempt-1"))
        # Late and out of order: both are known, neither is news.
        self.ok(account.decline("p1", reference="attempt-1"))
        self.ok(account.pay("p1", reference="attempt-1"))
        types = [event.type for event in account.events(subject=account.charge("p1"))]
        self.assertEqual(types[-2:], ["NothingChanged", "NothingChanged"])


if __name__ == "__main__":
    unittest.main()

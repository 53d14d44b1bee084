"""Malformed requests: each is refused by name of its bad field, and none leaves a trace."""
import unicodedata
import unittest

from builders import STRICT, THIS_YEAR, head
from case import SystemTest
from client import OPERATOR, Refusal
from wire import METHODS, pb

NUMBER = "4242424242424242"
SPACED = "4242 4242 4242 4242"
DOTTED = "4242.4242.4242.4242"
FULL_WIDTH = "".join(chr(0xFF10 + int(digit)) for digit in NUMBER)
FREE_TEXTS = (NUMBER, f"my card {SPACED} thanks", DOTTED, FULL_WIDTH, f"id 7 {NUMBER}",
              f"{NUMBER} 12 2027", "378282246310005", "6205500000000000004")
CONTROL = ("bell\u0007", "line\nbreak", "\u0000", "del\u007f", "c1\u0085", "bidi\u202e",
           "separator\u2028")
BAD_IDS = ("UPPER", "-start", "end-", "a" * 64, "with space", "under_score", "ünïcode",
           "1234567890123", "424242424242", "a-4242-4242-4242-4242", NUMBER)
BAD_ACCOUNT_NAMES = ("", "acme", "accounts/acme", "billingAccounts/", "billingAccounts/ACME",
                     "billingAccounts/acme/", "billingAccounts/acme/cards/visa", "/acme",
                     f"billingAccounts/{'a' * 64}", "billingAccounts/a\u0007")


def month(year, number):
    return pb.YearMonth(year=year, month=number)


class Untouched(SystemTest):
    """Every test here leaves the log as it was."""

    def setUp(self):
        self.acme = self.account()
        self.ok(self.acme.add_card("visa"))
        self.ok(self.acme.subscribe("web", "visa"))
        self.before = head(self.client)
        self.addCleanup(self._nothing_happened)

    def _nothing_happened(self):
        self.assertEqual(head(self.client), self.before, "something was recorded")

    def check(self, method, request, field, **who):
        """Refused for `field` alone, without an echo of a card number."""
        refusal = self.invalid(self.client.call(method, request, **who), field)
        told = unicodedata.normalize("NFKC", refusal.message + str(refusal.violations))
        digits = "".join(filter(str.isdigit, told))
        for number in (NUMBER, "378282246310005", "6205500000000000004"):
            self.assertNotIn(number, digits, refusal)

    def check_add(self, field, fields=None, **request):
        self.check("AddCard", self._add(fields, **request), field)

    def _add(self, fields=None, **changes):
        request = self.acme.add_card_request("new", fields=fields)
        for name, value in changes.items():
            setattr(request, name, value)
        return request


class BadInput(Untouched):
    def test_ids(self):
        for bad in BAD_IDS:
            with self.subTest(bad):
                self.check_add("card_id", card_id=bad)
                self.check("CreateSubscription", pb.CreateSubscriptionRequest(
                    parent=self.acme.name, subscription_id=bad), "subscription_id")
                account = self._billing_account_request()
                account.billing_account_id = bad
                self.check("CreateBillingAccount", account, "billing_account_id", **OPERATOR)

    def test_names_of_accounts(self):
        for bad in BAD_ACCOUNT_NAMES:
            with self.subTest(bad):
                self.check_add("parent", parent=bad)
                self.check("CreateSubscription", pb.CreateSubscriptionRequest(parent=bad), "parent")
                self.check("SetPolicy", pb.SetPolicyRequest(name=bad, policy=pb.Policy()), "name",
                           **OPERATOR)
                for method in ("ListCards", "ListSubscriptions", "ListCardsInUse", "ListEvents"):
                    self.check(method, METHODS[method].request(parent=bad), "parent", **OPERATOR)

    def test_names_of_cards_and_subscriptions(self):
        good_card, good = self.acme.card("visa"), self.acme.subscription("web")
        for bad in ("", "visa", "cards/visa", self.acme.name, good_card + "/", good_card.upper(),
                    f"{self.acme.name}/card/visa", f"{self.acme.name}/cards/{NUMBER} "):
            with self.subTest(bad):
                self.check("RemoveCard", pb.RemoveCardRequest(name=bad), "name")
                self.check("GetCard", pb.GetCardRequest(name=bad), "name")
                self.check("CheckRemoval", pb.CheckRemovalRequest(name=bad), "name")
                self.check("SetActive", pb.SetActiveRequest(subscription=good, card=bad), "card")
                self.check("SetActive", pb.SetActiveRequest(subscription=bad, card=good_card),
                           "subscription")
                self.check("CancelSubscription", pb.CancelSubscriptionRequest(name=bad), "name")
                update = pb.UpdateCardRequest(card=pb.Card(name=bad, expiry=month(THIS_YEAR, 12)))
                update.update_mask.paths.append("expiry")
                self.check("UpdateCard", update, "card.name")
        self.check("GetCard", pb.GetCardRequest(name=good), "name")
        self.check("SetActive", pb.SetActiveRequest(
            subscription=good, card=good_card, expected_current_card="visa"),
            "expected_current_card")
        self.check_add("subscription", subscription="web")
        self.check_add("subscription", set_active=True)

    def test_required_fields_of_a_card(self):
        for field in ("token", "brand", "funding", "last_four", "expiry", "country"):
            with self.subTest(field):
                request = self._add()
                request.card.ClearField(field)
                self.check("AddCard", request, "card." + field)
        request = self._add()
        request.ClearField("card")
        self.check("AddCard", request, "card")

    def test_values_of_a_card(self):
        table = (
            ("token", ("short", "12345678", "a" * 129, "with space 1", f"tok-{NUMBER}")),
            ("fingerprint", ("short", "12345678", "a" * 129, f"fp:{NUMBER}")),
            ("brand", (10, 99, -1)), ("funding", (4, 99, -1)),
            ("last_four", ("123", "12345", "12a4", "１２３４", " 424")),
            ("country", ("nl", "XX", "NLD", "N", "ZZ")),
            ("expiry", (month(THIS_YEAR + 1, 0), month(THIS_YEAR + 1, 13), month(99, 1),
                        month(THIS_YEAR + 1, -1), month(0, 5), month(THIS_YEAR + 21, 1),
                        month(20_300, 1))),
        )
        for field, values in table:
            for bad in values:
                with self.subTest(field=field, bad=str(bad)):
                    self.check_add("card." + field, {field: bad})

    def test_holder_names_and_reasons(self):
        for bad in CONTROL + FREE_TEXTS:
            with self.subTest(repr(bad)):
                self.check_add("card.holder_name", {"holder_name": bad})
                if bad != "line\nbreak":  # a reason may have several lines
                    self.check_add("reason", reason=bad)
        self.check_add("card.holder_name", {"holder_name": "   "})
        self.check_add("card.holder_name", {"holder_name": "a" * 201})
        self.check_add("reason", reason="é" * 501)

    def test_postal_addresses(self):
        table = ({"lines": ["one"] * 6}, {"lines": ["a" * 201]}, {"lines": [""]},
                 {"lines": [f"c/o {SPACED}"]}, {"city": "a" * 101}, {"city": NUMBER},
                 {"region": "a" * 101}, {"postal_code": "1" * 21}, {"postal_code": NUMBER},
                 {"country": "nl"}, {"country": "XX"}, {"lines": ["bell\u0007"]})
        for bad in table:
            with self.subTest(str(bad)):
                self.check_add("card.billing_address",
                               {"billing_address": pb.PostalAddress(**bad)})

    def test_update_masks(self):
        card = pb.Card(name=self.acme.card("visa"), holder_name="Alice",
                       expiry=month(THIS_YEAR + 1, 1))
        for bad in ([], ["nickname"], ["expiry.year"], ["holder_name", "nickname"], [""],
                    ["*"], ["name"], ["state"], [NUMBER]):
            with self.subTest(bad):
                request = pb.UpdateCardRequest(card=card)
                request.update_mask.paths.extend(bad)
                self.check("UpdateCard", request, "update_mask")
        empty = pb.UpdateCardRequest(card=pb.Card(name=self.acme.card("visa")))
        empty.update_mask.paths.append("expiry")
        self.check("UpdateCard", empty, "card.expiry")
        request = pb.UpdateSubscriptionRequest(
            subscription=pb.Subscription(name=self.acme.subscription("web")))
        self.check("UpdateSubscription", request, "update_mask")
        request.update_mask.paths.append("card")
        self.check("UpdateSubscription", request, "update_mask")

    def test_subscriptions(self):
        def create(**fields):
            return pb.CreateSubscriptionRequest(parent=self.acme.name, subscription_id="new",
                                                subscription=pb.Subscription(**fields))
        for bad in CONTROL + FREE_TEXTS + ("a" * 201,):
            with self.subTest(repr(bad)):
                self.check("CreateSubscription", create(display_name=bad),
                           "subscription.display_name")
        self.check("CreateSubscription", create(kind=99), "subscription.kind")
        self.check("CreateSubscription", create(card="visa"), "subscription.card")

    def _billing_account_request(self, **fields):
        wanted = {"agreement": pb.AGREEMENT_PAY_AS_YOU_GO, "administrator": "users/alice",
                  "country": "NL", "currency": "EUR"} | fields
        return pb.CreateBillingAccountRequest(billing_account_id="new",
                                              billing_account=pb.BillingAccount(**wanted))

    def test_accounts(self):
        table = (("agreement", (0, 9)), ("administrator", ("", "alice", "users/", "groups/a",
                                                           "users/a b", "users/" + "a" * 129)),
                 ("country", ("", "nl", "XX")), ("currency", ("", "eur", "EURO", "XXX", "ABC")),
                 ("display_name", ("a" * 201, NUMBER, "bell\u0007")))
        for field, values in table:
            for bad in values:
                with self.subTest(field=field, bad=repr(bad)):
                    request = self._billing_account_request(**{field: bad})
                    self.check("CreateBillingAccount", request, "billing_account." + field,
                               **OPERATOR)

    def test_policies(self):
        active = pb.SUBSCRIPTION_STATE_ACTIVE
        past_due = pb.SUBSCRIPTION_STATE_PAST_DUE
        table = (("holding_states", pb.Policy(holding_states=[
                     active, past_due, pb.SUBSCRIPTION_STATE_DELETED])),
                 ("holding_states", pb.Policy(holding_states=[
                     active, past_due, pb.SUBSCRIPTION_STATE_UNSPECIFIED])),
                 ("holding_states", pb.Policy(holding_states=[active, past_due, 99])),
                 ("cascade", pb.Policy(cascade=9)),
                 ("profile_managers", pb.Policy(profile_managers=9)),
                 ("max_cards", pb.Policy(max_cards=-1)), ("max_cards", pb.Policy(max_cards=1_001)))
        for field, bad in table:
            with self.subTest(field=field, bad=str(bad)):
                self.check("SetPolicy", pb.SetPolicyRequest(name=self.acme.name, policy=bad),
                           "policy." + field, **OPERATOR)
                self.check("CheckRemoval", pb.CheckRemovalRequest(
                    name=self.acme.card("visa"), policy=bad), "policy." + field)

    def test_common_fields(self):
        for bad in ("x", "not-a-uuid", NUMBER, "00000000-0000-7000-8000-00000000000",
                    "{00000000-0000-7000-8000-000000000000}", "00000000000070008000000000000000"):
            with self.subTest(bad):
                self.check_add("request_id", request_id=bad)
        self.check_add("etag", etag='"1"')
        self.check("CreateSubscription", pb.CreateSubscriptionRequest(
            parent=self.acme.name, etag='"1"'), "etag")

    def test_history_filters(self):
        table = (("types", pb.ListEventsRequest(types=["CardEaten"])),
                 ("subject", pb.ListEventsRequest(subject="cards/visa")),
                 ("principal", pb.ListEventsRequest(principal="alice")),
                 ("request_id", pb.ListEventsRequest(request_id="x")))
        for field, request in table:
            with self.subTest(field):
                request.parent = self.acme.name
                self.check("ListEvents", request, field)
        self.check("GetEvent", pb.GetEventRequest(), "position", **OPERATOR)
        for before in (None, month(THIS_YEAR, 13), month(THIS_YEAR, 0)):
            self.check("ListExpiringCards", pb.ListExpiringCardsRequest(
                parent=self.acme.name, before=before), "before")


class RawInput(Untouched):
    """What never becomes a message, or a caller."""

    def test_invalid_utf8(self):
        name = b"billingAccounts/\xff\xfe"
        answer = self.client.call("GetBillingAccount", b"\x0a" + bytes([len(name)]) + name)
        self.assertIsInstance(answer, Refusal)
        self.assertIn(answer.code, ("INVALID_ARGUMENT", "INTERNAL"))

    def test_bytes_that_are_no_message(self):
        for raw in (b"\xff", b"\x0a\x7f", b"\x00" * 16, bytes(range(256))):
            with self.subTest(raw[:4]):
                answer = self.client.call("AddCard", raw)
                self.assertIsInstance(answer, Refusal)
                self.assertIn(answer.code, ("INVALID_ARGUMENT", "INTERNAL"))

    def test_a_message_of_ten_mebibytes(self):
        request = self._add({"holder_name": "a" * (10 << 20)})
        answer = self.client.call("AddCard", request)
        self.invalid(answer, "card.holder_name")
        self.ok(self.client.call("GetCard", pb.GetCardRequest(name=self.acme.card("visa"))))

    def test_a_message_beyond_what_is_received(self):
        request = self._add({"holder_name": "a" * (17 << 20)})
        answer = self.client.call("AddCard", request)
        self.assertEqual(answer.code, "RESOURCE_EXHAUSTED", answer)
        self.ok(self.client.call("GetCard", pb.GetCardRequest(name=self.acme.card("visa"))))

    def test_thousands_of_violations_still_fit_into_an_answer(self):
        policy = pb.Policy(holding_states=STRICT.holding_states[:2] + [99] * 5_000)
        self.invalid(self.client.call("SetPolicy", pb.SetPolicyRequest(
            name=self.acme.name, policy=policy), **OPERATOR), "policy.holding_states")

    def test_callers(self):
        request = pb.GetCardRequest(name=self.acme.card("visa"))
        self.refused(self.client.call("GetCard", request, principal=""), "CREDENTIAL_REQUIRED")
        for principal in ("alice", "users/", "users/a b", "users/" + "a" * 129,
                          "services/scheduler"):
            with self.subTest(principal):
                answer = self.client.call("GetCard", request, principal=principal)
                self.assertEqual(answer.code, "UNAUTHENTICATED", answer)
        answer = self.client.call("GetCard", request, roles=("emperor",))
        self.assertEqual(answer.code, "UNAUTHENTICATED", answer)
        answer = self.client.call("GetCard", request,
                                  headers=(("x-on-behalf-of", "users/bob"),))
        self.assertEqual(answer.code, "PERMISSION_DENIED", answer)


if __name__ == "__main__":
    unittest.main()

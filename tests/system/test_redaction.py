"""What a reader may not see comes back empty and is listed in redacted_fields: personal data,
the vault's token, the bank's words, and who acted in another account."""
import unittest

from builders import Account
from case import SystemTest
from client import AUDITOR, BILLER, OPERATOR
from declines import ASK_THE_BANK, TABLE, meaning_of, told_to_customers
from operations import request_id
from role_world import CALLERS
from wire import pb

BOB = {"principal": "users/bob"}
SECRETS = ("Alice Smith", "Keizersgracht", "vault-acme-c1", "finger-acme-c1")
ADDRESS = pb.PostalAddress(lines=["Keizersgracht 1"], city="Amsterdam", country="NL")

# Who sees what in clear: personal data, the vault's token, the bank's words.
SEES = {
    "administrator": "personal", "owner": "personal", "contributor": "personal", "reader": "",
    "profile-owner": "", "profile-contributor": "", "profile-reader": "",
    "biller": "token bank", "operator": "personal bank", "auditor": "bank",
    "for-administrator": "personal",
}


class Redaction(SystemTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        test, account = cls("test_cards"), Account(cls.client, "acme")
        for answer in (
                account.open(agreement=pb.AGREEMENT_CUSTOMER_AGREEMENT),
                account.add_card("c1", reason="asked by Alice Smith", fields={
                    "holder_name": "Alice Smith", "billing_address": ADDRESS,
                    "fingerprint": "finger-acme-c1"}),
                account.create_profile("main", "c1"),
                account.subscribe("s1", profile="main"),
                account.record_charge("p1", "s1"),
                account.decline("p1", network="lost_card", advice="99")):
            test.ok(answer)
        for role, value in (("owner", pb.ROLE_OWNER), ("contributor", pb.ROLE_CONTRIBUTOR),
                            ("reader", pb.ROLE_READER)):
            test.ok(account.grant(CALLERS[role]["principal"], value))
            test.ok(account.grant(CALLERS["profile-" + role]["principal"], value, "main"))
        cls.acme = account

    def for_each(self, check):
        for name, sees in SEES.items():
            with self.subTest(name):
                check(CALLERS[name], set(sees.split()))

    def test_cards(self):
        self.for_each(self._cards)

    def _cards(self, who, sees):
        read = self.ok(self.acme.get_card("c1", who=who)).card
        listed = self.ok(self.client.call("ListCards", pb.ListCardsRequest(
            parent=self.acme.name), **who)).cards[0]
        for card in (read, listed):
            hidden = {"fingerprint"}
            hidden |= set() if "personal" in sees else {"holder_name", "billing_address"}
            hidden |= set() if "token" in sees else {"token"}
            self.assertEqual(set(card.redacted_fields), hidden)
            self.assertEqual(card.holder_name, "Alice Smith" if "personal" in sees else "")
            self.assertEqual(card.billing_address.city,
                             "Amsterdam" if "personal" in sees else "")
            self.assertEqual(card.token, "vault-acme-c1" if "token" in sees else "")
            self.assertEqual(card.fingerprint, "")

    def test_charges_and_guidance(self):
        self.for_each(self._charges_and_guidance)

    def _charges_and_guidance(self, who, sees):
        read = self.ok(self.acme.get_charge("p1", who=who)).charge
        listed = self.ok(self.client.call("ListCharges", pb.ListChargesRequest(
            parent=self.acme.name), **who)).charges[0]
        for charge in (read, listed):
            self._bank(charge, sees, set(charge.redacted_fields))
        if not who["principal"].startswith("users/profile-"):
            told = self.ok(self.acme.guidance(charge="p1", who=who))
            self.assertEqual((told.reason, told.kind), self._meaning(sees))
            self.assertEqual(told, self.ok(self.acme.guidance(card="c1", who=who)))
            for charge in self.ok(self.acme.balance(who=who)).charges:
                self._bank(charge, sees, set(charge.redacted_fields))

    @staticmethod
    def _meaning(sees):
        truth = meaning_of("lost_card", "99")
        return truth if "bank" in sees else told_to_customers(truth)

    def _bank(self, told, sees, redacted):
        codes = ("lost_card", "99") if "bank" in sees else ("", "")
        self.assertEqual((told.network_code, told.advice_code), codes)
        self.assertEqual((told.reason, told.kind), self._meaning(sees))
        self.assertEqual(redacted, set() if "bank" in sees else {"network_code", "advice_code"})

    def test_history(self):
        self.for_each(self._history)

    def _history(self, who, sees):
        request = pb.ListEventsRequest(parent=self.acme.name, page_size=500)
        if who["principal"].startswith("users/profile-"):
            self.refused(self.client.call("ListEvents", request, **who), "ROLE_REQUIRED")
            return
        events = self.ok(self.client.call("ListEvents", request, **who)).events
        added = next(each for each in events if each.type == "CardAdded")
        clear = "personal" in sees
        self.assertEqual(added.card_added.card.holder_name, "Alice Smith" if clear else "")
        self.assertEqual(added.reason, "asked by Alice Smith" if clear else "")
        self.assertEqual("reason" in added.redacted_fields, not clear)
        self.assertEqual("card_added.card.holder_name" in added.redacted_fields, not clear)
        token = "vault-acme-c1" if "token" in sees else ""
        self.assertEqual((added.card_added.card.token, added.card_added.card.fingerprint),
                         (token, ""))
        declined = next(each for each in events if each.type == "PaymentDeclined")
        self._bank(declined.payment_declined, sees, {
            path.rpartition(".")[2] for path in declined.redacted_fields})

    def test_the_answers_of_commands(self):
        hidden = self.ok(self.acme.update_card("c1", "holder_name",
                                               fields={"holder_name": "Alice Smith"})).card
        self.assertEqual((hidden.token, hidden.fingerprint, hidden.holder_name),
                         ("", "", "Alice Smith"))
        voided = self.ok(self.acme.record_charge("p2", "s1"))
        self.assertEqual(voided.charge.state, pb.CHARGE_STATE_PENDING)
        self.ok(self.acme.decline("p2", network="stolen_card"))
        shown = self.ok(self.acme.void("p2", who=OPERATOR)).charge
        self.assertEqual(shown.network_code, "stolen_card")

    def test_nothing_that_is_redacted_is_elsewhere_in_the_bytes(self):
        for name in ("reader", "auditor"):
            for method, request in (
                    ("ListEvents", pb.ListEventsRequest(parent=self.acme.name, page_size=500)),
                    ("ListCards", pb.ListCardsRequest(parent=self.acme.name)),
                    ("ListCharges", pb.ListChargesRequest(parent=self.acme.name))):
                data = self.client.call(method, request, raw=True, **CALLERS[name])
                for secret in SECRETS + (("lost_card",) if name == "reader" else ()):
                    self.assertNotIn(secret.encode(), data, f"{method} shows {name} {secret}")


class Guidance(SystemTest):
    def test_every_code_of_the_table_is_understood(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        self.ok(account.subscribe("s1", "c1"))
        codes = [(code, "") for row in TABLE for code in row[2]]
        codes += [("", code) for row in TABLE for code in row[3]]
        codes += [("05", "21"), ("STOLEN_CARD", ""), ("r1", ""), ("unheard_of", ""), ("", ""),
                  ("51", "99")]
        self.ok(account.record_charge("p1", "s1"))
        for number, (network, advice) in enumerate(codes):
            with self.subTest(network=network, advice=advice):
                charge = self.ok(account.decline("p1", network=network, advice=advice,
                                                 reference=f"attempt-{number}")).charge
                self.assertEqual((charge.reason, charge.kind), meaning_of(network, advice))
                told = self.ok(account.guidance(charge="p1"))
                meaning = told_to_customers(meaning_of(network, advice))
                self.assertEqual((told.reason, told.kind), meaning)
                self.assertTrue(told.actions)
                self.assertEqual(bool(told.questions_for_the_bank), meaning[0] in ASK_THE_BANK)

    def test_rule_8_asks_the_three_questions(self):
        account = self.account()
        self.ok(account.add_card("c1"))
        self.ok(account.subscribe("s1", "c1"))
        self.ok(account.past_due("p1", "s1"))
        questions = " ".join(self.ok(account.guidance(card="c1")).questions_for_the_bank)
        for word in ("international", "credit", "recurring"):
            self.assertIn(word, questions.lower())
        self.ok(account.pay("p1"))
        for told in (account.guidance(card="c1"), account.guidance(charge="p1")):
            self.assertEqual(self.ok(told).reason, pb.DECLINE_REASON_UNSPECIFIED)
            self.assertEqual(list(told.questions_for_the_bank), [])


class AcrossAccounts(SystemTest):
    """The sender's side of what the recipient did."""

    REDACTED = {"principal", "on_behalf_of", "roles", "reason", "request_id", "trace_parent"}

    def setUp(self):
        self.sender = self.account()
        self.receiver = self.account(administrator="users/bob")
        self.ok(self.sender.add_card("c1"))
        for subscription in ("s1", "s2"):
            self.ok(self.sender.subscribe(subscription, "c1"))
        self.ok(self.receiver.add_card("their-card", who=BOB))
        self.ids = (request_id(), request_id())
        self.ok(self.sender.send("t1", "s1", self.receiver))
        self.ok(self.sender.send("t2", "s2", self.receiver))
        self.ok(self.receiver.accept(self.sender, "t1", "s1", card="their-card", who=BOB,
                                     request_id=self.ids[0], reason="wanted"))
        self.ok(self.receiver.decline_transfer(self.sender, "t2", who=BOB, reason="not wanted",
                                               request_id=self.ids[1]))

    def _sent(self, account, who, **filters):
        request = pb.ListEventsRequest(
            parent=account.name, types=["SubscriptionTransferredOut", "TransferDeclined"],
            **filters)
        return self.ok(self.client.call("ListEvents", request, **who)).events

    def test_the_sender_learns_what_happened_and_not_who_did_it(self):
        alice = {"principal": "users/alice"}
        events = self._sent(self.sender, alice)
        self.assertEqual([event.type for event in events],
                         ["SubscriptionTransferredOut", "TransferDeclined"])
        for event in events:
            self.assertEqual((event.principal, event.reason, event.request_id), ("", "", ""))
            self.assertLessEqual({"principal", "reason", "request_id"},
                                 set(event.redacted_fields))
            self.assertLessEqual(set(event.redacted_fields), self.REDACTED)
            self.assertNotIn(b"users/bob", event.SerializeToString())
            self.assertNotIn(b"their-card", event.SerializeToString())
            one = self.ok(self.client.call(
                "GetEvent", pb.GetEventRequest(position=event.position), **alice)).event
            self.assertEqual(one, event)
        first = events[0].subscription_transferred_out.position
        self.refused(self.client.call("GetEvent", pb.GetEventRequest(position=first), **alice),
                     "ROLE_REQUIRED")

    def test_filters_do_not_tell_what_is_redacted(self):
        alice = {"principal": "users/alice"}
        self.assertEqual(len(self._sent(self.sender, alice, principal="users/bob")), 0)
        for same in self.ids:
            self.assertEqual(len(self._sent(self.sender, alice, request_id=same)), 0)
        for who in (OPERATOR, AUDITOR):
            self.assertEqual(len(self._sent(self.sender, who, principal="users/bob")), 2)

    def test_who_may_read_both_accounts_sees_all(self):
        for who in (OPERATOR, AUDITOR, BILLER):
            for event in self._sent(self.sender, who):
                self.assertEqual(event.principal, "users/bob")
        for event in self._sent(self.receiver, BOB):
            self.assertEqual((event.principal, bool(event.reason)), ("users/bob", True))

    def test_what_it_became_is_the_recipients_to_know(self):
        for who, shown in (({"principal": "users/alice"}, ""), (OPERATOR, "s1"), (BOB, "s1")):
            transfer = self.ok(self.sender.get_transfer("t1", who=who)).transfer
            self.assertEqual(transfer.to_subscription, self.receiver.subscription(shown))
            self.assertEqual(list(transfer.redacted_fields), [] if shown else ["to_subscription"])
        listed = self.ok(self.client.call("ListTransfers", pb.ListTransfersRequest(
            parent=self.receiver.name), **BOB)).transfers
        self.assertEqual([each.to_subscription for each in listed],
                         [self.receiver.subscription("s1"), ""])
        self.refused(self.sender.get(who=BOB), "ROLE_REQUIRED")


if __name__ == "__main__":
    unittest.main()

"""Every fact that there is, brought about over gRPC and read back through ListEvents."""
import unittest

from builders import Account
from case import RestartTest, SystemTest
from client import OPERATOR
from reaching import FACTS_IN_PROCESS
from telling import CHAPTERS
from wire import FACTS, annotations, pb


class Facts(SystemTest):
    """What telling.py's story leaves in the log."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        teller = cls("test_every_fact_is_found_by_its_type")
        cls.acme, cls.corp = Account(cls.client, "acme"), Account(cls.client, "corp")
        for chapter in CHAPTERS:
            for answer in chapter(cls.acme, cls.corp):
                teller.ok(answer)
        teller.refused(cls.corp.accept(cls.acme, "t3", "s4", profile="main",
                                       who={"principal": "users/bob"}), "TRANSFER_NOT_PENDING")
        teller.refused(cls.acme.remove_card("c2"), "CARD_NOT_REMOVABLE")

    def _events(self, **filters):
        request = pb.ListEventsRequest(page_size=500, **({"parent": "-"} | filters))
        return [event for page in self.client.pages("ListEvents", request, **OPERATOR)
                for event in page.events]

    def _watched(self, subject):
        """The positions of the events that a watch of all accounts sends until it has caught up."""
        positions = []
        watch = self.client.watch(pb.WatchEventsRequest(parent="-", subject=subject), **OPERATOR)
        for message in watch.messages():
            if message.HasField("event"):
                positions.append(message.event.position)
            if message.HasField("caught_up"):
                watch.cancel()
        return positions

    def test_every_fact_is_found_by_its_type(self):
        found = {}
        for field, fact in FACTS.items():
            for event in self._events(types=[fact]):
                self.assertEqual((event.type, event.WhichOneof("data")), (fact, field))
                found[fact] = found.get(fact, 0) + 1
        self.assertEqual(set(FACTS.values()) - set(found), set(FACTS_IN_PROCESS))
        self.assertEqual(sum(found.values()), len(self._events()), "one fact, one type")

    def test_every_fact_is_found_by_every_thing_that_it_concerns(self):
        for event in self._events():
            for subject in event.subjects:
                with self.subTest(event.type, subject=subject):
                    positions = [each.position for each in self._events(
                        parent=event.billing_account, subject=subject)]
                    self.assertIn(event.position, positions)

    def test_a_charges_end_is_in_the_history_of_whatever_it_was_charged_to(self):
        ends = ["PaymentSucceeded", "PaymentDeclined", "ChargeVoided", "BalanceSettled"]
        met = set()
        for recorded in self._events(types=["ChargeRecorded"]):
            charge = recorded.charge_recorded.charge
            wanted = [each for each in self._events(
                parent=recorded.billing_account, subject=charge.name, types=ends)]
            for thing in {charge.card, charge.subscription, charge.billing_profile,
                          recorded.charge_recorded.billing_profile} - {""}:
                with self.subTest(charge.name, thing=thing):
                    shown = {each.position for each in self._events(
                        parent=recorded.billing_account, subject=thing, types=ends)}
                    self.assertLessEqual({each.position for each in wanted}, shown)
                    self.assertIn(recorded.position, {each.position for each in self._events(
                        parent=recorded.billing_account, subject=thing)})
                    met |= {(each.type, thing.split("/")[2]) for each in wanted}
        self.assertEqual(met, {(end, kind) for end in ends
                               for kind in ("cards", "subscriptions", "billingProfiles")})

    def test_a_transfer_is_in_the_history_of_the_receiving_account_too(self):
        for transfer, there in (("t1", ["TransferDeclined"]), ("t2", []), (
                "t3", ["SubscriptionTransferredIn", "CommandRefused"])):
            events = self._events(parent=self.corp.name, subject=self.acme.transfer(transfer))
            self.assertEqual([each.type for each in events], there)
            for each in events:
                self.assertIn(self.acme.transfer(transfer), each.subjects)
                self.assertEqual(each.billing_account, self.corp.name)
            name = self.acme.transfer(transfer)
            everywhere = [each.position for each in self._events(subject=name)]
            self.assertEqual(everywhere, [each.position for each in self._events()
                                          if name in each.subjects])
            newest = self._events(subject=name, newest_first=True)
            self.assertEqual([each.position for each in newest], everywhere[::-1])
            self.assertEqual(self._watched(name), everywhere)
        self.assertEqual(self._events(parent=self.corp.name, subject=self.acme.card("c2")), [],
                         "nothing else of another account concerns this one")

    def test_every_fact_concerns_what_it_names(self):
        for event in self._events():
            named = set(references(getattr(event, event.WhichOneof("data"))))
            with self.subTest(event.type, position=event.position):
                for name in named:
                    self.assertRegex(name, "^billingAccounts/[a-z0-9-]+(/[A-Za-z]+/[a-z0-9-]+)?$")
                if event.WhichOneof("data") not in ("command_refused", "nothing_changed"):
                    own = {name for name in named
                           if name.startswith(event.billing_account + "/")}
                    self.assertLessEqual(own, set(event.subjects))

    def test_a_refusal_and_an_empty_success_keep_the_request(self):
        refused = self._events(types=["CommandRefused"])[-1].command_refused
        self.assertEqual(refused.request.remove_card.name, self.acme.card("c2"))
        nothing = self._events(types=["NothingChanged"])[-1].nothing_changed
        self.assertEqual(nothing.request.set_active.card, self.acme.card("c2"))


class Replay(RestartTest):
    def test_case_31_after_everything_a_rebuild_equals_the_live_read_models(self):
        acme, corp = Account(self.client, "acme"), Account(self.client, "corp")
        for chapter in CHAPTERS:
            for answer in chapter(acme, corp):
                self.ok(answer)
        names = [acme.name, corp.name]
        self.assert_rebuilds_equal_live(names)


def references(message):
    """Every resource name in a message, by the wire's own annotation."""
    for field, value in message.ListFields():
        values = value if field.label == field.LABEL_REPEATED else [value]
        for each in values:
            if field.type == field.TYPE_MESSAGE:
                yield from references(each)
            elif field.GetOptions().Extensions[annotations.reference]:
                yield each


if __name__ == "__main__":
    unittest.main()

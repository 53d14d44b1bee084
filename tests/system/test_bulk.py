"""Many commands over one stream: in order, each with its own answer, also across a kill.

BILLING_BULK_COMMANDS overrides how many commands the long streams send.
"""
import os
import random
import threading
import unittest
import uuid

from case import SEED, RestartTest, SystemTest
from client import ALICE, OPERATOR, Refusal
from wire import COMMANDS, pb

COUNT = int(os.environ.get("BILLING_BULK_COMMANDS", "10000"))


def command(request, sequence):
    """The message of a stream that holds `request`."""
    name = type(request).DESCRIPTOR.name.removesuffix("Request")
    return pb.ExecuteCommandsRequest(sequence=sequence,
                                     command=pb.Command(**{COMMANDS[name]: request}))


def numbered(requests):
    return [command(request, number) for number, request in enumerate(requests, 1)]


def events(client, parent):
    """Every event of `parent`, in order."""
    request = pb.ListEventsRequest(parent=parent, page_size=500)
    return [event for page in client.pages("ListEvents", request, **OPERATOR)
            for event in page.events]


class Bulk(SystemTest):
    flags = ("--refusals-per-minute", "0")

    def run_all(self, requests, **who):
        """{sequence: answer} of a stream that ends well."""
        stream = self.client.execute(requests, **who)
        answers = dict(stream.answers())
        self.assertIsNone(stream.end)
        self.assertEqual(len(answers), len(requests))
        return answers

    def test_ten_thousand_good_and_bad_commands_are_judged_in_order(self):
        """The same choices again, by hand: which card is active, which are there."""
        account = self.account()
        self.ok(account.subscribe("web"))
        rng, live, active, made = random.Random(SEED), [], None, 0
        print(f"seed {SEED}, {COUNT} commands")
        requests, wanted = [], []
        for _ in range(COUNT):
            kind = rng.choice(("add", "add", "activate", "remove", "remove", "missing", "bad"))
            if kind == "add" and len(live) < 100:
                made += 1
                live.append(f"c{made}")
                requests.append(account.add_card_request(live[-1]))
                wanted.append("")
            elif kind == "activate" and live:
                active = rng.choice(live)
                requests.append(account.set_active_request("web", active))
                wanted.append("")
            elif kind == "remove" and live:
                card = rng.choice(live)
                requests.append(account.remove_card_request(card))
                wanted.append("CARD_NOT_REMOVABLE" if card == active else "")
                if card != active:
                    live.remove(card)
            elif kind == "missing":
                requests.append(account.remove_card_request("nowhere"))
                wanted.append("CARD_NOT_FOUND")
            else:
                requests.append(pb.RemoveCardRequest(name="no name"))
                wanted.append("INVALID_REQUEST")
        answers = self.run_all(numbered(requests))
        told = [answer.reason if isinstance(answer, Refusal) else "" for _, answer in
                sorted(answers.items())]
        self.assertEqual(told, wanted)
        positions = [answer.event_position if isinstance(answer, Refusal)
                     else answer.receipt.position for _, answer in sorted(answers.items())]
        recorded = [position for position in positions if position]
        self.assertEqual(recorded, sorted(recorded))
        self.assertEqual(len(events(self.client, account.name)), 2 + len(recorded))

    def test_sixteen_streams_at_once_each_get_their_answers(self):
        accounts = [self.account() for _ in range(16)]
        failed = []

        def run(account):
            requests = [account.subscribe_request(f"s{number}") for number in range(200)]
            try:
                answers = self.run_all(numbered(requests))
                for number, answer in answers.items():
                    self.assertEqual(self.ok(answer).name,
                                     account.subscription(f"s{number - 1}"))
            except AssertionError as error:
                failed.append(error)
        threads = [threading.Thread(target=run, args=(account,)) for account in accounts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failed, [])

    def test_a_message_that_is_none_is_answered_by_its_sequence_when_it_has_one(self):
        account = self.account()
        good = command(account.add_card_request("visa"), 3)
        stream = self.client.execute([b"\x08\x07\xff", b"\xff", good])
        answers = list(stream.answers())
        self.assertIsNone(stream.end)
        self.assertEqual([number for number, _ in answers], [7, 0, 3])
        self.refused(answers[0][1], "INVALID_REQUEST")
        self.refused(answers[1][1], "INVALID_REQUEST")
        self.ok(answers[2][1])

    def test_every_event_of_a_stream_tells_who_called_and_in_which_trace(self):
        account = self.account()
        trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        who = {"principal": "services/shop", "roles": ("delegate",), "on_behalf_of": ALICE}
        self.run_all(numbered([account.add_card_request("visa", reason="imported")]),
                     headers=(("traceparent", trace),), **who)
        event = events(self.client, account.name)[-1]
        self.assertEqual((event.principal, event.on_behalf_of, event.trace_parent, event.reason),
                         ("services/shop", ALICE, trace, "imported"))


class Resume(RestartTest):
    flags = ("--refusals-per-minute", "0")

    def test_after_a_kill_in_the_middle_the_same_stream_again_does_nothing_twice(self):
        account = self.account()
        requests = [account.subscribe_request(f"s{number}", request_id=str(uuid.UUID(int=number)))
                    for number in range(1, 1_900)]
        # Refusals are first answers too.
        requests += [account.remove_card_request("nowhere", request_id=str(uuid.UUID(int=number)))
                     for number in range(1_900, 2_500)]
        random.Random(SEED).shuffle(requests)
        messages = numbered(requests)
        stream = self.client.execute(messages)
        before = {}
        for number, answer in stream.answers():
            before[number] = answer
            if len(before) == 700:
                self.server.kill()
        self.assertIsNotNone(stream.end)
        self.assertGreaterEqual(len(before), 700)
        self.server.start()
        self.reconnect()
        again = self.client.execute(messages)
        after = dict(again.answers())
        self.assertIsNone(again.end)
        self.assertEqual(set(after), set(range(1, len(messages) + 1)))
        for number, answer in before.items():
            self.assertEqual(*(self._position(each) for each in (answer, after[number])))
        ids = [event.request_id for event in events(self.client, account.name)]
        self.assertEqual(len(ids) - 1, len(requests), "the account's opening, and each once")
        self.assertEqual(len(set(ids)), len(ids))

    @staticmethod
    def _position(answer):
        return (answer.event_position if isinstance(answer, Refusal)
                else answer.receipt.position)

    def test_a_drain_answers_what_was_taken(self):
        account = self.account()
        sent, ended = threading.Event(), threading.Event()

        def requests():
            for number in range(1, 301):
                yield command(account.subscribe_request(f"s{number}"), number)
            sent.set()
            ended.wait()  # a client that has more to say

        stream = self.client.execute(requests())
        threading.Thread(target=lambda: (sent.wait(), self.server.terminate())).start()
        answers = [self._position(self.ok(answer)) for _, answer in stream.answers()]
        ended.set()
        self.assertEqual((stream.end.code, stream.end.reason), ("UNAVAILABLE", "STOPPING"))
        self.assertEqual(self.server.wait(), 0)
        self.server.start()
        self.reconnect()
        recorded = [event.position for event in events(self.client, account.name)]
        self.assertEqual(recorded[1:], answers)


if __name__ == "__main__":
    unittest.main()

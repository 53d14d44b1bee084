"""Every command, judged before it is given and repeated after: validate_only answers as the
command will and records nothing, and a repeat gets the first answer and happens once."""
import unittest

from builders import Account, head
from case import SystemTest
from client import Refusal
from operations import request_id
from telling import CHAPTERS
from wire import COMMANDS, pb

# What a command that was only judged cannot know.
UNKNOWN_YET = ("etag", "receipt")


def settled(message):
    """A copy without times, etags and the receipt."""
    copy = type(message)()
    copy.CopyFrom(message)
    _strip(copy)
    return copy


def _strip(message):
    for field, value in message.ListFields():
        of_time = field.message_type and field.message_type.name == "Timestamp"
        if field.name in UNKNOWN_YET or of_time:
            message.ClearField(field.name)
        elif field.type == field.TYPE_MESSAGE:
            for each in value if field.label == field.LABEL_REPEATED else [value]:
                _strip(each)


class Echo:
    """A client that judges each command first, gives it, and repeats it; counts what differs."""

    def __init__(self, test):
        self._test, self._client = test, test.client
        self.methods = set()

    def call(self, method, request, **who):
        if method not in COMMANDS:
            return self._client.call(method, request, **who)
        self.methods.add(method)
        with self._test.subTest(method, number=len(self.methods)):
            return self._thrice(method, request, who)

    def _thrice(self, method, request, who):
        test, before = self._test, head(self._client)
        request.validate_only = True
        judged = self._client.call(method, request, **who)
        test.assertEqual(head(self._client), before, "validate_only left a record")
        request.validate_only, request.request_id = False, request_id()
        first = self._client.call(method, request, **who)
        after = head(self._client)
        test.assertGreater(after, before)
        again = self._client.call(method, request, **who)
        test.assertEqual(head(self._client), after, "a repeat left a record")
        if isinstance(first, Refusal):
            self._compare_refusals(judged, first, again)
            return first
        test.assertEqual(settled(test.ok(judged)), settled(first))
        test.assertEqual(judged.receipt, pb.Receipt(position=before))
        test.assertEqual((first.receipt.position, first.receipt.replayed), (after, False))
        test.assertTrue(test.ok(again).receipt.replayed)
        again.receipt.replayed = False
        test.assertEqual(again, first)
        return first

    def _compare_refusals(self, judged, first, again):
        test = self._test
        for other in (judged, again):
            test.assertEqual((other.reason, other.code, other.message, other.blockers),
                             (first.reason, first.code, first.message, first.blockers))
        test.assertEqual((judged.event_position, again.event_position),
                         (0, first.event_position))
        test.assertTrue(again.replayed)


class Repeats(SystemTest):
    def test_every_command_is_judged_alike_and_happens_once(self):
        echo = Echo(self)
        acme, corp = Account(echo, "acme"), Account(echo, "corp")
        for chapter in CHAPTERS:
            for answer in chapter(acme, corp):
                self.ok(answer)
        # Without the retention over, and with no caller to expire a transfer.
        self.assertEqual(set(COMMANDS) - echo.methods, {"DeleteSubscription", "ExpireTransfer"})

    def test_refusals_too(self):
        echo = Echo(self)
        account = Account(echo, "refused")
        self.ok(account.open())
        self.ok(account.add_card("c1"))
        self.ok(account.subscribe("s1", "c1"))
        self.ok(account.past_due("p1", "s1"))
        self.refused(account.remove_card("c1"), "CARD_NOT_REMOVABLE")
        self.refused(account.settle("c1", "c2", 1000), "CARD_NOT_FOUND")
        self.refused(account.send("t1", "s1", account), "SUBSCRIPTION_NOT_ACTIVE")
        self.refused(account.delete("s1"), "INVALID_SUBSCRIPTION_STATE")
        self.refused(account.grant("users/alice", pb.ROLE_ADMINISTRATOR), "ROLE_ALREADY_GRANTED")


if __name__ == "__main__":
    unittest.main()

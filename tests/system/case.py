"""What the tests over the wire share: a running server, accounts of their own, and
assertions that fail in words.
"""
import itertools
import os
import signal
import sys
import unittest

import views
from builders import Account
from client import OPERATOR, Refusal, code_of
from rules import snake
from server import Server
from wire import pb

SEED = int(os.environ.get("BILLING_SEED", "20260101"))

# A test that is told to end cleans up behind itself.
signal.signal(signal.SIGTERM, lambda *unused: sys.exit("terminated"))


class Answers(unittest.TestCase):
    """Assertions about answers."""

    longMessage = True
    maxDiff = 4000

    def ok(self, answer):
        """The response; fails on a refusal."""
        if isinstance(answer, Refusal):
            self.fail(f"refused: {answer}")
        return answer

    def refused(self, answer, reason):
        """The Refusal; fails unless it is for `reason`, with that reason's code."""
        if not isinstance(answer, Refusal):
            self.fail(f"expected {reason}, but it was accepted: {answer}")
        self.assertEqual((answer.reason, answer.code), (reason, code_of(reason)), answer)
        self.assertEqual(answer.domain, "billing")
        self.assertTrue(answer.message, answer)
        if answer.event_position:
            self._read_back(answer)
        return answer

    def _read_back(self, answer):
        """The refusal's own record says the same as the refusal."""
        told = self.client.call("GetEvent", pb.GetEventRequest(position=answer.event_position),
                                **OPERATOR)
        event = self.ok(told).event
        fact = event.command_refused
        self.assertEqual((event.type, fact.reason), ("CommandRefused", answer.reason), answer)
        self.assertEqual(event.decided_at_position, answer.position)
        self.assertEqual(event.decided_at_position, event.position - 1)
        self.assertEqual(tuple((each.type, each.subject, each.remedy) for each in fact.blockers),
                         answer.blockers)
        self.assertEqual(snake(fact.command), fact.request.WhichOneof("command"))
        wanted = {each.key: each.resource or each.value for each in fact.details}
        if fact.blocker_count:
            wanted["blocker_count"] = str(fact.blocker_count)
        self.assertEqual({key: value for key, value in answer.metadata.items()
                          if key not in ("position", "event_position", "replayed")}, wanted)

    def invalid(self, answer, field):
        """Refused as malformed, blaming `field`, or what lies below it, and nothing else."""
        refusal = self.refused(answer, "INVALID_REQUEST")
        self.assertTrue(refusal.violations, refusal)
        for named, description in refusal.violations:
            below = named == field or named.startswith((field + ".", field + "["))
            self.assertTrue(below, f"blames {named} ({description}), not {field}")
            self.assertTrue(description)
        return refusal


class SystemTest(Answers):
    """One server per class, one or more accounts per test."""

    flags = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.flags)
        cls.addClassCleanup(cls.server.close)
        cls.server.start()
        cls.client = cls.server.client()
        cls._numbers = itertools.count(1)

    def customer_agreement(self, **fields):
        """A fresh account whose cards belong to billing profiles."""
        return self.account(agreement=pb.AGREEMENT_CUSTOMER_AGREEMENT, **fields)

    def account(self, **fields):
        """A fresh account, opened by the operator for users/alice."""
        account = Account(self.client, f"account-{next(self._numbers)}")
        self.ok(account.open(**fields))
        return account


class RestartTest(Answers):
    """One server per test, which the test may stop, kill and start again."""

    flags = ()

    def setUp(self):
        self.server = self.make_server()
        self.addCleanup(self.server.close)
        self.server.start()
        self.client = self.server.client()

    def make_server(self):
        return Server(*self.flags)

    def account(self, account_id="acme", **fields):
        account = Account(self.client, account_id)
        self.ok(account.open(**fields))
        return account

    def assert_rebuilds_equal_live(self, names):
        """The read models of these accounts, after a restart and after a rebuild."""
        live = views.snapshot(self.client, names)
        self.server.restart()
        self.reconnect()
        self.assertEqual(views.snapshot(self.client, names), live, "after a restart")
        self.server.restart("--rebuild-views")
        self.reconnect()
        self.assertEqual(views.snapshot(self.client, names), live, "after --rebuild-views")

    def reconnect(self, *accounts):
        """After a restart: a new connection, also for `accounts`."""
        self.client = self.server.client()
        for account in accounts:
            account.client = self.client

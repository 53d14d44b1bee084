"""Who may do what: every cell of who_may.txt, on one's own account, on another, on none."""
import pathlib
import unittest

import role_world
from builders import short
from case import SystemTest
from client import Refusal
from role_world import CALLERS, COMMANDS, READS, Side
from wire import COMMANDS as METHODS_THAT_WRITE, METHODS, pb

SAM, ZOE, ALICE = ({"principal": "users/" + name} for name in ("sam", "zoe", "alice"))

# Commands that are allowed, and meet a rule all the same: a role may only be tried where the
# world can be left as it is.
MEETS = {
    "DeleteSubscription": "RETENTION_PERIOD_ACTIVE",
    "DecideInvoicePayment": "INVOICE_PAYMENT_NOT_REQUESTED",
    "DetachPaymentMethod": "PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH",
    "RebuildProjection": "PROJECTION_NOT_FOUND",
}
# What an allowed read of something out of sight answers.
HIDDEN = {"GetBillingProfile": "BILLING_PROFILE_NOT_FOUND",
          "GetSubscription": "SUBSCRIPTION_NOT_FOUND", "GetCharge": "CHARGE_NOT_FOUND",
          "GetPaymentGuidance": "CHARGE_NOT_FOUND"}
# Rows that name no account that could be missing.
NAME_NO_ACCOUNT = {"CreateBillingAccount", "GetEvent", "ExplainRefusal", "ListEvents:all", "WatchEvents:all",
                   "ListExpiringCards:all",
                   "GetCheckpoint", "GetInclusionProof", "GetConsistencyProof", "GetEntries",
                   "GetServerStatus", "ListProjections", "RebuildProjection"}
# Everybody may ask it, and is shown what they may see.
OPEN_TO_ALL = {"ListBillingAccounts"}


def table():
    """{row: {caller: cell}}"""
    rows, callers = {}, []
    text = (pathlib.Path(__file__).parent / "who_may.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        name, *cells = line.split() or ["#"]
        if name == "command":
            callers = cells
        elif not name.startswith("#"):
            assert len(cells) == len(callers) and name not in rows, line
            rows[name] = dict(zip(callers, cells))
    return rows


TABLE = table()


class Table(unittest.TestCase):
    def test_asks_about_every_method_and_every_caller(self):
        asked = {row.partition(":")[0] for row in TABLE}
        self.assertEqual(asked, set(METHODS) - OPEN_TO_ALL)
        self.assertLessEqual(set(METHODS_THAT_WRITE) - {"ExpireTransfer"}, asked)
        self.assertEqual(set(TABLE), set(COMMANDS) | set(READS))
        for row, cells in TABLE.items():
            self.assertEqual(set(cells), set(CALLERS), row)
            self.assertLessEqual(set(cells.values()), {"own", "any", "-", "hid"}, row)


class WhoMay(SystemTest):
    flags = ("--refusals-per-minute", "0")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own, cls.other, cls.missing = (Side(cls.client, name)
                                           for name in ("own", "other", "missing"))
        cls.missing.event = 1
        world = cls("test_commands")
        for side, who in ((cls.own, ALICE), (cls.other, ZOE)):
            role_world.build(world, side, who)
        role_world.grant(world, cls.own, ALICE)
        sender = cls.own.sender
        world.ok(sender.open(administrator="users/sam"))
        for side in (cls.own, cls.other):
            world.ok(sender.subscribe(side.name, who=SAM))
            world.ok(sender.send(side.offer, side.name, side.cards, who=SAM))
        cls.missing.sender = cls.missing.home

    def test_commands(self):
        for row, request in COMMANDS.items():
            self._row(row, request, validate_only=True)

    def test_reads(self):
        for row, request in READS.items():
            self._row(row, request)

    def _row(self, row, request, **fields):
        for caller, cell in TABLE[row].items():
            for side in (self.own, self.other, self.missing):
                if side is self.missing and row in NAME_NO_ACCOUNT:
                    continue
                asked = request(side)
                for name, value in fields.items():
                    setattr(asked, name, value)
                with self.subTest(row, caller=caller, side=side.name):
                    answer = self.client.call(row.partition(":")[0], asked, **CALLERS[caller])
                    self._cell(row, cell, side, answer)

    def _cell(self, row, cell, side, answer):
        if cell == "-" or (cell in ("own", "hid") and side is not self.own):
            self.refused(answer, "ROLE_REQUIRED")
        elif cell == "hid":
            self.refused(answer, HIDDEN[row.partition(":")[0]])
        elif side is self.missing:
            self.refused(answer, "BILLING_ACCOUNT_NOT_FOUND")
        elif row in MEETS:
            self.refused(answer, MEETS[row])
        else:
            self.ok(answer)

    def test_everybody_lists_the_accounts_that_they_may_see(self):
        every = {f"{side}-{each}" for side in ("own", "other")
                 for each in ("home", "cards", "debts", "strict")} | {"the-sender"}
        own = {each for each in every if each.startswith("own")}
        seen = {"operator": every, "auditor": every, "administrator": own,
                "for-administrator": own, "owner": own, "contributor": own, "reader": own}
        for caller, who in CALLERS.items():
            with self.subTest(caller):
                pages = self.client.pages("ListBillingAccounts", pb.ListBillingAccountsRequest(),
                                          **who)
                names = {short(each.name) for page in pages for each in page.billing_accounts}
                self.assertEqual(names, seen.get(caller, set()))

    def test_a_role_on_a_profile_shows_that_profile_and_live_cards_alone(self):
        who = CALLERS["profile-reader"]
        for method, field, wanted in (
                ("ListBillingProfiles", "billing_profiles", ["main"]),
                ("ListSubscriptions", "subscriptions", ["held", "s1", "s2"]),
                ("ListCharges", "charges", ["p1"]),
                ("ListCards", "cards", ["c1", "c2", "c3", "spare"]),
                ("ListCardsInUse", "cards_in_use", ["held", "s1", "s2"])):
            with self.subTest(method):
                request = METHODS[method].request(parent=self.own.home.name)
                rows = getattr(self.ok(self.client.call(method, request, **who)), field)
                names = [each.subscription if method == "ListCardsInUse" else each.name
                         for each in rows]
                self.assertEqual([short(name) for name in names], wanted)

    def test_only_a_service_with_the_role_delegate_speaks_for_somebody(self):
        request = pb.GetBillingAccountRequest(name=self.own.home.name)
        for who in ({"principal": "users/alice", "roles": ("delegate",)},
                    {"principal": "services/assistant", "roles": ("operator",)},
                    {"principal": "services/assistant"}):
            with self.subTest(who=who):
                answer = self.client.call("GetBillingAccount", request,
                                          on_behalf_of="users/alice", **who)
                self.assertIsInstance(answer, Refusal)
                self.assertIn(answer.code, ("PERMISSION_DENIED", "UNAUTHENTICATED"), answer)

    def test_a_role_takes_effect_and_ends_at_once(self):
        newcomer = {"principal": "users/newcomer"}
        home = self.own.home
        self.refused(home.get(who=newcomer), "ROLE_REQUIRED")
        self.ok(home.grant("users/newcomer", pb.ROLE_READER))
        self.ok(home.get(who=newcomer))
        self.ok(home.revoke("users/newcomer", pb.ROLE_READER))
        self.refused(home.get(who=newcomer), "ROLE_REQUIRED")


if __name__ == "__main__":
    unittest.main()

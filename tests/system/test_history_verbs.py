"""billingctl's history, watch, state and explain beside a real server."""
import json
import subprocess
import unittest

from builders import THIS_YEAR, head
from cutting import Proxy
from test_billingctl import BILLINGCTL, Billingctl
from wire import pb

OLGA = ["--principal", "users/olga", "--roles", "operator"]
RENAMED = 100  # events of each part of a watch


class History(Billingctl):
    def setUp(self):
        super().setUp()
        self.add_cards(0, 2)
        self.ok(self.acme.subscribe("web", "c0"))

    def test_a_timeline_tells_why_and_what_changed(self):
        self.ok(self.acme.update_card("c0", "expiry", reason="the bank sent a new one", fields={
            "expiry": pb.YearMonth(year=THIS_YEAR + 9, month=7)}))
        told = self.done("history", "--account", "acme", "--type", "CardUpdated")
        self.assertRegex(told, rf"(?m)^    expiry of c0: \d{{4}}-\d\d → {THIS_YEAR + 9}-07$")
        self.assertIn("\n    why: the bank sent a new one\n", told)
        self.assertNotIn("\x1b", told, "no colour in a pipe")

    def test_a_refusal_is_explained_also_when_it_would_be_granted_by_now(self):
        refused = self.refused(self.acme.remove_card("c0"), "CARD_NOT_REMOVABLE")
        self.ok(self.acme.set_active("web", "c1"))
        self.ok(self.acme.remove_card("c0"))
        told = self.done("explain", refused.event_position)
        self.assertTrue(told.startswith("RemoveCard of c0 refused: CARD_NOT_REMOVABLE"), told)
        self.assertIn("blocked by CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION subscriptions/web\n", told)
        self.assertIn("subscription web created (CONSUMPTION), paid by c0\n", told)
        self.assertIn("NOT_A_REFUSAL", self.failed(5, "explain", 1))
        self.assertIn("EVENT_NOT_FOUND", self.failed(4, "explain", 10**9))

    def test_an_account_is_shown_as_it_was(self):
        before = head(self.client)
        self.ok(self.acme.set_active("web", "c1"))
        self.ok(self.acme.remove_card("c0"))
        then = [json.loads(line) for line in
                self.done("state", "acme", "--at", before, "--json").splitlines()]
        self.assertEqual({part["position"] for part in then}, {str(before)})
        self.assertEqual({part["card"]["name"]: part["card"]["state"] for part in then
                          if "card" in part},
                         {self.acme.card("c0"): "CARD_STATE_LIVE",
                          self.acme.card("c1"): "CARD_STATE_LIVE"})
        self.assertIn("REMOVED", self.done("state", "acme"))
        self.assertIn("POSITION_BEYOND_HEAD", self.failed(3, "state", "acme", "--at", 10**9))
        self.assertIn("POSITION_BEFORE_ACCOUNT",
                      self.failed(3, "state", "acme", "--at", "2020-01-01"))


class Watch(Billingctl):
    def rename(self):
        for number in range(RENAMED):
            self.ok(self.acme.rename("web", f"{number} of {head(self.client)}"))

    def take(self, stream, until):
        """The positions of the events on it, up to this one."""
        positions = []
        while not positions or positions[-1] < until:
            message = json.loads(stream.readline())
            if "event" in message:
                positions.append(int(message["event"]["position"]))
        return positions

    def test_it_goes_on_by_itself_over_a_cut_and_a_kill(self):
        self.ok(self.acme.subscribe("web"))
        proxy = Proxy(self.server.address)
        self.addCleanup(proxy.close)
        last = head(self.client) + 3 * RENAMED
        watching = subprocess.Popen(
            [BILLINGCTL, "--address", proxy.address, *OLGA, "--json", "watch", "--account", "-",
             "--after", "0", "--limit", str(last)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            seen = self.take(watching.stdout, 1)
            self.rename()
            proxy.cut()
            self.rename()
            seen += self.take(watching.stdout, head(self.client))
            self.server.kill()
            self.server.start()
            proxy.target = self.server.address
            self.reconnect(self.acme)
            self.rename()
            seen += self.take(watching.stdout, last)
            told = watching.communicate(timeout=60)[1]
        finally:
            watching.kill()
            watching.wait()
        self.assertEqual(watching.returncode, 0, told)
        self.assertEqual(seen, list(range(1, last + 1)))
        notices = [json.loads(line)["watch"] for line in told.splitlines()]
        self.assertEqual(notices.count("resumed"), 2, told)
        self.assertGreaterEqual(notices.count("lost"), 2, told)

    def test_it_ends_when_the_role_does(self):
        rita = {"principal": "users/rita"}
        self.ok(self.acme.grant("users/rita", pb.ROLE_READER))
        watching = subprocess.Popen(
            [BILLINGCTL, "--address", self.server.address, "--principal", "users/rita", "watch",
             "--account", "acme", "--after", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            self.assertIn("BillingAccountCreated", watching.stdout.readline())
            self.ok(self.acme.revoke("users/rita", pb.ROLE_READER))
            told = watching.communicate(timeout=60)[1]
        finally:
            watching.kill()
            watching.wait()
        self.assertEqual(watching.returncode, 8, told)
        self.assertIn("error: ROLE_REQUIRED", told)
        self.refused(self.acme.get(who=rita), "ROLE_REQUIRED")


if __name__ == "__main__":
    unittest.main()

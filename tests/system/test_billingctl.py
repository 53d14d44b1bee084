"""billingctl beside a real server: what only shows when both are there."""
import json
import os
import shutil
import subprocess
import unittest

from builders import head
from case import RestartTest
from client import OPERATOR
from wire import pb

BILLINGCTL = os.environ.get("BILLINGCTL", "build/release/bin/billingctl")
USAGE, NOT_PROVED, SOME_FAILED = 2, 11, 12


class Billingctl(RestartTest):
    flags = ("--refusals-per-minute", "0")

    def setUp(self):
        super().setUp()
        self.folder = self.server.data.parent
        self.acme = self.account(policy=pb.Policy(max_cards=1_000))
        self.key = self.folder / "signing.pub"
        shutil.copy(self.server.data / "keys/signing.pub", self.key)

    def run_it(self, *arguments, roles="", principal="users/alice"):
        who = ["--principal", principal, *(["--roles", roles] if roles else [])]
        return subprocess.run([BILLINGCTL, "--address", self.server.address, *who,
                               *map(str, arguments)],
                              capture_output=True, text=True, check=False, timeout=60)

    def done(self, *arguments, **who):
        """What it prints; fails unless it exits with 0 and has nothing to complain of."""
        answer = self.run_it(*arguments, **who)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""), answer.stdout)
        return answer.stdout

    def failed(self, code, *arguments, **who):
        """What it says on stderr; fails unless it exits with `code`."""
        answer = self.run_it(*arguments, **who)
        self.assertEqual(answer.returncode, code, answer.stdout + answer.stderr)
        return answer.stderr

    def verified(self, *arguments):
        return json.loads(self.done("verify", "--key", self.key, "--json", *arguments))

    def add_cards(self, first, count):
        return [self.ok(self.acme.add_card(f"c{number}")).receipt
                for number in range(first, first + count)]


class Verify(Billingctl):
    def test_the_log_is_verified_as_it_grows_also_over_a_kill(self):
        self.add_cards(0, 20)
        kept = self.folder / "kept.note"
        first = self.verified("--min-position", head(self.client), "--save", kept)
        self.assertEqual((first["size"], first["key_from"]), (str(head(self.client)), "caller"))
        self.server.kill()
        self.server.start()
        self.reconnect(self.acme)
        self.add_cards(20, 300)
        second = self.verified("--min-position", head(self.client), "--since", kept,
                               "--save", kept)
        self.assertEqual((second["since_size"], second["size"]),
                         (first["size"], str(head(self.client))))
        self.assertNotEqual(second["root_hash"], first["root_hash"])

    def test_every_record_is_proved_by_its_receipt_and_by_no_other(self):
        receipts = self.add_cards(0, 40)
        for receipt in receipts:
            proved = self.done("proof", receipt.position, "--key", self.key,
                               "--leaf-hash", receipt.leaf_hash.hex())
            self.assertIn(receipt.leaf_hash.hex(), proved)
        told = self.failed(NOT_PROVED, "proof", receipts[0].position, "--key", self.key,
                           "--leaf-hash", receipts[1].leaf_hash.hex())
        self.assertIn("RECORD_NOT_PROVED", told)

    def test_another_log_and_another_key_are_told_from_this_one(self):
        self.add_cards(0, 5)
        kept = self.folder / "kept.note"
        self.verified("--min-position", head(self.client), "--save", kept)
        before = kept.read_text(encoding="utf-8")
        self.assertEqual(self.server.stop(), 0)
        shutil.rmtree(self.server.data)
        self.server.start()
        self.reconnect(self.acme)
        self.ok(self.acme.open())
        told = self.failed(NOT_PROVED, "verify", "--key", self.key, "--since", kept,
                           "--save", kept)
        self.assertIn("CHECKPOINT_NOT_VERIFIED", told)
        new_key = self.server.data / "keys/signing.pub"
        told = self.failed(NOT_PROVED, "verify", "--key", self.key, "--key", new_key,
                           "--since", kept, "--save", kept)
        self.assertIn("LOG_REPLACED", told)
        self.assertEqual(kept.read_text(encoding="utf-8"), before, "saved only when all held")
        self.assertIn("server's own word", self.run_it("verify").stderr)


class Import(Billingctl):
    COUNT = 400

    def setUp(self):
        super().setUp()
        self.path = self.folder / "commands"
        self.path.write_text("".join(
            json.dumps({"createSubscription": {
                "parent": self.acme.name, "subscriptionId": f"s{number}",
                "subscription": {"displayName": f"Number {number}",
                                 "kind": "SUBSCRIPTION_KIND_CONSUMPTION"}}}) + "\n"
            for number in range(self.COUNT)), encoding="utf-8")

    def events(self):
        request = pb.ListEventsRequest(parent=self.acme.name, page_size=500)
        return [event for page in self.client.pages("ListEvents", request, **OPERATOR)
                for event in page.events]

    def counts(self, *arguments):
        told = json.loads(self.done("import", self.path, "--json", *arguments))
        return told["done"], told["repeated"], told["failed"]

    def test_the_same_file_again_does_nothing_twice(self):
        self.assertEqual(self.counts(), (self.COUNT, 0, 0))
        before = head(self.client)
        self.assertEqual(self.counts(), (self.COUNT, self.COUNT, 0))
        self.assertEqual(head(self.client), before)

    def test_a_kill_on_the_way_and_the_same_file_again_do_each_line_once(self):
        importing = subprocess.Popen(
            [BILLINGCTL, "--address", self.server.address, "--principal", "users/alice",
             "--timeout", "1s", "import", str(self.path), "--window", "4"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            before = head(self.client)
            while head(self.client) < before + 10:
                self.assertIsNone(importing.poll(), "it ended before it was killed")
            self.server.kill()
            told = importing.communicate(timeout=60)[1]
        finally:
            importing.kill()
            importing.wait()
        self.assertNotEqual(importing.returncode, 0)
        self.assertIn("run it again with the same file", told)
        self.server.start()
        self.reconnect(self.acme)
        survived = head(self.client) - before
        self.assertEqual(self.counts(), (self.COUNT, survived, 0))
        self.assertGreaterEqual(survived, 10)
        made = [event.subscription_created for event in self.events()
                if event.type == "SubscriptionCreated"]
        self.assertEqual(len(made), self.COUNT)

    def test_failed_lines_are_written_and_can_be_imported_in_their_turn(self):
        failed = self.folder / "failed"
        self.path.write_text(
            json.dumps({"removeCard": {"name": self.acme.card("c0")}}) + "\n"
            + json.dumps({"addCart": {}}) + "\n", encoding="utf-8")
        told = self.run_it("import", self.path, "--failed", failed)
        self.assertEqual((told.returncode, told.stderr), (SOME_FAILED, ""), told.stdout)
        lines = [json.loads(line) for line in failed.read_text(encoding="utf-8").splitlines()]
        self.assertEqual({(line["line"], line["reason"]) for line in lines},
                         {(1, "CARD_NOT_FOUND"), (2, "INVALID_REQUEST")})
        self.add_cards(0, 1)
        told = self.run_it("import", failed)
        self.assertEqual(told.returncode, SOME_FAILED)
        self.assertIn("2 commands: 1 done, 1 failed", told.stdout)
        self.failed(USAGE, "import", self.folder / "nowhere")


class Projections(Billingctl):
    OPERATOR = {"principal": "users/olga", "roles": "operator"}

    def test_a_rebuild_is_waited_for_and_shown(self):
        self.add_cards(0, 50)
        told = self.done("projection", "rebuild", "-", "--wait", **self.OPERATOR)
        self.assertEqual(told, f"all read models built anew, at position {head(self.client)}\n")
        self.assertTrue((self.server.data / "views-2").is_dir())
        listed = json.loads(self.done("projection", "list", "--json", **self.OPERATOR))
        self.assertEqual({each["state"] for each in listed["projections"]},
                         {"PROJECTION_STATE_LIVE"})
        self.assertIn(f"position        {head(self.client)}\n",
                      self.done("status", **self.OPERATOR))
        self.assertIn("PROJECTION_NOT_FOUND", self.failed(
            4, "projection", "rebuild", "nothing", **self.OPERATOR))
        self.assertIn("ROLE_REQUIRED", self.failed(8, "projection", "rebuild", "-"))


if __name__ == "__main__":
    unittest.main()

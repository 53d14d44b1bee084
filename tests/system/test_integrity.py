"""Checkpoints and proofs, verified by a client with code of its own; keys that change."""
import os
import subprocess
import unittest

import proving
from builders import head
from case import RestartTest
from client import AUDITOR, STRANGER
from wire import pb

REFUSED_START = 4


class Integrity(RestartTest):
    def setUp(self):
        super().setUp()
        self.acme = self.account(policy=pb.Policy(max_cards=1_000))
        self.keys = self.server.data / "keys"

    def add_cards(self, count):
        for _ in range(count):
            self.ok(self.acme.add_card(f"c{head(self.client):03}"))

    def key(self, name="signing.pub"):
        return proving.VerifierKey((self.keys / name).read_text(encoding="utf-8"))

    def checkpoint(self, min_position=0):
        """(size, root, note), verified with the key that the operator hands out."""
        got = self.ok(self.client.call(
            "GetCheckpoint", pb.GetCheckpointRequest(min_position=min_position), **STRANGER))
        opened = self.key().opens(got.note)
        self.assertIsNotNone(opened, got.note)
        self.assertEqual(got.position, opened[0])
        return (*opened, got.note)

    def entries(self):
        """Every record there is, as it is hashed."""
        records = []
        while len(records) < head(self.client):
            got = self.ok(self.client.call("GetEntries", pb.GetEntriesRequest(
                from_position=len(records) + 1, count=100), **AUDITOR))
            records.extend(got.entries)
        return records

    def consistency(self, from_size, from_root, to_size, to_root):
        got = self.ok(self.client.call("GetConsistencyProof", pb.GetConsistencyProofRequest(
            from_size=from_size, to_size=to_size), **STRANGER))
        self.assertEqual(
            proving.roots_of_consistency(from_size, to_size, list(got.hashes), from_root),
            (from_root, to_root))

    def test_the_log_is_what_was_signed_and_every_record_is_in_it(self):
        self.add_cards(300)
        size, signed, _ = self.checkpoint(head(self.client))
        records = self.entries()
        self.assertEqual(size, len(records))
        leaves = [proving.leaf(record) for record in records]
        self.assertEqual(proving.root(leaves), signed)
        for position in (1, 2, 100, 255, 256, 257, size):
            got = self.ok(self.client.call("GetInclusionProof", pb.GetInclusionProofRequest(
                position=position, tree_size=size), **STRANGER))
            self.assertEqual(got.leaf_hash, leaves[position - 1])
            self.assertEqual(proving.root_of_inclusion(
                position - 1, size, leaves[position - 1], list(got.hashes)), signed, position)
        for earlier in (1, 128, 255, 256, 300):
            self.consistency(earlier, proving.root(leaves[:earlier]), size, signed)

    def test_a_receipt_is_proved_after_the_server_was_killed(self):
        receipt = self.ok(self.acme.add_card("visa")).receipt
        before, signed, _ = self.checkpoint(receipt.position)
        self.server.kill()
        self.server.start()
        self.reconnect(self.acme)
        self.add_cards(3)
        size, later, _ = self.checkpoint(head(self.client))
        self.consistency(before, signed, size, later)
        got = self.ok(self.client.call("GetInclusionProof", pb.GetInclusionProofRequest(
            position=receipt.position, tree_size=size), **STRANGER))
        self.assertEqual(proving.root_of_inclusion(
            receipt.position - 1, size, receipt.leaf_hash, list(got.hashes)), later)

    # The steps of README, "You operate it".
    def test_keys_change_without_a_gap_for_whoever_verifies(self):
        size, signed, _ = self.checkpoint(1)
        old_key = self.key()
        self.assertEqual(self.server.stop(), 0)
        (self.keys / "signing.pem").rename(self.keys / "signing-old.pem")
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out",
                        str(self.keys / "signing.pem")], check=True, umask=0o077)
        previous = ("--previous-signing-key", str(self.keys / "signing-old.pem"))
        self.server.start(*previous)
        self.reconnect(self.acme)
        new_key = self.key()
        self.assertNotEqual(new_key.id, old_key.id)
        _, _, note = self.checkpoint(1)
        self.assertEqual(old_key.opens(note), (size, signed))
        self.assertEqual(new_key.opens(note), (size, signed))
        self.assertNotIn("signing_key_changed", self.server.tail(100))

        self.server.restart()
        self.reconnect(self.acme)
        self.add_cards(1)
        size_after, later, note = self.checkpoint(2)
        self.assertEqual(new_key.opens(note), (size_after, later))
        self.assertIsNone(old_key.opens(note))
        self.consistency(size, signed, size_after, later)

    def test_a_lost_key_is_not_replaced_in_silence(self):
        self.assertEqual(self.server.stop(), 0)
        (self.keys / "signing.pem").unlink()
        code, output = self.server.refuse()
        self.assertEqual(code, REFUSED_START, output)
        self.assertIn("--signing-key", output)
        self.assertFalse((self.keys / "signing.pem").exists())
        other = self.keys / "other.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(other)],
                       check=True, umask=0o077)
        self.server.start("--signing-key", str(other))
        changed = [line for line in self.server.tail(100).splitlines()
                   if "signing_key_changed" in line]
        self.assertEqual(len(changed), 1)
        self.assertIn(str(self.keys / "other.pub"), changed[0])
        self.assertTrue((self.keys / "other.pub").exists())

    def test_a_key_that_others_may_read_is_refused(self):
        self.assertEqual(self.server.stop(), 0)
        os.chmod(self.keys / "signing.pem", 0o640)
        code, output = self.server.refuse()
        self.assertEqual(code, REFUSED_START, output)
        self.assertIn("chmod 600", output)


if __name__ == "__main__":
    unittest.main()

"""Proofs of RFC 9162 and C2SP checkpoints, verified without a line of the server's code:
hashlib, and OpenSSL's command for Ed25519.
"""
import base64
import hashlib
import pathlib
import subprocess
import tempfile

# SubjectPublicKeyInfo of an Ed25519 key (RFC 8410), up to the key's 32 bytes.
_SPKI = bytes.fromhex("302a300506032b6570032100")


def leaf(record):
    return hashlib.sha256(b"\x00" + record).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves):
    """MTH of RFC 9162, 2.1.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node(root(leaves[:left]), root(leaves[left:]))


def root_of_inclusion(index, size, leaf_hash, proof):
    """The root that an inclusion proof leads to; None when it leads nowhere.

    From the top down: how many hashes the left and the right subtree take.
    """
    if size == 1:
        return leaf_hash if not proof and index == 0 else None
    if not proof:
        return None
    left = 1 << ((size - 1).bit_length() - 1)
    if index < left:
        below = root_of_inclusion(index, left, leaf_hash, proof[:-1])
        return below and node(below, proof[-1])
    below = root_of_inclusion(index - left, size - left, leaf_hash, proof[:-1])
    return below and node(proof[-1], below)


def roots_of_consistency(first, second, proof, first_root):
    """(earlier root, later root) that a consistency proof leads to; None when to none."""
    def walk(part, size, hashes, whole):
        if part == size:
            if whole:
                return None if hashes else (first_root, first_root)
            return (hashes[0], hashes[0]) if len(hashes) == 1 else None
        if not hashes:
            return None
        left = 1 << ((size - 1).bit_length() - 1)
        if part <= left:
            below = walk(part, left, hashes[:-1], whole)
            return below and (below[0], node(below[1], hashes[-1]))
        below = walk(part - left, size - left, hashes[:-1], False)
        return below and (node(hashes[-1], below[0]), node(hashes[-1], below[1]))
    return walk(first, second, proof, True)


class VerifierKey:
    """`name+hash+base64(0x01 ‖ key)`."""

    def __init__(self, text):
        self.name, key_id, encoded = text.strip().split("+", 2)
        key = base64.b64decode(encoded, validate=True)
        assert key[0] == 1 and len(key) == 33, text
        self.id = hashlib.sha256(self.name.encode() + b"\n" + key).digest()[:4]
        assert self.id.hex() == key_id, text
        self._public = key[1:]

    def opens(self, note):
        """(size, root) of a checkpoint that this key has signed; None of another."""
        text, _, signatures = note.rpartition("\n\n")
        text += "\n"
        for line in signatures.splitlines():
            dash, name, encoded = line.split(" ")
            signature = base64.b64decode(encoded, validate=True)
            if (dash, name, signature[:4]) == ("\u2014", self.name, self.id):
                if not self._verifies(text.encode(), signature[4:]):
                    return None
                origin, size, root_hash = text.splitlines()
                assert origin == self.name
                return int(size), base64.b64decode(root_hash, validate=True)
        return None

    def _verifies(self, text, signature):
        with tempfile.TemporaryDirectory(prefix="billingd-test-") as folder:
            files = {"key": _SPKI + self._public, "text": text, "signature": signature}
            for name, content in files.items():
                (pathlib.Path(folder) / name).write_bytes(content)
            done = subprocess.run(
                ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key",
                 "-rawin", "-in", "text", "-sigfile", "signature"],
                cwd=folder, capture_output=True, check=False)
        return done.returncode == 0

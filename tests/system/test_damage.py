"""Damaged, cut and foreign data directories, and wrong starts: each is refused in one
clear line and with its own exit code, and refusing touches nothing.
"""
import os
import re
import shutil
import socket
import subprocess
import unittest

from builders import head
from case import RestartTest
from wire import pb

USAGE, DATA_DIRECTORY, DATA_LOSS, ADDRESS_IN_USE = 2, 3, 4, 5
# Of eventstore/FORMAT.md, "Keys": a header, and the head of the first block.
FIRST_SLOT, SLOT_BYTES = 8_192, 64


def slot_offset(slot):
    """Where a slot of the first block is in data.keys."""
    return FIRST_SLOT + (slot - 1) * SLOT_BYTES


class Damage(RestartTest):
    CARDS = 60

    def setUp(self):
        super().setUp()
        self.acme = self.account(policy=pb.Policy(max_cards=1_000))
        self.log_folder = self.server.data / "log"
        self.cards = []
        self.add_cards()

    def add_cards(self):
        for _ in range(self.CARDS):
            self.cards.append(f"c{len(self.cards):03}")
            self.ok(self.acme.add_card(self.cards[-1]))
        self.head = head(self.client)

    def assert_refused_for_loss(self, *positions):
        """Exit 4, and one line that names all of `positions`."""
        code, output = self.server.refuse()
        self.assertEqual(code, DATA_LOSS, output)
        wanted = {str(each) for each in positions}
        naming = [line for line in output.splitlines()
                  if "position" in line and wanted <= set(re.findall(r"\d+", line))]
        self.assertEqual(len(naming), 1, f"no one line names {positions}:\n{output}")

    def assert_whole(self):
        """Starts again and has everything."""
        self.server.start()
        self.reconnect(self.acme)
        self.assertEqual(head(self.client), self.head)
        self.assertEqual(self.acme.live_cards(), self.cards)
        self.assertEqual(len(self.acme.events()), self.head)

    def the_wal(self):
        """RocksDB's write-ahead log: the only numbered *.log with anything in it."""
        return max(self.log_folder.glob("[0-9]*.log"), key=lambda path: path.stat().st_size)

    def test_a_flipped_byte_in_the_middle_of_the_write_ahead_log(self):
        self.server.kill()
        wal = self.the_wal()
        good = wal.read_bytes()
        self.assertGreater(len(good), 4_096)
        middle = len(good) // 2
        wal.write_bytes(good[:middle] + bytes([good[middle] ^ 0x10]) + good[middle + 1:])
        code, output = self.server.refuse()
        self.assertEqual(code, DATA_LOSS, output)
        named = {int(number) for number in re.findall(r"positions? (\d+)", output)}
        self.assertTrue(named & set(range(2, self.head + 1)), f"names no position:\n{output}")
        wal.write_bytes(good)
        self.assert_whole()

    def test_a_deleted_write_ahead_log(self):
        self.server.kill()
        wal = self.the_wal()
        good = wal.read_bytes()
        wal.unlink()
        self.assert_refused_for_loss(1, self.head)
        wal.write_bytes(good)

    def test_an_older_copy_of_the_log(self):
        self.assertEqual(self.server.stop(), 0)
        older, newer = self.server.data / "../older", self.server.data / "../newer"
        shutil.copytree(self.log_folder, older)
        cut = self.head
        self.server.start()
        self.reconnect(self.acme)
        self.add_cards()
        self.assertEqual(self.server.stop(), 0)
        self.log_folder.rename(newer)
        shutil.copytree(older, self.log_folder)
        self.assert_refused_for_loss(cut + 1, self.head)
        shutil.rmtree(self.log_folder)
        newer.rename(self.log_folder)
        self.assert_whole()

    def test_an_older_copy_of_the_log_after_a_kill(self):
        self.assertEqual(self.server.stop(), 0)
        older = self.server.data / "../older"
        shutil.copytree(self.log_folder, older)
        cut = self.head
        self.server.start()
        self.reconnect(self.acme)
        self.add_cards()
        self.server.kill()
        shutil.rmtree(self.log_folder)
        older.rename(self.log_folder)
        self.assert_refused_for_loss(cut + 1, self.head)

    def test_a_missing_anchor(self):
        self.assertEqual(self.server.stop(), 0)
        anchor = self.server.data / "anchor"
        anchor.rename(self.server.data / "../anchor")
        code, output = self.server.refuse()
        self.assertEqual(code, DATA_LOSS, output)
        self.assertFalse(anchor.exists(), "a blank one was made")
        (self.server.data / "../anchor").rename(anchor)
        self.assert_whole()

    def test_a_missing_log_is_not_made_anew(self):
        self.assertEqual(self.server.stop(), 0)
        kept = self.server.data / "../kept"
        self.log_folder.rename(kept)
        self.assert_refused_for_loss(1, self.head)
        anchor = self.server.data / "anchor"
        anchor.rename(self.server.data / "../anchor")
        for flags in ((), ("--rebuild-views",)):
            code, output = self.server.refuse(*flags)
            self.assertEqual(code, DATA_LOSS, output)
            self.assertIn("data.keys", output)
        self.assertEqual({each.name for each in self.server.data.iterdir()}, {"keys", "views"})
        kept.rename(self.log_folder)
        (self.server.data / "../anchor").rename(anchor)
        self.assert_whole()

    def test_an_emptied_log_without_its_anchor(self):
        self.server.kill()
        wal = self.the_wal()
        good = wal.read_bytes()
        wal.unlink()
        anchor = self.server.data / "anchor"
        anchor.rename(self.server.data / "../anchor")
        for flags in ((), ("--rebuild-views",)):
            code, output = self.server.refuse(*flags)
            self.assertEqual(code, DATA_LOSS, output)
        (self.server.data / "../anchor").rename(anchor)
        wal.write_bytes(good)

    def test_a_key_file_that_was_cut_off(self):
        self.assertEqual(self.server.stop(), 0)
        keys = self.server.data / "keys/data.keys"
        good = keys.read_bytes()
        for size in (5_000, 8_192, 8_200, 100_000, len(good) - 1):
            with self.subTest(size):
                keys.write_bytes(good[:size])
                code, output = self.server.refuse()
                self.assertEqual(code, DATA_LOSS, output)
                for named in (str(keys), "slots ", "a copy of keys/ belongs there"):
                    self.assertIn(named, output)
        keys.write_bytes(good)
        self.assert_whole()

    def test_missing_keys(self):
        self.assertEqual(self.server.stop(), 0)
        keys, kept = self.server.data / "keys", self.server.data / "../kept"
        for name in ("data.keys", "wrapping.key", ""):
            with self.subTest(name or "all of them"):
                (keys / name).rename(kept)
                code, output = self.server.refuse()
                kept.rename(keys / name)
                self.assertEqual(code, DATA_LOSS, output)
                self.assertIn("a copy of keys/ belongs there", output)
        self.assert_whole()

    def test_a_log_without_its_manifest(self):
        self.assertEqual(self.server.stop(), 0)
        manifest, = self.log_folder.glob("MANIFEST-*")
        for lost in (manifest, self.log_folder / "CURRENT"):
            good = lost.read_bytes()
            with self.subTest(lost.name):
                if lost is manifest:
                    lost.write_bytes(b"")
                else:
                    lost.unlink()
                code, output = self.server.refuse()
                lost.write_bytes(good)
                self.assertEqual(code, DATA_LOSS, output)
                self.assertIn("is damaged", output)
        self.assert_whole()

    def test_a_damaged_key_that_nothing_used_yet_is_made_anew(self):
        self.assertEqual(self.server.stop(), 0)
        keys = self.server.data / "keys/data.keys"
        # The account has taken the first slot, each card one more.
        used, free = self.CARDS + 1, self.CARDS + 2
        damaged = bytearray(keys.read_bytes())
        for slot in (used, free):
            damaged[slot_offset(slot) + 20] ^= 1
        keys.write_bytes(damaged)
        self.server.start()
        self.reconnect(self.acme)
        for card_id in ("next", "one-more"):
            self.ok(self.acme.add_card(card_id, fields={"holder_name": "Alice Adams"}))
        self.assertEqual(self.server.stop(), 0)
        renewed = [line for line in self.server.log.read_text().splitlines()
                   if "event=key_slot_renewed" in line]
        self.assertEqual(len(renewed), 1, renewed)
        self.assertIn(f"slot={free} ", renewed[0])
        now = keys.read_bytes()
        end = slot_offset(free) + SLOT_BYTES
        self.assertNotEqual(now[slot_offset(free):end], damaged[slot_offset(free):end])
        self.assertEqual(now[:slot_offset(free)] + now[end:],
                         damaged[:slot_offset(free)] + damaged[end:])
        self.server.start()
        self.reconnect(self.acme)
        for card_id in ("next", "one-more"):
            self.assertEqual(self.ok(self.acme.get_card(card_id)).card.holder_name, "Alice Adams")

    def test_missing_views_are_rebuilt(self):
        for end in (self.server.stop, self.server.kill):
            end()
            shutil.rmtree(self.server.data / "views")
            self.assert_whole()


class Directories(RestartTest):
    def test_everything_is_for_its_owner_alone(self):
        for path in self.server.data.rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_keys_that_others_may_read_are_refused(self):
        self.assertEqual(self.server.stop(), 0)
        for name in ("data.keys", "wrapping.key"):
            path = self.server.data / "keys" / name
            path.chmod(0o640)
            code, output = self.server.refuse()
            self.assertEqual(code, DATA_LOSS, output)
            self.assertIn("chmod 600", output)
            path.chmod(0o600)
        self.server.start()

    def test_what_may_not_be_opened_is_the_data_directorys_fault(self):
        self.assertEqual(self.server.stop(), 0)
        # As any other user would: without what lets root open everything.
        plainly = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]
        command = [*(plainly if os.geteuid() == 0 else []), *self.server.command()]
        for name in ("anchor", "keys/data.keys", "keys/wrapping.key", "keys/signing.pem"):
            path = self.server.data / name
            path.chmod(0)
            with self.subTest(name):
                done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                                      text=True, timeout=30, check=False)
                self.assertEqual(done.returncode, DATA_DIRECTORY, done.stdout + done.stderr)
                self.assertIn(str(path), done.stderr)
            path.chmod(0o600)
        self.server.start()

    def test_a_second_process_is_refused_while_the_first_serves(self):
        acme = self.account()
        code, output = self.server.refuse()
        self.assertEqual(code, DATA_DIRECTORY, output)
        self.assertIn("in use", output)
        self.ok(acme.add_card("visa"))

    def test_a_folder_of_somebody_else_is_left_alone(self):
        self.server.stop()
        foreign = self.server.data.parent / "foreign"
        foreign.mkdir()
        (foreign / "thesis.txt").write_text("do not touch")
        self.server.data = foreign
        code, output = self.server.refuse()
        self.assertEqual(code, DATA_DIRECTORY, output)
        self.assertEqual([path.name for path in foreign.iterdir()], ["thesis.txt"])

    def test_a_file_is_no_data_directory(self):
        self.server.stop()
        self.server.data = self.server.data.parent / "file"
        self.server.data.write_text("not a folder")
        code, output = self.server.refuse()
        self.assertEqual(code, DATA_DIRECTORY, output)
        self.assertEqual(self.server.data.read_text(), "not a folder")

    def test_an_address_in_use(self):
        self.server.stop()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            for flag in ("--listen", "--http-listen"):
                with self.subTest(flag):
                    code, output = self.server.refuse(replace=self._with(flag, address))
                    self.assertEqual(code, ADDRESS_IN_USE, output)
                    self.assertIn(address, output)

    def _with(self, flag, value):
        command = self.server.command()[1:]
        command[command.index(flag) + 1] = value
        return command


class Usage(RestartTest):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.server.stop(), 0)

    def refuse(self, *flags, names=""):
        code, output = self.server.refuse(*flags)
        self.assertEqual(code, USAGE, output)
        self.assertIn(names, output)

    def test_an_unknown_flag(self):
        self.refuse("--no-such-flag", names="--no-such-flag")

    def test_a_bad_config_file(self):
        path = self.server.data.parent / "billingd.toml"
        for text, names in (("listen = ", "billingd.toml:1"),
                            ('\nno_such_setting = "x"\n', "no_such_setting"),
                            ('data_dir = 7\n', "data_dir")):
            with self.subTest(text):
                path.write_text(text)
                self.refuse("--config", str(path), names=names)
        self.refuse("--config", str(path.parent / "missing.toml"), names="missing.toml")

    def test_insecure_dev_serves_loopback_only(self):
        command = self.server.command()[1:]
        command[command.index("--listen") + 1] = "0.0.0.0:0"
        code, output = self.server.refuse(replace=command)
        self.assertEqual(code, USAGE, output)

    def test_without_credentials_it_does_not_start(self):
        command = [each for each in self.server.command()[1:] if each != "--insecure-dev"]
        code, output = self.server.refuse(replace=command)
        self.assertEqual(code, USAGE, output)

    def test_check_config_starts_nothing(self):
        code, output = self.server.refuse("--check-config")
        self.assertEqual(code, 0, output)

    def test_check_config_looks_at_the_keys_that_are_named(self):
        folder = self.server.data.parent / "folder"
        folder.mkdir(mode=0o755)
        self.refuse("--check-config", "--signing-key", str(folder), names="is not a file")
        self.refuse("--check-config", "--previous-signing-key", str(folder / "none.pem"),
                    names="none.pem is missing")

    def test_both_servers_need_a_port_of_their_own(self):
        command = self.server.command("--check-config")[1:]
        for flag in ("--listen", "--http-listen"):
            command[command.index(flag) + 1] = "127.0.0.1:50051"
        code, output = self.server.refuse(replace=command)
        self.assertEqual(code, USAGE, output)
        self.assertIn("--http-listen", output)


if __name__ == "__main__":
    unittest.main()

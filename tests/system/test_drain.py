"""SIGTERM under load: what was acknowledged is there, and the server ends by itself."""
import itertools
import os
import signal
import socket
import subprocess
import threading
import time
import unittest

import views
from builders import Account
from case import SEED, RestartTest
from checker import Checker, read_history
from client import Refusal
from driver import Driver
from wire import pb

DRAIN_SECONDS = 20
STORAGE_FAILED = 6
CALLERS = 6


class Drain(RestartTest):
    flags = ("--refusals-per-minute", "0")

    def test_what_was_acknowledged_before_a_drain_is_there_after_it(self):
        print(f"seed {SEED}")
        checker = Checker()
        with Driver(SEED) as load:
            load.prepare(self.client)
            for number, seconds in enumerate((0.3, 1.5)):
                load.begin(self.server.address, 10_000_000, f"drain-{number}", step=200 * number)
                self.assertTrue(load.lasts(seconds), "the load ended before the drain")
                self.server.terminate()
                began = time.monotonic()
                self.assertEqual(self.server.wait(), 0, self.server.tail())
                self.assertLess(time.monotonic() - began, DRAIN_SECONDS)
                load.end()
                operations = load.operations()
                self.assertGreater(sum(each.outcome == "ok" for each in operations), 50)
                self.server.start()
                self.reconnect()
                checker.expect(operations)
                checker.feed(read_history(self.client, checker.head))
                checker.verify(operations)
        self.assertEqual(checker.violations, [])
        self.assertEqual(views.compare(self.client, checker.state), [])

    def test_a_start_that_is_told_to_stop_ends_well(self):
        self.assertEqual(self.server.stop(), 0)
        for _ in range(5):
            starting = subprocess.Popen(self.server.command(), stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE)
            with starting:
                starting.stderr.readline()  # the first line: signals are taken care of
                starting.terminate()
                self.assertEqual(starting.wait(timeout=DRAIN_SECONDS), 0)
        self.server.start()

    def end_with_stuck_stderr(self, end):
        """The exit code of a server whose stderr nobody reads, after `end` of it."""
        unread, ours = os.pipe()
        with open(unread, "rb"), open(ours, "wb", buffering=0) as full:
            os.set_blocking(full.fileno(), False)
            while full.write(b"x" * 4096):
                pass
            os.set_blocking(full.fileno(), True)
            with subprocess.Popen(self.server.command(), stdout=subprocess.PIPE,
                                  stderr=full) as running:
                self.addCleanup(running.kill)
                end(running)
                return running.wait(timeout=DRAIN_SECONDS)

    def test_a_stuck_stderr_keeps_nobody(self):
        def drain(running):
            self.assertIn(b"ready", running.stdout.readline())
            running.terminate()

        # The data directory is in use: refused.
        self.assertEqual(self.end_with_stuck_stderr(lambda running: None), 3)
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.end_with_stuck_stderr(drain), 0)

    def test_whoever_calls_again_and_again_is_told_that_the_server_stops(self):
        acme = self.account()
        self.ok(acme.add_card("visa"))
        self.ok(acme.subscribe("s", "visa"))

        def write(number):
            account = Account(self.server.client(), acme.id)
            return lambda: account.rename("s", f"{number} {next(counts)}")

        def read(_):
            account = Account(self.server.client(), acme.id)
            return account.get

        def call_on(call, told):
            while True:
                answer = call()
                if isinstance(answer, Refusal):
                    told.append((answer.code, answer.reason))
                    # Without one there is no connection any more.
                    if answer.reason != "STOPPING":
                        return

        counts = itertools.count()
        told = [[] for _ in range(CALLERS)]
        callers = []
        for number, mine in enumerate(told):
            call = (write, read)[number % 2](number)
            self.ok(call())
            callers.append(threading.Thread(target=call_on, args=(call, mine)))
        for caller in callers:
            caller.start()
        time.sleep(0.5)
        began = time.monotonic()
        self.server.terminate()
        for caller in callers:
            caller.join()
        self.assertEqual(self.server.wait(), 0, self.server.tail())
        self.assertLess(time.monotonic() - began, 5)
        for mine in told:
            self.assertEqual(set(mine), {("UNAVAILABLE", "STOPPING"), ("UNAVAILABLE", "")})

    def test_a_hang_up_drains_too(self):
        self.ok(self.account().add_card("visa"))
        self.server.signal(signal.SIGHUP)
        self.assertEqual(self.server.wait(), 0, self.server.tail())

    def test_under_nohup_a_hang_up_ends_nothing(self):
        self.assertEqual(self.server.stop(), 0)
        self.server.under_nohup = True
        self.server.start()
        self.reconnect()
        self.server.signal(signal.SIGHUP)
        acme = self.account()
        for number in range(10):
            self.ok(acme.add_card(f"c{number}"))
        self.assertEqual(self.server.stop(), 0)

    def test_signals_without_a_meaning_end_nothing(self):
        acme = self.account()
        for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGXFSZ):
            self.server.signal(number)
            self.ok(acme.add_card(number.name.lower()))
        self.assertEqual(self.server.stop(), 0)

    def test_files_that_may_not_grow_are_a_failed_storage(self):
        acme = self.account(policy=pb.Policy(max_cards=1_000))

        def size(pattern):
            return max(path.stat().st_size for path in (self.server.data / "log").glob(pattern))

        # The records', not what RocksDB writes for people.
        number = 0
        while size("[0-9]*.log") < size("LOG") + (16 << 10):
            number += 1
            self.ok(acme.add_card(f"c{number}"))
        self.server.limit_files(size("[0-9]*.log"))
        # Unless a checkpoint, one a second, met it first.
        self.assertIn(acme.add_card("visa").code, ("UNKNOWN", "UNAVAILABLE"))
        self.assertEqual(self.server.wait(), STORAGE_FAILED, self.server.tail())
        self.server.start()
        self.reconnect(acme)
        self.ok(acme.add_card("amex"))

    def test_an_idle_server_ends_at_once(self):
        began = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - began, 5)

    def test_whoever_connects_and_says_nothing_keeps_nobody(self):
        for said in (b"", b"PRI * HTTP/2.0\r\n"):
            host, port = self.server.address.rsplit(":", 1)
            with self.subTest(said=said), socket.create_connection((host, int(port))) as silent:
                silent.sendall(said)
                silent.recv(1)  # the connection has been taken
                began = time.monotonic()
                self.assertEqual(self.server.stop(), 0)
                self.assertLess(time.monotonic() - began, 5)
            self.server.start()
            self.reconnect()

    def test_an_http_client_that_never_ends_its_request_keeps_nobody(self):
        host, port = self.server.http.rsplit(":", 1)
        ended = threading.Event()

        def dribble():
            with socket.create_connection((host, int(port))) as client:
                client.sendall(b"GET /healthz HTTP/1.1\r\n")
                while not ended.wait(0.2):
                    try:
                        client.sendall(b"x")
                    except OSError:
                        return

        client = threading.Thread(target=dribble)
        client.start()
        try:
            time.sleep(0.5)
            began = time.monotonic()
            self.assertEqual(self.server.stop(), 0)
            self.assertLess(time.monotonic() - began, 5)
        finally:
            ended.set()
            client.join()
        self.server.start()
        self.reconnect()


if __name__ == "__main__":
    unittest.main()

"""Watches that are cut, and servers that are killed: what was seen is the log.

BILLING_WATCH_EVENTS overrides how many events are watched, BILLING_SEED the seed.
"""
import itertools
import os
import pathlib
import random
import subprocess
import sys
import threading
import time
import unittest

from case import SEED, RestartTest
from client import OPERATOR
from wire import pb

EVENTS = int(os.environ.get("BILLING_WATCH_EVENTS", "5000"))
CUTS = 50
KILLS = 5
WATCHERS = 200
VANISHINGS = 4
# What a process may hold more after watchers have come and gone.
SLACK_BYTES = 16 << 20
PATIENCE_SECONDS = 30
# A long number may be a card's to the server, which takes none of those.
NAMES = itertools.count()


def everything(client):
    """The log's events, in order."""
    request = pb.ListEventsRequest(parent="-", page_size=500)
    return [event for page in client.pages("ListEvents", request, **OPERATOR)
            for event in page.events]


class Renaming(threading.Thread):
    """Gives commands over one stream, each of which is an event, until it is told to stop, has
    given so many, or the server is gone."""

    def __init__(self, client, account, count):
        super().__init__(daemon=True)
        self._client, self._account, self._count = client, account, count
        self._enough = threading.Event()

    def _commands(self):
        for number in range(self._count):
            if self._enough.is_set():
                return
            yield pb.ExecuteCommandsRequest(sequence=number + 1, command=pb.Command(
                update_subscription=self._account.rename_request(
                    "web", f"name {next(NAMES)}")))

    def run(self):
        for _ in self._client.execute(self._commands()).answers():
            pass

    def stop(self):
        self._enough.set()
        self.join()


class Watching(RestartTest):
    flags = ("--refusals-per-minute", "0")

    def setUp(self):
        super().setUp()
        self.acme = self.account()
        self.ok(self.acme.subscribe("web"))
        self.seen = []

    def make_server(self):
        server = super().make_server()
        # AddressSanitizer keeps what was freed, and who asked for it, else far more of both than
        # may be left behind.
        server.environment = {"ASAN_OPTIONS": "quarantine_size_mb=1:"
                              "thread_local_quarantine_size_kb=16:malloc_context_size=0"}
        return server

    def watch(self):
        """A watch that goes on where the last one ended."""
        after = self.seen[-1].position if self.seen else 0
        return self.client.watch(pb.WatchEventsRequest(parent="-", after_position=after),
                                 **OPERATOR)

    def head(self):
        """Where the log ends."""
        return self.ok(self.acme.get()).position

    def take(self, watch, most=None, until=None):
        """Takes at most so many events, or up to a position; whether it got so far."""
        for message in watch.messages():
            if not message.HasField("event"):
                continue
            self.seen.append(message.event)
            if most is not None:
                most -= 1
            if most == 0 or message.event.position == until:
                watch.cancel()
                return True
        return False

    def assert_saw_the_log(self):
        log = everything(self.client)
        self.assertEqual([event.position for event in self.seen],
                         [event.position for event in log])
        self.assertEqual(self.seen, log)

    def test_cut_fifty_times_it_is_the_log(self):
        print(f"seed {SEED}, {EVENTS} events, {CUTS} cuts")
        rng = random.Random(SEED)
        last = 2 + EVENTS
        writer = Renaming(self.client, self.acme, EVENTS)
        writer.start()
        for _ in range(CUTS):
            left = last - len(self.seen)
            self.assertTrue(self.take(self.watch(), most=rng.randint(1, max(1, left // CUTS))))
            if len(self.seen) == last:
                break
        if len(self.seen) < last:
            self.assertTrue(self.take(self.watch(), until=last))
        writer.join()
        self.assert_saw_the_log()

    def test_killed_under_load_it_goes_on_and_is_the_log(self):
        print(f"seed {SEED}, {KILLS} kills")
        rng = random.Random(SEED)
        for _ in range(KILLS):
            writer = Renaming(self.client, self.acme, 2 * EVENTS)
            writer.start()
            watch = self.watch()
            killer = threading.Timer(rng.uniform(0.1, 0.5) * max(1, EVENTS / 20_000),
                                     self.server.kill)
            killer.start()
            self.assertFalse(self.take(watch), "a watch does not end by itself")
            self.assertEqual(watch.end.outcome, "unknown", watch.end)
            killer.join()
            writer.stop()
            self.server.start()
            self.reconnect(self.acme)
        head = self.head()
        self.assertGreater(head, 2 + KILLS, "nothing happened between the kills")
        if self.seen[-1].position < head:
            self.assertTrue(self.take(self.watch(), until=head))
        self.assert_saw_the_log()

    def watchers(self):
        status = self.client.call("GetServerStatus", pb.GetServerStatusRequest(), **OPERATOR)
        return self.ok(status).watchers

    def wait_until_watchers_are(self, count):
        limit = time.monotonic() + PATIENCE_SECONDS
        while self.watchers() != count:
            self.assertLess(time.monotonic(), limit, f"{self.watchers()} watch, not {count}")

    def vanish(self):
        """Two hundred watch, and are killed while there is something to send."""
        script = pathlib.Path(__file__).parent / "watchers.py"
        watchers = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", sys.executable, "-B", str(script),
             self.server.address, str(WATCHERS), str(self.head())], stdout=subprocess.PIPE, text=True)
        with watchers.stdout:
            self.assertEqual(watchers.stdout.readline(), "watching\n")
        self.assertEqual(self.watchers(), WATCHERS)
        writer = Renaming(self.client, self.acme, 500)
        writer.start()
        watchers.kill()
        watchers.wait()
        writer.join()
        self.wait_until_watchers_are(0)

    def test_two_hundred_that_vanish_leave_nothing_behind(self):
        self.vanish()
        before = self.server.resident_bytes()
        for _ in range(VANISHINGS):
            self.vanish()
        grown = self.server.resident_bytes() - before
        print(f"{grown >> 10} KiB more after {VANISHINGS * WATCHERS} watchers")
        self.assertLess(grown, SLACK_BYTES)


if __name__ == "__main__":
    unittest.main()

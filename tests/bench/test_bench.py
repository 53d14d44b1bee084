"""billing-bench as a whole, run small: what it says and what it leaves, not how fast
anything is."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

BENCH = os.environ.get("BILLING_BENCH", "build/release/bin/billing-bench")
SMALL = ("--runs", "1", "--commands", "300", "--one-client", "20")
COMMON = {"figure", "verb", "what", "unit", "reach", "floor", "more_is_better", "verdict", "runs",
          "machine", "settings"}
SECONDS = 120


class BenchTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bench-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_bench(self, *arguments):
        return subprocess.run([BENCH, *arguments, "--folder", str(self.folder)], timeout=SECONDS,
                              capture_output=True, text=True, check=False)

    def figures(self, *arguments):
        """The figures by name; each has the fields that all have."""
        done = self.run_bench(*arguments, *SMALL, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        figures = {}
        for line in done.stdout.splitlines():
            figure = json.loads(line)
            self.assertLessEqual(COMMON, figure.keys(), line)
            self.assertIn(figure["verdict"], ("reached", "above floor", "below floor"))
            self.assertEqual(figure["verb"], arguments[0])
            figures[figure["figure"]] = figure
        self.assert_nothing_left()
        return figures

    def assert_nothing_left(self):
        self.assertEqual(list(self.folder.iterdir()), [])

    def assert_positive(self, figure, *names):
        for name in names:
            self.assertGreater(figure[name], 0, (name, figure))

    def test_commands(self):
        figures = self.figures("commands")
        self.assertEqual(set(figures), {"S1", "S2", "S3", "S5"})
        self.assert_positive(figures["S1"], "ratio", "commands_per_second",
                             "echo_calls_per_second", "p50_us", "p99_us", "p999_us", "max_us")
        self.assert_positive(figures["S2"], "ratio", "cpu_us_per_command", "cpu_us_per_echo_call")
        self.assert_positive(figures["S3"], "ratio", "command_p50_us", "echo_p50_us",
                             "sync_p50_us")
        self.assert_positive(figures["S5"], "ratio", "offered_per_second", "commands_per_second",
                             "p50_us", "p99_us")

    def test_reads(self):
        figures = self.figures("reads")
        self.assertEqual(set(figures), {"S4a", "S4b"})
        for figure in figures.values():
            self.assert_positive(figure, "ratio", "reads_per_second", "echo_calls_per_second",
                                 "reply_bytes")
        self.assertGreater(figures["S4b"]["reply_bytes"], 3 * figures["S4a"]["reply_bytes"],
                           "ten rows are more than one card")

    def test_bulk(self):
        figures = self.figures("bulk", "--streams", "3", "--window", "10")
        self.assertEqual(set(figures), {"S6"})
        self.assert_positive(figures["S6"], "value", "unary_commands_per_second", "times_unary",
                             "cpu_us_per_command", "unary_cpu_us_per_command", "p50_us", "p99_us",
                             "streams_1_window_1000_per_second", "streams_4_window_64_per_second",
                             "streams_16_window_250_per_second")

    def test_watches(self):
        figures = self.figures("watches", "--watchers", "60")
        self.assertEqual(set(figures), {"S14"})
        self.assertIn("ratio", figures["S14"])
        self.assert_positive(figures["S14"], "commands_per_second", "quiet_commands_per_second",
                             "unwatched_commands_per_second", "cpu_us_per_command",
                             "quiet_cpu_us_per_command", "unwatched_cpu_us_per_command")

    def test_states(self):
        figures = self.figures("states", "--account-events", "200")
        self.assertEqual(set(figures), {"S15a", "S15b"})
        for name, parts in (("S15a", 4), ("S15b", 4 + 98)):
            self.assert_positive(figures[name], "value", "at_quarter_1_ms", "at_quarter_4_ms")
            self.assertEqual(figures[name]["parts"], parts)
            self.assertIn("not at full size", figures[name]["note"])

    def test_replay(self):
        figures = self.figures("replay", "--log-events", "200")
        self.assertEqual(set(figures), {"S7", "S8a", "S8b"})
        for figure in figures.values():
            self.assert_positive(figure, "value", "events_per_second", "seconds", "cpu_seconds")
            self.assertEqual(figure["events"], 9 * 24, "whole accounts, 24 events each")
        self.assertEqual(self.run_bench("replay", "--address", "127.0.0.1:1").returncode, 2)

    def test_growth(self):
        figures = self.figures("growth", "--events", "2000", "--accounts", "200")
        self.assertEqual(set(figures), {"S9", "S10a", "S10b", "S11a", "S11b", "S12", "S13"})
        self.assert_positive(figures["S9"], "ratio", "commands_per_second",
                             "small_commands_per_second", "events", "small_events")
        for name in ("S10a", "S10b"):
            self.assert_positive(figures[name], "ratio", "large_p50_us", "small_p50_us",
                                 "large_cpu_us", "small_cpu_us")
        for name in ("S11a", "S11b", "S12", "S13"):
            self.assert_positive(figures[name], "value", "events")
            self.assertIn("not at full size", figures[name]["note"])

    def test_growth_needs_a_server_of_its_own_and_accounts_that_hold_its_cards(self):
        for arguments in (("--address", "127.0.0.1:1"), ("--events", "100", "--accounts", "200"),
                          ("--events", "100000", "--accounts", "200")):
            self.assertEqual(self.run_bench("growth", *arguments).returncode, 2, arguments)
        self.assert_nothing_left()

    def test_a_server_that_runs_already_is_measured_without_its_cpu(self):
        echo = subprocess.Popen([BENCH, "echo"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(echo.stdout.close)
        self.addCleanup(echo.wait)
        self.addCleanup(echo.kill)
        address = echo.stdout.readline().split("listen=")[1].split()[0]
        figures = self.figures("commands", "--address", address)
        self.assertEqual(set(figures), {"S1", "S3", "S5"})

    def test_people_read_machine_settings_and_figures(self):
        done = self.run_bench("commands", *SMALL)
        self.assertEqual(done.returncode, 0, done.stderr)
        for words in ("machine ", "settings ", "S1 ", "reach 0.8, floor 0.5", "in 1 runs"):
            self.assertIn(words, done.stdout)

    def test_version(self):
        done = self.run_bench("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^billing-bench \d+\.\d+\.\d+\n$")

    def test_wrong_usage(self):
        for arguments in ((), ("fly",), ("commands", "--runs", "0"),
                          ("commands", "--address", "127.0.0.1:111836"),
                          ("commands", "--address", "")):
            self.assertEqual(self.run_bench(*arguments).returncode, 2, arguments)

    def test_more_calls_than_its_connections_can_have_under_way_are_wrong_usage(self):
        done = self.run_bench("commands", "--connections", "4", "--in-flight", "401")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--in-flight 401 is more than the 400", done.stderr)
        self.assert_nothing_left()

    def test_a_server_that_is_not_there(self):
        done = self.run_bench("commands", "--address", "127.0.0.1:1", *SMALL)
        self.assertEqual(done.returncode, 1)
        self.assertIn("nobody answers at 127.0.0.1:1", done.stderr)
        self.assert_nothing_left()

    def test_interrupted_it_ends_what_it_started_and_leaves_nothing(self):
        bench = subprocess.Popen([BENCH, "commands", "--folder", str(self.folder)],
                                 stdout=subprocess.DEVNULL)
        self.addCleanup(bench.wait)
        self.addCleanup(bench.kill)
        while not list(self.folder.glob("*/store/log")):
            self.assertIsNone(bench.poll(), "it is still at work")
        bench.send_signal(signal.SIGTERM)
        self.assertEqual(bench.wait(SECONDS), 130)
        self.assert_nothing_left()
        self.assertEqual(self.processes_in_the_folder(), [])

    def processes_in_the_folder(self):
        found = []
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes()
            except OSError:
                continue
            if str(self.folder).encode() in words:
                found.append(words)
        return found


if __name__ == "__main__":
    unittest.main()

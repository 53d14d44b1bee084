"""What /metrics shows of a real server, before and after calls."""
import re
import time
import unittest

from case import RestartTest
from client import ADMINISTRATOR, OPERATOR
from test_bulk import numbered
from wire import pb

PATIENCE_SECONDS = 30
_SAMPLE = re.compile(r'^([a-z_]+(?:\{[^}]*\})?) (\S+)$')


def parse(text):
    """{series: value} of Prometheus' text, every line of which must be good; and its types."""
    values, types, helped = {}, {}, set()
    for line in text.splitlines():
        if line.startswith("# HELP "):
            helped.add(line.split()[2])
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            types[name] = kind
        else:
            series, value = _SAMPLE.match(line).groups()
            assert series not in values, series
            values[series] = float(value)
    assert helped == set(types), helped ^ set(types)
    return values, types


class Metrics(RestartTest):
    flags = ("--refusals-per-minute", "2")

    def scrape(self):
        status, text = self.server.get("/metrics")
        self.assertEqual(status, 200, text)
        return parse(text)[0]

    def moved(self, before):
        """What is not as it was, and by how much."""
        return {series: value - before.get(series, 0)
                for series, value in self.scrape().items() if value != before.get(series, 0)}

    def until(self, wanted, what):
        end = time.monotonic() + PATIENCE_SECONDS
        while not wanted(self.scrape()):
            self.assertLess(time.monotonic(), end, f"not {what}")
            time.sleep(0.01)

    def assert_moved(self, before, wanted):
        moved = self.moved(before)
        self.assertEqual({series: moved.get(series, 0) for series in wanted}, wanted)
        return moved

    def test_a_command_moves_its_counters_and_those_of_the_writer(self):
        account = self.account()
        before = self.scrape()
        self.ok(account.add_card("visa"))
        moved = self.assert_moved(before, {
            'billingd_commands_total{command="AddCard",outcome="ok"}': 1,
            'billingd_command_duration_seconds_count{command="AddCard"}': 1,
            'billingd_batch_commands_count': 1,
            'billingd_batch_commands_sum': 1,
            'billingd_batch_duration_seconds_count': 1,
            'billingd_log_append_duration_seconds_count': 1,
            'billingd_log_head_position': 1,
            'billingd_commands_total{command="RemoveCard",outcome="ok"}': 0,
        })
        self.assertGreater(moved["billingd_log_appended_bytes_total"], 100)
        self.assertGreater(moved['billingd_command_duration_seconds_sum{command="AddCard"}'], 0)
        self.assertGreaterEqual(moved["billingd_batch_duration_seconds_sum"],
                                moved["billingd_log_append_duration_seconds_sum"])

    def test_refusals_and_rejections_are_told_by_reason(self):
        account = self.account()
        before = self.scrape()
        for reason in ("CARD_NOT_FOUND", "CARD_NOT_FOUND", "REFUSAL_LIMIT"):
            self.refused(account.remove_card("none"), reason)
        self.assert_moved(before, {
            'billingd_commands_total{command="RemoveCard",outcome="refused"}': 2,
            'billingd_commands_total{command="RemoveCard",outcome="rejected"}': 1,
            'billingd_refusals_total{reason="CARD_NOT_FOUND"}': 2,
            'billingd_rejections_total{reason="REFUSAL_LIMIT"}': 1,
        })

    def test_reads_watches_and_streams_of_commands_are_seen(self):
        account = self.account()
        before = self.scrape()
        self.ok(self.client.call("GetBillingAccount",
                                 pb.GetBillingAccountRequest(name=account.name)))
        stream = self.client.execute(numbered([account.add_card_request("visa"),
                                               account.add_card_request("amex")]))
        self.assertEqual(len(list(stream.answers())), 2)
        events = self.client.call("WatchEvents", pb.WatchEventsRequest(parent=account.name),
                                  **ADMINISTRATOR)
        self.assertEqual(len(events), 1)
        self.until(lambda now: now['billingd_calls_total{rpc="WatchEvents",outcome="cancelled"}'],
                   "a watch that has ended")
        self.assert_moved(before, {
            'billingd_calls_total{rpc="GetBillingAccount",outcome="ok"}': 1,
            'billingd_call_duration_seconds_count{rpc="GetBillingAccount"}': 1,
            'billingd_calls_total{rpc="ExecuteCommands",outcome="ok"}': 1,
            'billingd_commands_total{command="AddCard",outcome="ok"}': 2,
            'billingd_bulk_command_duration_seconds_count': 2,
            'billingd_calls_total{rpc="WatchEvents",outcome="cancelled"}': 1,
        })

    def test_what_is_open_is_seen_while_it_is(self):
        account = self.account()
        release = []
        def requests():
            yield from numbered([account.add_card_request("visa")])
            while not release:
                time.sleep(0.01)
        stream = self.client.execute(requests())
        answers = stream.answers()
        next(answers)
        now = self.scrape()
        self.assertEqual(now["billingd_bulk_streams"], 1)
        self.assertEqual(now["billingd_connections"], 1)
        release.append(True)
        self.assertEqual(list(answers), [])
        self.assertEqual(self.scrape()["billingd_bulk_streams"], 0)

    def test_checkpoints_and_rows_follow_the_log(self):
        account = self.account()
        self.ok(account.add_card("visa"))
        self.assertEqual(self.scrape()["billingd_log_head_position"], 2)
        self.until(lambda now: now["billingd_checkpoint_position"] == 2, "signed")
        self.until(lambda now: now["billingd_projection_unwritten_records"] == 0, "written")
        self.assertEqual(self.scrape()["billingd_projection_lag_records"], 0)

    def test_a_rebuild_is_counted_and_its_position_told(self):
        account = self.account()
        self.ok(account.add_card("visa"))
        before = self.scrape()
        self.ok(self.client.call("RebuildProjection", pb.RebuildProjectionRequest(name="-"),
                                 **OPERATOR))
        completed = 'billingd_projection_rebuilds_total{result="completed"}'
        self.until(lambda now: now[completed] == 1, "rebuilt")
        self.assert_moved(before, {completed: 1, "billingd_projection_rebuild_position": 2,
                                   "billingd_projection_rebuild_running": 0})

    def test_the_machine_and_the_process_are_told(self):
        now = self.scrape()
        for store in ("log", "views", "keys"):
            self.assertGreater(now[f'billingd_store_bytes{{store="{store}"}}'], 0)
        self.assertGreater(now["billingd_disk_free_bytes"], now["billingd_disk_free_limit_bytes"])
        self.assertGreater(now["billingd_disk_free_limit_bytes"], 0)
        self.assertEqual(now["billingd_storage_full"], 0)
        self.assertEqual(now["billingd_clock_suspect"], 0)
        self.assertLess(abs(now["process_start_time_seconds"] - time.time()), PATIENCE_SECONDS)
        self.assertGreater(now["process_resident_memory_bytes"], 1 << 20)
        self.assertGreater(now["process_max_fds"], now["process_open_fds"])
        self.assertGreater(now["process_cpu_seconds_total"], 0)
        self.assertEqual(len([each for each in now if each.startswith("billingd_build_info{")]), 1)

    def test_no_name_of_a_caller_or_of_what_it_owns_is_told(self):
        account = self.account("very-secret-account")
        self.ok(account.add_card("very-secret-card"))
        self.refused(account.remove_card("very-secret-other"), "CARD_NOT_FOUND")
        text = self.server.get("/metrics")[1]
        self.assertNotIn("very-secret", text)
        self.assertNotIn("users/", text)
        self.assertNotIn("services/", text)

    def test_a_server_that_starts_again_counts_anew(self):
        account = self.account()
        self.ok(account.add_card("visa"))
        self.server.restart()
        now = self.scrape()
        self.assertEqual(now['billingd_commands_total{command="AddCard",outcome="ok"}'], 0)
        self.assertEqual(now["billingd_log_head_position"], 2)

    def test_health_is_beside_it(self):
        self.assertEqual(self.server.get("/healthz"), (200, "ok\n"))
        self.assertEqual(self.server.get("/etc/passwd")[0], 404)


if __name__ == "__main__":
    unittest.main()

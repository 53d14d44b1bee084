"""What the server's own log says of a command."""
import unittest

from case import SystemTest
from client import ALICE
from test_bulk import numbered

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TRACED = (("traceparent", TRACE),)


class Log(SystemTest):
    flags = ("--log-level", "debug")

    def lines(self, event):
        """Every line of this event, once the server has ended, as {key: value}."""
        self.assertEqual(self.server.stop(), 0)
        words = [line.split() for line in self.server.log.read_text().splitlines()]
        self.server.start()
        type(self).client = self.server.client()
        found = [dict(word.split("=", 1) for word in line if "=" in word) for line in words]
        return [line for line in found if line.get("event") == event]

    def test_a_command_is_one_line_with_its_caller_and_its_trace(self):
        account = self.account()
        request = account.add_card_request(
            "visa", request_id="0190a1b2-0000-7000-8000-000000000001")
        receipt = self.ok(self.client.call("AddCard", request, headers=TRACED)).receipt
        self.refused(self.client.call("RemoveCard", account.remove_card_request("none"),
                                      headers=TRACED), "CARD_NOT_FOUND")
        self.ok(account.subscribe("web"))
        added, refused, untraced = self.lines("command")[-3:]
        self.assertEqual(
            {key: added[key] for key in
             ("rpc", "code", "request_id", "principal", "trace_parent", "position")},
            {"rpc": "AddCard", "code": "OK", "request_id": request.request_id,
             "principal": ALICE, "trace_parent": TRACE, "position": str(receipt.position)})
        self.assertEqual((refused["code"], refused["reason"], refused["trace_parent"]),
                         ("NOT_FOUND", "CARD_NOT_FOUND", TRACE))
        self.assertNotIn("trace_parent", untraced)

    def test_a_stream_is_one_line_and_each_of_its_commands_too_for_who_debugs(self):
        account = self.account()
        stream = self.client.execute(numbered([account.add_card_request("visa"),
                                               account.remove_card_request("none")]),
                                     headers=TRACED)
        self.assertEqual(len(list(stream.answers())), 2)
        added, refused = self.lines("bulk_command")[-2:]
        self.assertEqual((added["rpc"], added["sequence"], added["code"], added["trace_parent"]),
                         ("AddCard", "1", "OK", TRACE))
        self.assertEqual((refused["rpc"], refused["sequence"], refused["reason"]),
                         ("RemoveCard", "2", "CARD_NOT_FOUND"))
        ended = self.lines("bulk_stream")[-1]
        self.assertEqual((ended["code"], ended["commands"], ended["failed"], ended["trace_parent"]),
                         ("OK", "2", "1", TRACE))


if __name__ == "__main__":
    unittest.main()

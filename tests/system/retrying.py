"""What a server that died leaves to be found out: what was under way is asked again, and the log
is checked against all that clients were told.
"""
from case import RestartTest
from checker import Checker, read_history
from operations import perform


class RetryTest(RestartTest):
    """A server that dies under load, again and again."""

    flags = ("--refusals-per-minute", "0")

    def setUp(self):
        super().setUp()
        self.checker = Checker()
        self.retried, self.found = 0, 0

    def recover(self, operations):
        """Repeats what was under way when the server died, and checks what came since the last
        time. Returns the commands whose answer the log does not hold.
        """
        # The log's own words before any retry could add to them.
        positions = {event.request_id: event.position
                     for event in read_history(self.client, self.checker.head)}
        lost = [each for each in operations if each.recorded and not each.replayed
                and positions.get(each.id) != each.position]
        retries = []
        for operation in operations:
            if operation.is_command and operation.outcome == "unknown":
                retries += self._retry(operation, positions.get(operation.id))
        self.checker.expect(operations + retries)
        self.checker.feed(read_history(self.client, self.checker.head))
        self.checker.verify(operations + retries)
        return lost

    def _retry(self, operation, position):
        """A definite answer, the one in the log if there is one, and the same again."""
        request = operation.parsed_request()
        first, second = (perform(self.client, operation.method, request, operation.principal,
                                 operation.roles, operation.on_behalf_of) for _ in range(2))
        told = f"{operation.method} {operation.id}: {first}"
        self.assertIn(first.outcome, ("ok", "refused"), told)
        if position is not None:
            self.found += 1
            self.assertEqual((first.position, first.replayed), (position, True), told)
        else:
            self.assertFalse(first.replayed, told)
        self.assertEqual((second.outcome, second.position, second.reason, second.replayed),
                         (first.outcome, first.position, first.reason, first.recorded), told)
        self.retried += 1
        return [first, second]

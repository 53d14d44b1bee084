"""Two commands that meet. Of every four rounds two are run one after the other, once in each
order, so that both outcomes must occur; in the other two the commands are sent at once."""
from case import SystemTest
from client import Refusal

ROUNDS = 200


def outcome(answer):
    return answer.reason if isinstance(answer, Refusal) else "ok"


class RacingTest(SystemTest):
    flags = ("--refusals-per-minute", "0")

    def setUp(self):
        self.other = self.server.client()  # a second connection

    def race(self, number, first, second):
        """Answers of two (method, request[, who]) that meet; who is sent first alternates."""
        calls = [(self.client, *first), (self.other, *second)]
        order = (0, 1) if number % 2 == 0 else (1, 0)
        answers = [None, None]
        if number % 4 < 2:
            for which in order:
                answers[which] = self._start(*calls[which]).answer()
            return answers
        pending = {which: self._start(*calls[which]) for which in order}
        return [pending[which].answer() for which in (0, 1)]

    @staticmethod
    def _start(client, method, request, who=None):
        return client.start(method, request, **(who or {}))

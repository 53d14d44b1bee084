"""Judges a history by itself: the log as HistoryService shows it against the model, and
what clients were told against the log.

The log is the witness of the order: every answer names its position, so one scan in log
order decides what in general is a search.
"""
import collections

from model import State, check
from rules import Judge
from things import amount_of
from verdicts import recorded
from who_may import SCHEDULER
from wire import COMMANDS, FACTS, microseconds, pb

Violation = collections.namedtuple("Violation", "position rule text")


def read_history(client, after=0):
    """Every event behind `after`, as an operator sees it."""
    request = pb.ListEventsRequest(parent="-", after_position=after, page_size=500)
    for page in client.pages("ListEvents", request, principal="users/olga", roles=("operator",)):
        yield from page.events


# What a checked command left in the log.
_Command = collections.namedtuple("_Command", "first last time leaf_hash decision")


class Checker:
    """Fed with the log in order and with what clients were told; gathers violations."""

    def __init__(self):
        self.state = State()
        self.head = 0
        self.violations = []
        self._operations = {}  # request id → one Operation that asked for it
        # Position → Operations that show the state there: reads, and refusals that left
        # no record.
        self._seen = collections.defaultdict(list)
        self._commands = {}  # request id → _Command
        self._borders = {0}  # positions at which a command ends
        self._revisions = collections.Counter()
        self._time = 0
        self._open = []  # records of the command being read
        self._expected = None
        self._acknowledged = 0  # highest position acknowledged in earlier rounds

    def _violation(self, position, rule, text):
        self.violations.append(Violation(position, rule, text))

    def expect(self, operations):
        """Tells the checker what was asked, before the events of it are fed."""
        for operation in operations:
            if operation.is_command:
                self._operations[operation.id] = operation
            shown = _shown_position(operation)
            if shown is None:
                continue
            if shown < self.head:
                self._violation(shown, "STALE",
                                f"{operation.method} shows less than was there before")
            else:
                self._seen[shown].append(operation)

    def feed(self, events):
        """Reads on: events up to a head that was published, so commands are whole."""
        self._compare_seen()
        for event in events:
            self._order(event)
            if event.decided_at_position == event.position - 1:
                self._end_command()
                self._begin_command(event)
            elif not self._open or event.decided_at_position != self._open[0].decided_at_position:
                self._violation(event.position, "I6",
                                f"decided at {event.decided_at_position}, of no command here")
                self._end_command()
            elif event.request_id != self._open[0].request_id:
                self._violation(event.position, "I6", "one command, two request ids")
            self._open.append(event)
            request = self._request_of(event)
            for problem in self.state.apply(event, request):
                self._violation(event.position, *problem)
            self._compare_seen()
        self._end_command()

    def _order(self, event):
        if event.position != self.head + 1:
            rule = "GAP" if event.position > self.head + 1 else "DUPLICATE"
            self._violation(event.position, rule, f"follows position {self.head}")
        self.head = event.position
        self._revisions[event.stream] += 1
        if event.stream_revision != self._revisions[event.stream]:
            self._violation(event.position, "REVISION", f"revision {event.stream_revision} of "
                            f"{event.stream}, expected {self._revisions[event.stream]}")
            self._revisions[event.stream] = event.stream_revision
        time = microseconds(event.commit_time)
        if time < self._time:
            self._violation(event.position, "TIME", "committed before the record before it")
        self._time = max(self._time, time)
        kind = event.WhichOneof("data") or ""
        if event.type != FACTS.get(kind):
            self._violation(event.position, "I6", f"type {event.type} with data {kind}")
        if not event.principal or not event.rules_version or len(event.leaf_hash) != 32:
            self._violation(event.position, "I6", "no principal, rules version or leaf hash")

    def _request_of(self, event):
        operation = self._operations.get(event.request_id)
        return operation.parsed_request() if operation else None

    def _begin_command(self, event):
        self._expected = None
        operation = self._operations.get(event.request_id)
        if event.principal == SCHEDULER and operation is None:
            self._begin_scheduled(event)
            return
        if operation is None:
            self._violation(event.position, "I6", "nobody asked for this "
                            f"(request id {event.request_id!r})")
            return
        if ((operation.principal, set(operation.roles), operation.on_behalf_of)
                != (event.principal, set(event.roles), event.on_behalf_of)):
            self._violation(event.position, "I6", f"recorded for {event.principal} "
                            f"{list(event.roles)} {event.on_behalf_of}, asked by "
                            f"{operation.principal}")
        judge = Judge(self.state, operation.principal, operation.roles,
                      microseconds(event.commit_time), operation.on_behalf_of)
        self._expected = judge.decide(operation.method, operation.parsed_request())
        self._check_request(event, operation)

    def _begin_scheduled(self, event):
        """The scheduler asks nobody: it may expire and delete, once it is time."""
        subject = {"TransferExpired": lambda: ("ExpireTransfer", event.transfer_expired.transfer),
                   "SubscriptionDeleted": lambda: ("DeleteSubscription",
                                                   event.subscription_deleted.subscription),
                   }.get(event.type)
        if subject is None:
            self._violation(event.position, "I6", f"the scheduler left a {event.type}")
            return
        method, name = subject()
        judge = Judge(self.state, SCHEDULER, (), microseconds(event.commit_time))
        self._expected = judge.decide(method, getattr(pb, method + "Request")(name=name))

    def _check_request(self, event, operation):
        """A refusal and an empty success keep the request as it was decided."""
        kind = event.WhichOneof("data")
        if kind not in ("command_refused", "nothing_changed"):
            return
        fact = getattr(event, kind)
        field = COMMANDS[operation.method]
        if fact.command != operation.method or fact.request.WhichOneof("command") != field:
            self._violation(event.position, "I6", f"keeps another command than {operation.method}")
        elif _public(getattr(fact.request, field)) != _public(operation.parsed_request()):
            self._violation(event.position, "I6", "keeps another request than was sent")

    def _end_command(self):
        if not self._open:
            return
        first, last = self._open[0], self._open[-1]
        for name in sorted(set().union(*map(_accounts_of, self._open))):
            account = self.state.accounts.get(name)
            for problem in check(account) if account else ():
                self._violation(last.position, *problem)
        decision = recorded(self._open)
        if self._expected is not None and decision != self._expected:
            self._violation(first.position, "RULES",
                            f"left {decision}, the rules say {self._expected}")
        if first.request_id and first.request_id in self._commands:
            self._violation(first.position, "TWICE", f"request {first.request_id} again; first at "
                            f"{self._commands[first.request_id].first}")
        else:
            self._commands[first.request_id] = _Command(
                first.position, last.position, microseconds(last.commit_time), last.leaf_hash,
                decision)
        self._borders.add(last.position)
        self._open, self._expected = [], None

    def _compare_seen(self):
        for operation in self._seen.pop(self.head, ()):
            if operation.is_command:
                self._compare_unrecorded(operation)
            else:
                self._compare_read(operation)

    def _compare_unrecorded(self, operation):
        judge = Judge(self.state, operation.principal, operation.roles, self._time,
                      operation.on_behalf_of)
        wanted = judge.decide(operation.method, operation.parsed_request())
        if wanted[:2] != ("refused", operation.reason):
            self._violation(self.head, "RULES", f"{operation.method} by {operation.principal} was "
                            f"told {operation.reason}, the rules say {wanted}")

    def _compare_read(self, read):
        account = self.state.accounts.get(read.parsed_request().parent)
        shown, wanted = _SHOWN[read.method](read.parsed_response()), None
        if account:
            wanted = _WANTED[read.method](account)
        if shown != wanted:
            self._violation(self.head, "READ", f"{read.method} of {read.parsed_request().parent} "
                            f"shows {shown}, the log says {wanted}")

    def verify(self, operations):
        """What clients were told, against the log fed so far."""
        by_id = collections.defaultdict(list)
        for operation in operations:
            if operation.is_command:
                by_id[operation.id].append(operation)
            elif operation.outcome == "ok" and operation.position not in self._borders:
                self._violation(operation.position, "READ", "shows half a command")
        for request_id, same in by_id.items():
            command = self._commands.get(request_id)
            definite = [each for each in same if each.outcome in ("ok", "refused")]
            for operation in definite:
                self._verify_answer(operation, command)
            if len({(each.outcome, each.position, each.reason) for each in definite}) > 1:
                self._violation(definite[0].position, "RETRY", f"{request_id} answered differently")
            if command and all(each.outcome == "unjudged" for each in same):
                self._violation(command.first, "EFFECT", f"{request_id} was not judged, they said")
        self._verify_real_time(operations)

    def _verify_answer(self, operation, command):
        if not operation.recorded:
            if command is not None:
                self._violation(command.first, "EFFECT", f"{operation.reason} left a record")
            return
        told = f"{operation.method} {operation.id}"
        if command is None:
            self._violation(operation.position, "LOST", f"{told} was acknowledged")
            return
        if operation.position != command.last:
            self._violation(operation.position, "POSITION", f"{told} is at {command.last}")
            return
        if operation.outcome == "refused":
            answer = ("refused", operation.reason, operation.blockers, operation.blocker_count)
            if answer != command.decision:
                self._violation(operation.position, "ANSWER", f"{told} was told {answer}, the log "
                                f"says {command.decision}")
            if operation.judged_at != command.first - 1:
                self._violation(operation.position, "POSITION",
                                f"{told} judged at {operation.judged_at}")
            return
        self._verify_success(operation, command, told)

    def _verify_success(self, operation, command, told):
        response = operation.parsed_response()
        receipt = response.receipt
        if (microseconds(receipt.commit_time), receipt.leaf_hash) != (command.time,
                                                                      command.leaf_hash):
            self._violation(operation.position, "ANSWER", f"{told}: the receipt is of other bytes")
        if command.decision[0] == "refused":
            self._violation(operation.position, "ANSWER", f"{told} succeeded, the log says "
                            f"{command.decision}")
            return
        facts = command.decision[1] if command.decision[0] == "facts" else ()
        moved = [move[0] for fact in facts if fact[0] == "ActiveCardChanged" for move in fact[3]]
        if hasattr(response, "moved_subscriptions") and list(response.moved_subscriptions) != moved:
            self._violation(operation.position, "ANSWER", f"{told} moved "
                            f"{list(response.moved_subscriptions)}, the log says {moved}")
        paid = [name for fact in facts if fact[0] == "BalanceSettled" for name in fact[4]]
        if paid and list(response.charges) != paid:
            self._violation(operation.position, "ANSWER", f"{told} paid {list(response.charges)}, "
                            f"the log says {paid}")

    def _verify_real_time(self, operations):
        """If A was answered before B was sent, B comes after A in the log."""
        placed = [each for each in operations
                  if each.outcome in ("ok", "refused") and not each.replayed and each.position]
        answers = sorted(placed, key=lambda each: each.answered)
        floor, next_answer = self._acknowledged, 0
        for operation in sorted(placed, key=lambda each: each.sent):
            while next_answer < len(answers) and answers[next_answer].answered < operation.sent:
                floor = max(floor, answers[next_answer].position)
                next_answer += 1
            behind = operation.position < floor
            if behind or (operation.is_command and operation.position == floor):
                self._violation(operation.position, "REAL_TIME",
                                f"{operation.method} was sent after {floor} was acknowledged")
        self._acknowledged = max([self._acknowledged, *(each.position for each in placed)])


# What a read of a whole account shows, and what the log says of it.
_SHOWN = {
    "ListCardsInUse": lambda told: {row.subscription: row.card for row in told.cards_in_use},
    "GetBalance": lambda told: (amount_of(told.pending), amount_of(told.past_due),
                                [each.name for each in told.charges]),
}
_WANTED = {
    "ListCardsInUse": lambda account: {each.name: account.card_of(each)
                                       for each in account.live_subscriptions()},
    "GetBalance": lambda account: account.balance(),
}


def _accounts_of(event):
    """The accounts that a record changes: an arrival also the sender's, until it left."""
    named = {event.billing_account}
    if event.WhichOneof("data") == "subscription_transferred_in":
        named.add("/".join(event.subscription_transferred_in.transfer.split("/")[:2]))
    return named


def _shown_position(operation):
    """The position whose state an answer shows though no record tells; None: it shows none."""
    if not operation.is_command:
        return operation.position if operation.outcome == "ok" else None
    if (operation.judged_at and operation.reason in
            ("ROLE_REQUIRED", "BILLING_ACCOUNT_NOT_FOUND", "INVALID_REQUEST")):
        return operation.judged_at
    return None


def _public(request):
    """The request without what the log keeps elsewhere, or not at all."""
    kept = type(request)()
    kept.CopyFrom(request)
    for field in ("request_id", "validate_only", "reason"):
        kept.ClearField(field)
    if "card" in kept.DESCRIPTOR.fields_by_name and not isinstance(kept.card, str):
        for field in ("token", "fingerprint", "holder_name", "billing_address",
                      "redacted_fields"):
            kept.card.ClearField(field)
    return kept


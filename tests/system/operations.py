"""What a client did and was told: one Operation per call, one JSON line per Operation."""
import base64
import dataclasses
import json
import os
import threading
import time

from client import Refusal
from wire import COMMANDS, METHODS

# Reasons with which a command is answered without a record of it.
UNRECORDED = frozenset({"ROLE_REQUIRED", "BILLING_ACCOUNT_NOT_FOUND", "INVALID_REQUEST",
                        "REQUEST_ID_REUSED"})


def request_id():
    """A fresh UUIDv7."""
    value = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


@dataclasses.dataclass
class Operation:
    id: str  # request_id; empty for a read
    method: str
    principal: str
    roles: tuple
    request: bytes
    sent: int  # nanoseconds of this machine's monotonic clock
    answered: int
    outcome: str  # ok, refused, unjudged, unknown
    # ok: the receipt's position, or a read's; refused: that of its record, or 0
    position: int = 0
    judged_at: int = 0  # refused: the position it was judged at
    replayed: bool = False
    reason: str = ""
    blockers: tuple = ()  # (type, subject)
    blocker_count: int = 0
    response: bytes = b""
    on_behalf_of: str = ""

    @property
    def is_command(self):
        return self.method in COMMANDS

    @property
    def recorded(self):
        """Whether the answer says that the log holds this command."""
        return self.is_command and (self.outcome == "ok" or (
            self.outcome == "refused" and self.reason not in UNRECORDED))

    def parsed_request(self):
        return METHODS[self.method].request.FromString(self.request)

    def parsed_response(self):
        return METHODS[self.method].response.FromString(self.response)

    def to_json(self):
        fields = dataclasses.asdict(self)
        for name in ("request", "response"):
            fields[name] = base64.b64encode(fields[name]).decode()
        return json.dumps(fields)

    @classmethod
    def from_json(cls, line):
        fields = json.loads(line)
        for name in ("request", "response"):
            fields[name] = base64.b64decode(fields[name])
        fields["roles"] = tuple(fields["roles"])
        fields["blockers"] = tuple(tuple(each) for each in fields["blockers"])
        return cls(**fields)


def perform(client, method, request, principal, roles=(), on_behalf_of="", timeout=30):
    """Calls, and says what happened."""
    sent = time.monotonic_ns()
    answer = client.call(method, request, principal=principal, roles=roles,
                         on_behalf_of=on_behalf_of, timeout=timeout)
    answered = time.monotonic_ns()
    operation = Operation(getattr(request, "request_id", ""), method, principal, tuple(roles),
                          request.SerializeToString(), sent, answered, "ok",
                          on_behalf_of=on_behalf_of)
    if isinstance(answer, Refusal):
        operation.outcome, operation.reason = answer.outcome, answer.reason or answer.code
        operation.position, operation.judged_at = answer.event_position, answer.position
        operation.replayed = answer.replayed
        operation.blockers = tuple(each[:2] for each in answer.blockers)
        operation.blocker_count = int(answer.metadata.get("blocker_count", "0"))
        return operation
    operation.response = answer.SerializeToString()
    if method in COMMANDS:
        operation.position, operation.replayed = answer.receipt.position, answer.receipt.replayed
    else:
        operation.position = answer.position
    return operation


class Journal:
    """Appends operations to a file, one line each, flushed at once. Thread-safe."""

    def __init__(self, path):
        self._file = open(path, "a", encoding="ascii")
        self._lock = threading.Lock()

    def write(self, operation):
        line = operation.to_json() + "\n"
        with self._lock:
            self._file.write(line)
            self._file.flush()
        return operation

    def close(self):
        self._file.close()


def read_journal(path, offset=0):
    """The operations in a journal from a byte offset on; with the offset behind them."""
    with open(path, encoding="ascii") as file:
        file.seek(offset)
        operations = [Operation.from_json(line) for line in file]
        return operations, os.path.getsize(path)

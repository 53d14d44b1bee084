"""A thin client: one call, one answer. An answer is the response, or a Refusal."""
import dataclasses
import os

# How often an idle connection looks whether the server is leaving.
os.environ.setdefault("GRPC_CLIENT_CHANNEL_BACKUP_POLL_INTERVAL_MS", "100")

import grpc  # noqa: E402  (it reads the setting when it is loaded)

from wire import (  # noqa: E402
    METHODS, BadRequest, ErrorInfo, PreconditionFailure, RetryInfo, Status)

ALICE = "users/alice"
ADMINISTRATOR = {"principal": ALICE}
OPERATOR = {"principal": "users/olga", "roles": ("operator",)}
BILLER = {"principal": "services/biller", "roles": ("biller",)}
AUDITOR = {"principal": "users/ada", "roles": ("auditor",)}
STRANGER = {"principal": "users/mallory"}

_OPTIONS = (
    ("grpc.use_local_subchannel_pool", 1),  # one connection per Client
    ("grpc.enable_retries", 0),  # a repeat is the test's business
    ("grpc.max_send_message_length", 64 << 20),
    ("grpc.max_receive_message_length", 64 << 20),
    ("grpc.initial_reconnect_backoff_ms", 50),
    ("grpc.max_reconnect_backoff_ms", 200),
)

_CODE_NAMES = {code.value[0]: code.name for code in grpc.StatusCode}

# What the design's "Reason → gRPC status" says, where it is not FAILED_PRECONDITION.
_CODES = {
    "ETAG_MISMATCH": "ABORTED",
    "ACTIVE_CARD_CHANGED": "ABORTED",
    "INVALID_REQUEST": "INVALID_ARGUMENT",
    "REQUEST_ID_REUSED": "INVALID_ARGUMENT",
    "ROLE_REQUIRED": "PERMISSION_DENIED",
    "DELEGATION_NOT_ALLOWED": "PERMISSION_DENIED",
    "CREDENTIAL_REQUIRED": "UNAUTHENTICATED",
    "CREDENTIAL_INVALID": "UNAUTHENTICATED",
    "POSITION_NOT_REACHED": "UNAVAILABLE",
    "POSITION_BEFORE_ACCOUNT": "OUT_OF_RANGE",
    "POSITION_BEYOND_HEAD": "OUT_OF_RANGE",
    "REFUSAL_LIMIT": "RESOURCE_EXHAUSTED",
}


def code_of(reason):
    if reason.endswith("_NOT_FOUND"):
        return "NOT_FOUND"
    if reason.endswith("_ALREADY_EXISTS") or reason == "ROLE_ALREADY_GRANTED":
        return "ALREADY_EXISTS"
    return _CODES.get(reason, "FAILED_PRECONDITION")


@dataclasses.dataclass(frozen=True)
class Refusal:
    """What a call answered instead of a response."""
    code: str  # gRPC's name: NOT_FOUND
    message: str
    reason: str = ""  # google.rpc.ErrorInfo.reason; empty when there were no details
    domain: str = ""
    metadata: dict = dataclasses.field(default_factory=dict)
    violations: tuple = ()  # (field, description)
    blockers: tuple = ()  # (type, subject, remedy)
    retry_after: float | None = None  # seconds

    @property
    def replayed(self):
        return self.metadata.get("replayed") == "true"

    @property
    def position(self):
        """The position that the command was judged at."""
        return int(self.metadata.get("position", "0"))

    @property
    def event_position(self):
        """The position of the refusal's own record; 0 when it left none."""
        return int(self.metadata.get("event_position", "0"))

    @property
    def outcome(self):
        """refused: by a rule. unjudged: nothing happened. unknown: who can say."""
        if self.reason in ("OUTCOME_UNKNOWN", ""):
            # Without details the refusal did not come from billingd's own hand.
            return "unknown"
        if self.code in ("RESOURCE_EXHAUSTED", "UNAVAILABLE", "CANCELLED", "DEADLINE_EXCEEDED",
                         "INTERNAL"):
            return "unjudged"
        return "refused"


def refusal_of(error):
    """The Refusal that a grpc.RpcError carries."""
    code, message = error.code().name, error.details() or ""
    details = next((value for key, value in error.trailing_metadata() or ()
                    if key == "grpc-status-details-bin"), None)
    if details is None:
        return Refusal(code, message)
    return refusal_in(Status.FromString(details))


def refusal_in(status):
    """The Refusal that a google.rpc.Status is."""
    found = {"violations": (), "blockers": ()}
    for detail in status.details:
        if detail.Is(ErrorInfo.DESCRIPTOR):
            info = ErrorInfo.FromString(detail.value)
            found.update(reason=info.reason, domain=info.domain, metadata=dict(info.metadata))
        elif detail.Is(BadRequest.DESCRIPTOR):
            found["violations"] = tuple(
                (violation.field, violation.description)
                for violation in BadRequest.FromString(detail.value).field_violations)
        elif detail.Is(PreconditionFailure.DESCRIPTOR):
            found["blockers"] = tuple(
                (violation.type, violation.subject, violation.description)
                for violation in PreconditionFailure.FromString(detail.value).violations)
        elif detail.Is(RetryInfo.DESCRIPTOR):
            delay = RetryInfo.FromString(detail.value).retry_delay
            found["retry_after"] = delay.seconds + delay.nanos / 1e9
    return Refusal(_CODE_NAMES[status.code], status.message, **found)


class Pending:
    """A call under way."""

    def __init__(self, future):
        self._future = future

    def answer(self):
        try:
            return self._future.result()
        except grpc.RpcError as error:
            return refusal_of(error)


class PendingStream:
    """A call under way that answers with a stream."""

    def __init__(self, parts, ends):
        self._parts = parts
        self._ends = ends

    def answer(self):
        """The parts in a list, of a watch the first one; or the Refusal that it ended with."""
        try:
            if self._ends:
                return list(self._parts)
            first = next(self._parts)
            self._parts.cancel()
            return [first]
        except grpc.RpcError as error:
            return refusal_of(error)


class Watch:
    """A WatchEvents call under way."""

    def __init__(self, call):
        self._call = call
        self.end = None  # the Refusal that it ended with, once it has

    def messages(self):
        """Its messages, as they come."""
        try:
            yield from self._call
        except grpc.RpcError as error:
            self.end = refusal_of(error)

    def cancel(self):
        self._call.cancel()


class CommandStream:
    """An ExecuteCommands stream under way. Requests are sent as the server takes them."""

    def __init__(self, call):
        self._call = call
        self.end = None  # how the stream ended, once the answers have: None is OK

    def answers(self):
        """(sequence, the response or a Refusal), as they come."""
        try:
            for response in self._call:
                failed = response.WhichOneof("outcome") == "status"
                yield response.sequence, refusal_in(response.status) if failed else response
        except grpc.RpcError as error:
            self.end = refusal_of(error)

    def cancel(self):
        self._call.cancel()


def _metadata(principal, roles, on_behalf_of, headers):
    metadata = list(headers)
    if on_behalf_of:
        metadata.append(("x-on-behalf-of", on_behalf_of))
    if principal:
        metadata.append(("x-principal", principal))
    if roles:
        metadata.append(("x-roles", ",".join(roles)))
    return metadata


def _to_bytes(request):
    return request if isinstance(request, bytes) else request.SerializeToString()


class Client:
    """One connection. Thread-safe."""

    def __init__(self, address):
        self._channel = grpc.insecure_channel(address, options=_OPTIONS)
        self._calls = {}

    def close(self):
        self._channel.close()

    def start(self, method, request, principal=ALICE, roles=(), on_behalf_of="", headers=(),
              timeout=30, raw=False):
        """Sends `request` (a message, or bytes as they are) and does not wait."""
        metadata = _metadata(principal, roles, on_behalf_of, headers)
        call = self._call(method, raw)
        if METHODS[method].streams:
            return PendingStream(call(request, metadata=metadata, timeout=timeout),
                                 ends=method != "WatchEvents")
        return Pending(call.future(request, metadata=metadata, timeout=timeout))

    def call(self, method, request, **options):
        """Like `start`, and waits for the answer. ExecuteCommands: a stream of one command."""
        if method == "ExecuteCommands":
            stream = self.execute([request], **options)
            answers = [answer for _, answer in stream.answers()]
            return stream.end or answers[0]
        return self.start(method, request, **options).answer()

    def execute(self, requests, principal=ALICE, roles=(), on_behalf_of="", headers=(),
                timeout=120):
        """Opens a stream of commands: `requests` are messages, or bytes as they are."""
        method = METHODS["ExecuteCommands"]
        stream = self._channel.stream_stream(
            method.path, request_serializer=_to_bytes,
            response_deserializer=method.response.FromString)
        metadata = _metadata(principal, roles, on_behalf_of, headers)
        return CommandStream(stream(iter(requests), timeout=timeout, metadata=metadata))

    def watch(self, request, principal=ALICE, roles=(), on_behalf_of="", headers=()):
        """Watches, without a deadline."""
        metadata = _metadata(principal, roles, on_behalf_of, headers)
        return Watch(self._call("WatchEvents", False)(request, metadata=metadata))

    def _call(self, method, raw):
        key = (method, raw)
        if key not in self._calls:
            wanted = METHODS[method]
            parse = (lambda data: data) if raw else wanted.response.FromString
            shape = self._channel.unary_stream if wanted.streams else self._channel.unary_unary
            self._calls[key] = shape(
                wanted.path, request_serializer=_to_bytes, response_deserializer=parse)
        return self._calls[key]

    def pages(self, method, request, **options):
        """Every page of a list, in order. The request is not changed."""
        page = METHODS[method].request()
        page.CopyFrom(request)
        while True:
            answer = self.call(method, page, **options)
            if isinstance(answer, Refusal):
                raise AssertionError(f"{method} refused: {answer}")
            yield answer
            if not answer.next_page_token:
                return
            page.page_token = answer.next_page_token

"""Which reasons there are, by the server's own sources, and which of them tests reach.

A scenario is a function of a running SystemTest that answers a Refusal; `reaches` registers
it. test_reasons.py runs every scenario, checks what its refusal says, and fails for a reason
that none reaches.
"""
import collections
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

Scenario = collections.namedtuple("Scenario", "reason run")
InProcess = collections.namedtuple("InProcess", "file suite name why")

SCENARIOS = []

_TIME = "days must pass, and the binary has no clock of a test"
_FAULT = "a machine must fail"
# Over gRPC too, against a server of the test's own process.
_DELETED = InProcess("tests/service/deadline_test.cc", "Deadlines",
                     "ACancelledSubscriptionIsDeletedAfterNinetyDaysAndStaysSo", _TIME)
_LAPSED = InProcess("tests/service/deadline_test.cc", "Deadlines",
                    "ATransferLapsesOnTheFifteenthDayRecordedOrNot", _TIME)
_NOT_DONE = InProcess("tests/service/status_test.cc", "Problem",
                      "EachKindOfNotDoneHasItsCodeAndReason", _FAULT)

# What cannot be reached from outside the process, and the test that reaches it.
IN_PROCESS = {
    "SUBSCRIPTION_DELETED": _DELETED,
    "TRANSFER_EXPIRED": _LAPSED,
    "STORAGE_FULL": InProcess("tests/engine/engine_test.cc", "EngineTest",
                              "AFullDiskRefusesWritesBeforeTheStoreSeesThem", _FAULT),
    "CLOCK_SUSPECT": InProcess("tests/engine/engine_test.cc", "EngineTest",
                               "AClockThatRanAwayIsSuspectUntilItAgrees", _FAULT),
    "OUTCOME_UNKNOWN": InProcess("tests/engine/engine_test.cc", "EngineTest",
                                 "AFailedSyncAnswersUnknownAndEndsAllWriting", _FAULT),
    "QUEUE_FULL": InProcess("tests/service/error_test.cc", "Error",
                            "AFullReadQueueIsResourceExhaustedWithARetryHint",
                            "a queue must be full"),
    "READER_TOO_SLOW": InProcess("tests/service/account_state_test.cc", "AccountStateTest",
                                 "AReaderThatTakesNothingIsLetGo", "half a minute must pass"),
    "REBUILD_IN_PROGRESS": InProcess("tests/service/admin_test.cc", "Admin",
                                     "ARebuildIsShownWhileItRunsAndASecondOneIsRefused",
                                     "a rebuild must be held on its way"),
    "WATCHER_TOO_SLOW": InProcess("tests/service/watch_test.cc", "WatchTest",
                                  "AReaderThatTakesNothingIsCutAndResumes",
                                  "half a minute must pass"),
    "WATCHER_LIMIT": InProcess("tests/service/watch_test.cc", "WatchTest",
                               "ServesSoManyAndThoseWhoLeaveMakeRoom", "a thousand must watch"),
    "TOO_MANY_STREAMS": InProcess("tests/service/bulk_streams_test.cc", "BulkStream",
                                  "OneStreamMoreThanThereMayBeIsRefused",
                                  "256 streams must be open"),
    "STREAM_IDLE": InProcess("tests/service/bulk_streams_test.cc", "BulkStream",
                             "AStreamOnWhichNothingMovesIsEndedAndOneOnWhichSomethingDoesIsNot",
                             "five minutes must pass"),
    "STOPPING": _NOT_DONE, "CANCELLED": _NOT_DONE, "STORE_READ_FAILED": _NOT_DONE,
    "DEADLINE_EXCEEDED": _NOT_DONE,
}

# The same of facts.
FACTS_IN_PROCESS = {
    "SubscriptionDeleted": _DELETED,
    "TransferExpired": _LAPSED,
}

# Refusals that leave no record, besides all that are not a rule's.
UNRECORDED = {"ROLE_REQUIRED", "BILLING_ACCOUNT_NOT_FOUND", "INVALID_REQUEST"}


def reaches(reason):
    return lambda run: SCENARIOS.append(Scenario(reason, run)) or run


def exists(test):
    """Whether the in-process test is there."""
    file = ROOT / test.file
    wanted = rf"TEST(_F|_P)?\(\s*{test.suite},\s*{test.name}\)"
    return file.exists() and re.search(wanted, file.read_text(encoding="utf-8")) is not None


def reasons_of_rules():
    """The names in aggregates/kernel/reason.cc."""
    text = (ROOT / "aggregates/kernel/reason.cc").read_text(encoding="utf-8")
    return set(re.findall(r'return "([A-Z][A-Z_]+)";', text))


def reasons_of_the_server():
    """What server/status.cc answers besides: the credential, the machine."""
    text = (ROOT / "server/status.cc").read_text(encoding="utf-8")
    named = re.findall(r'\.reason = ([^;]*?"[A-Z_]+"[^,;]*),', text)
    return {reason for each in named for reason in re.findall(r'"([A-Z][A-Z_]+)"', each)}

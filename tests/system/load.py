"""Load: many clients at once over a few accounts and cards, as a process of its own.

Reads one JSON job per line from standard input, runs it, and answers one line of JSON
with how many operations ended how. A job ends when its commands are sent, or when the
server is gone. Every operation is in the journal before the next one of its client.

The choices of each client follow from the seed and its answers; how the clients
interleave does not.
"""
import collections
import json
import sys
import threading

from builders import Account
from choices import (
    BY_PROFILE, CARDS, KINDS, PAY_AS_YOU_GO, PROFILES, SPARES, SUBSCRIPTIONS, Chooser)
from client import ALICE, OPERATOR, Client
from operations import Journal, perform, request_id
from wire import pb

_ALICE = {"principal": ALICE}


def prepare(client, journal):
    """Opens the accounts that the load is about. Journaled like everything else."""
    def do(method, request, who):
        operation = journal.write(perform(client, method, request, **who))
        assert operation.outcome == "ok", operation
    for name in PAY_AS_YOU_GO + BY_PROFILE:
        account, by_profile = Account(client, name), name in BY_PROFILE
        opened = pb.BillingAccount(
            agreement=(pb.AGREEMENT_CUSTOMER_AGREEMENT if by_profile
                       else pb.AGREEMENT_PAY_AS_YOU_GO),
            administrator=ALICE, country="NL", currency="EUR", business=True,
            policy=pb.Policy(max_cards=1_000))
        do("CreateBillingAccount", pb.CreateBillingAccountRequest(
            billing_account_id=name, billing_account=opened, request_id=request_id()), OPERATOR)
        for number in range(CARDS):
            do("AddCard", account.add_card_request(f"c{number}", request_id=request_id()), _ALICE)
        for number in range(PROFILES if by_profile else 0):
            do("CreateBillingProfile", account.create_profile_request(
                f"b{number}", f"c{number}", request_id=request_id()), _ALICE)
        for number in range(SPARES if by_profile else 0):
            do("CreateBillingProfile", account.create_profile_request(
                f"x{number}", "c0", request_id=request_id()), _ALICE)
        for number in range(SUBSCRIPTIONS):
            do("CreateSubscription", account.subscribe_request(
                f"s{number}", "" if by_profile else f"c{number % CARDS}",
                profile=f"b{number % PROFILES}" if by_profile else "",
                kind=KINDS[number % len(KINDS)], request_id=request_id()), _ALICE)


def _run_client(job, number, connection, journal, counts, lock):
    chooser = Chooser(job["seed"], f"{job['name']}/{number}", job["step"])
    for _ in range(job["commands"]):
        method, request, who = chooser.next()
        operation = journal.write(perform(connection, method, request, **who))
        chooser.learn(operation)
        with lock:
            counts[f"{method} {operation.reason or operation.outcome}"] += 1
        if operation.outcome == "unknown" or operation.reason == "STOPPING":
            return  # the server is gone, or going


def run(job):
    """Runs one job; how many operations ended how."""
    journal, counts, lock = Journal(job["journal"]), collections.Counter(), threading.Lock()
    connections = [Client(job["address"]) for _ in range(min(4, job["clients"]))]
    threads = [threading.Thread(target=_run_client, args=(
        job, number, connections[number % len(connections)], journal, counts, lock))
        for number in range(job["clients"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for connection in connections:
        connection.close()
    journal.close()
    return counts


def main():
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()

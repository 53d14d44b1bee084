"""Load: many clients at once over a few accounts and cards, as a process of its own.

Reads one JSON job per line from standard input, runs it, and answers one line of JSON
with how many operations ended how. A job ends when its commands are sent, or when the
server is gone. Every operation is in the journal before the next one of its client.

The choices of each client follow from the seed and its answers; how the clients
interleave does not.
"""
import collections
import json
import random
import sys
import threading

from builders import STRICT, THIS_YEAR, Account
from client import ALICE, BILLER, OPERATOR, Client
from operations import Journal, perform, request_id
from wire import pb

ACCOUNTS = ("load-0", "load-1", "load-2")
SUBSCRIPTIONS = 12  # of each account, from the start
CARDS = 6  # of each account, from the start

_ALICE = {"principal": ALICE}
_KINDS = (pb.SUBSCRIPTION_KIND_CONSUMPTION,) * 4 + (
    pb.SUBSCRIPTION_KIND_SUPPORT_PLAN, pb.SUBSCRIPTION_KIND_RESERVATION,
    pb.SUBSCRIPTION_KIND_SAVINGS_PLAN)
_POLICIES = (pb.Policy(), pb.Policy(), STRICT,
             pb.Policy(cascade=pb.CASCADE_ALL_SUBSCRIPTIONS),
             pb.Policy(require_payment_method=True, max_cards=60))


def whole(policy):
    """The policy with its defaults said, as history keeps it."""
    filled = pb.Policy(
        holding_states=policy.holding_states or STRICT.holding_states[:2],
        cascade=policy.cascade or pb.CASCADE_SAME_CARD,
        profile_managers=pb.PROFILE_MANAGERS_OWNERS_AND_CONTRIBUTORS,
        require_payment_method=policy.require_payment_method,
        max_cards=policy.max_cards or 100)
    return filled


class Chooser:
    """What one client asks next.

    Cards c0, c1, … and subscriptions s0, s1, … come up step by step, the same for every
    client: so they meet on the same few, also on those being added or removed.
    """

    WEIGHTS = {
        "set_active": 340, "add_card": 100, "add_card_active": 90, "remove_card": 220,
        "create": 60, "cancel": 50, "reactivate": 45, "disable": 12, "restore": 20,
        "update_card": 10, "rename": 10, "set_policy": 4, "stranger": 4, "read": 40,
    }

    def __init__(self, seed, client, step):
        self._rng = random.Random(f"{seed}/{client}")
        self._step = step
        self._in_use = None  # (account, card) that paid a moment ago

    def next(self):
        """(method, request, who)"""
        self._step += 1
        self._account = Account(None, self._rng.choice(ACCOUNTS))
        in_use, self._in_use = self._in_use, None
        if in_use and self._rng.random() < 0.4:
            account, card = in_use
            return "RemoveCard", Account(None, account).remove_card_request(
                card, request_id=request_id()), _ALICE
        choice = self._rng.choices(list(self.WEIGHTS), self.WEIGHTS.values())[0]
        return getattr(self, "_" + choice)()

    def learn(self, operation):
        """Looks at an answer."""
        if operation.method == "SetActive" and operation.outcome == "ok":
            _, account, _, card = operation.parsed_request().card.split("/")
            self._in_use = (account, card)

    @property
    def _top_card(self):
        return CARDS + 2 * self._step

    def _some_card(self):
        return f"c{self._rng.randint(max(0, self._top_card - 10), self._top_card + 2)}"

    def _some_subscription(self):
        return f"s{self._rng.randrange(SUBSCRIPTIONS + self._step // 20 + 1)}"

    def _set_active(self):
        guard = self._some_card() if self._rng.random() < 0.15 else ""
        return "SetActive", self._account.set_active_request(
            self._some_subscription(), self._some_card(), guard, request_id=request_id()), _ALICE

    def _add_card(self, subscription="", active=False):
        number = self._top_card + self._rng.randint(-2, 4)
        # Now and then somebody else's token: the same card under another id.
        twin = number - 1 if self._rng.random() < 0.05 else number
        fields = {"token": f"vault-{self._account.id}-c{twin}",
                  "last_four": f"{number % 10_000:04}"}
        return "AddCard", self._account.add_card_request(
            f"c{number}", subscription, active, fields, request_id=request_id()), _ALICE

    def _add_card_active(self):
        return self._add_card(self._some_subscription(), True)

    def _remove_card(self):
        old = self._rng.random() < 0.5
        card = f"c{self._rng.randint(0, self._top_card)}" if old else self._some_card()
        return "RemoveCard", self._account.remove_card_request(
            card, request_id=request_id()), _ALICE

    def _create(self):
        top = SUBSCRIPTIONS + self._step // 20
        return "CreateSubscription", self._account.subscribe_request(
            f"s{self._rng.randint(top, top + 2)}",
            self._some_card() if self._rng.random() < 0.9 else "",
            kind=self._rng.choice(_KINDS), request_id=request_id()), _ALICE

    def _lifecycle(self, method, who):
        request = getattr(pb, method + "Request")(
            name=self._account.subscription(self._some_subscription()), request_id=request_id())
        return method, request, who

    def _cancel(self):
        return self._lifecycle("CancelSubscription", _ALICE)

    def _reactivate(self):
        return self._lifecycle("ReactivateSubscription", _ALICE)

    def _disable(self):
        return self._lifecycle("DisableSubscription", BILLER)

    def _restore(self):
        return self._lifecycle("ReactivateSubscription", OPERATOR)

    def _update_card(self):
        expiry = pb.YearMonth(year=THIS_YEAR + self._rng.randint(3, 8), month=6)
        wanted = pb.Card(name=self._account.card(self._some_card()), expiry=expiry)
        request = pb.UpdateCardRequest(card=wanted, request_id=request_id())
        request.update_mask.paths.append("expiry")
        return "UpdateCard", request, _ALICE

    def _rename(self):
        wanted = pb.Subscription(name=self._account.subscription(self._some_subscription()),
                                 display_name=f"name {self._rng.randint(0, 3)}")
        request = pb.UpdateSubscriptionRequest(subscription=wanted, request_id=request_id())
        request.update_mask.paths.append("display_name")
        return "UpdateSubscription", request, _ALICE

    def _set_policy(self):
        return "SetPolicy", pb.SetPolicyRequest(
            name=self._account.name, policy=whole(self._rng.choice(_POLICIES)),
            request_id=request_id()), OPERATOR

    def _stranger(self):
        method, request, _ = self._set_active()
        return method, request, {"principal": "users/mallory"}

    def _read(self):
        return "ListCardsInUse", pb.ListCardsInUseRequest(parent=self._account.name,
                                                          page_size=500), _ALICE


def prepare(client, journal):
    """Opens the accounts that the load is about. Journaled like everything else."""
    def do(method, request, who):
        operation = journal.write(perform(client, method, request, **who))
        assert operation.outcome == "ok", operation
    for name in ACCOUNTS:
        account = Account(client, name)
        opened = pb.BillingAccount(agreement=pb.AGREEMENT_PAY_AS_YOU_GO, administrator=ALICE,
                                   country="NL", currency="EUR")
        do("CreateBillingAccount", pb.CreateBillingAccountRequest(
            billing_account_id=name, billing_account=opened, request_id=request_id()), OPERATOR)
        for number in range(CARDS):
            do("AddCard", account.add_card_request(f"c{number}", request_id=request_id()), _ALICE)
        for number in range(SUBSCRIPTIONS):
            do("CreateSubscription", account.subscribe_request(
                f"s{number}", f"c{number % CARDS}", kind=_KINDS[number % len(_KINDS)],
                request_id=request_id()), _ALICE)


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

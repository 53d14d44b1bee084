"""A history written by hand in which everything is right, for the checker to be tested on."""
import hashlib

from builders import Account, billing_account, money
from client import ALICE, OPERATOR
from operations import Operation
from rules import snake, subject_of
from who_may import SCHEDULER
from wire import METHODS, pb

DAY_MS = 86_400_000
ACME, GLOBEX = Account(None, "acme"), Account(None, "globex")


def move(account, subscription, previous):
    return pb.CardMove(subscription=account.subscription(subscription),
                       previous_card=account.card(previous))


def changed(account, selected, card, *moves, cause=pb.CHANGE_CAUSE_SET_ACTIVE):
    return pb.ActiveCardChanged(selected_subscription=account.subscription(selected),
                                card=account.card(card), moves=moves, cause=cause)


def in_use(account, subscription):
    return pb.Blocker(type="CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION",
                      subject=account.subscription(subscription), remedy="SetActive")


class Log:
    """A history written by hand, and what the clients were told of it."""

    def __init__(self):
        self.events = []
        self.operations = []
        self.marks = {}  # a command's mark → the position of its first record
        self.days = 0  # that have passed since the history began

    def command(self, method, request, *facts, who=None, mark=None, streams=()):
        """Records `facts`: in the stream that the request names, or each in one of `streams`."""
        who = who or {"principal": ALICE}
        first = len(self.events) + 1
        request.request_id = f"00000000-0000-7000-8000-{first:012}"
        self.marks[mark] = first
        for number, fact in enumerate(facts):
            stream = streams[number].name if streams else "/".join(
                subject_of(method, request).split("/")[:2])
            self._append(fact, stream, request, first - 1, who)
        if who["principal"] != SCHEDULER:
            self._told(method, request, facts, first, who)

    def _append(self, fact, stream, request, decided_at, who):
        position = len(self.events) + 1
        event = pb.Event(
            position=position, stream=stream, billing_account=stream, type=fact.DESCRIPTOR.name,
            stream_revision=1 + sum(each.stream == stream for each in self.events),
            principal=who["principal"], roles=who.get("roles", ()), request_id=request.request_id,
            on_behalf_of=who.get("on_behalf_of", ""), decided_at_position=decided_at,
            rules_version=1, leaf_hash=hashlib.sha256(b"%d" % position).digest())
        event.commit_time.FromMilliseconds(1_800_000_000_000 + self.days * DAY_MS + position)
        getattr(event, snake(fact.DESCRIPTOR.name)).CopyFrom(fact)
        if not event.WhichOneof("data"):
            getattr(event, snake(fact.DESCRIPTOR.name)).SetInParent()
        self.events.append(event)

    def _told(self, method, request, facts, first, who):
        last = self.events[-1]
        operation = Operation(request.request_id, method, who["principal"],
                              tuple(who.get("roles", ())), request.SerializeToString(),
                              sent=first * 1000, answered=first * 1000 + 500, outcome="ok",
                              position=last.position, on_behalf_of=who.get("on_behalf_of", ""))
        if isinstance(facts[0], pb.CommandRefused):
            operation.outcome, operation.reason = "refused", facts[0].reason
            operation.judged_at = first - 1
            operation.blockers = tuple((each.type, each.subject) for each in facts[0].blockers)
            operation.blocker_count = facts[0].blocker_count
        else:
            response = METHODS[method].response()
            response.receipt.position = last.position
            response.receipt.commit_time.CopyFrom(last.commit_time)
            response.receipt.leaf_hash = last.leaf_hash
            for fact in facts:
                if isinstance(fact, pb.ActiveCardChanged):
                    response.moved_subscriptions.extend(each.subscription for each in fact.moves)
                if isinstance(fact, pb.BalanceSettled):
                    response.charges.extend(fact.charges)
            operation.response = response.SerializeToString()
        self.operations.append(operation)

    def read(self, account, position, rows):
        """A ListCardsInUse that was answered last of all, showing `position`."""
        request = pb.ListCardsInUseRequest(parent=account.name)
        response = pb.ListCardsInUseResponse(position=position)
        for subscription, card in rows.items():
            response.cards_in_use.add(subscription=account.subscription(subscription),
                                      card=account.card(card))
        self._read("ListCardsInUse", request, response)

    def read_balance(self, account, position, pending, past_due, *charges):
        """A GetBalance that was answered last of all, showing `position`; in cents."""
        response = pb.GetBalanceResponse(pending=money(pending), past_due=money(past_due),
                                         position=position)
        for charge in charges:
            response.charges.add(name=account.charge(charge))
        self._read("GetBalance", pb.GetBalanceRequest(parent=account.name), response)

    def _read(self, method, request, response):
        sent = response.position * 1000 + 100
        self.operations.append(Operation(
            "", method, ALICE, (), request.SerializeToString(), sent, sent + 100, "ok",
            position=response.position, response=response.SerializeToString()))

    def event(self, position):
        return self.events[position - 1]

    def told(self, position):
        """The operation whose last record is there."""
        return next(each for each in self.operations if each.position == position)

    def replace(self, position, fact):
        """The record at `position` says something else."""
        event = self.event(position)
        event.ClearField(event.WhichOneof("data"))
        event.type = fact.DESCRIPTOR.name
        getattr(event, snake(fact.DESCRIPTOR.name)).CopyFrom(fact)

    def lose(self, position):
        """The record vanished, and what follows closed the gap."""
        lost = self.events.pop(position - 1)
        for event in self.events[position - 1:]:
            event.position -= 1
            event.decided_at_position -= event.decided_at_position >= position
            event.stream_revision -= event.stream == lost.stream


def good_log():
    """Nineteen records in which everything is right."""
    log = Log()
    log.command("CreateBillingAccount", pb.CreateBillingAccountRequest(
        billing_account_id="acme", billing_account=billing_account()),
        pb.BillingAccountCreated(billing_account=billing_account(name=ACME.name)), who=OPERATOR)
    for card in ("visa", "master"):
        request = ACME.add_card_request(card)
        added = pb.CardAdded(card=request.card)
        added.card.name = ACME.card(card)
        log.command("AddCard", request, added)
    for subscription, card in (("web", "visa"), ("mail", "visa"), ("db", "master")):
        request = ACME.subscribe_request(subscription, card)
        made = pb.SubscriptionCreated(subscription=request.subscription)
        made.subscription.name = ACME.subscription(subscription)
        log.command("CreateSubscription", request, made)
    request = ACME.remove_card_request("visa")
    log.command("RemoveCard", request, pb.CommandRefused(
        command="RemoveCard", request=pb.Command(remove_card=request), reason="CARD_NOT_REMOVABLE",
        blockers=[in_use(ACME, "mail"), in_use(ACME, "web")], blocker_count=2))  # 7
    log.command("SetActive", ACME.set_active_request("web", "master"),
                changed(ACME, "web", "master", move(ACME, "mail", "visa"),
                        move(ACME, "web", "visa")))  # 8
    request = ACME.set_active_request("web", "master")
    log.command("SetActive", request, pb.NothingChanged(
        command="SetActive", request=pb.Command(set_active=request)))  # 9
    log.command("RemoveCard", ACME.remove_card_request("visa"),
                pb.CardRemoved(card=ACME.card("visa")))  # 10
    request = ACME.add_card_request("amex", "db", True)
    added = pb.CardAdded(card=request.card, subscription=ACME.subscription("db"))
    added.card.name = ACME.card("amex")
    log.command("AddCard", request, added, changed(
        ACME, "db", "amex", move(ACME, "db", "master"), move(ACME, "mail", "master"),
        move(ACME, "web", "master"), cause=pb.CHANGE_CAUSE_ADD_CARD))  # 11, 12
    log.command("CancelSubscription",
                pb.CancelSubscriptionRequest(name=ACME.subscription("db")),
                pb.SubscriptionCancelled(subscription=ACME.subscription("db")))  # 13
    request = ACME.set_active_request("web", "visa")
    log.command("SetActive", request, pb.CommandRefused(
        command="SetActive", request=pb.Command(set_active=request), reason="CARD_REMOVED"))  # 14
    log.command("CreateBillingAccount", pb.CreateBillingAccountRequest(
        billing_account_id="globex", billing_account=billing_account()),
        pb.BillingAccountCreated(billing_account=billing_account(name=GLOBEX.name)),
        who=OPERATOR)  # 15
    request = GLOBEX.add_card_request("jcb")
    added = pb.CardAdded(card=request.card)
    added.card.name = GLOBEX.card("jcb")
    log.command("AddCard", request, added)  # 16
    request = GLOBEX.subscribe_request("old", "jcb")
    made = pb.SubscriptionCreated(subscription=request.subscription)
    made.subscription.name = GLOBEX.subscription("old")
    log.command("CreateSubscription", request, made)  # 17
    log.command("CancelSubscription",
                pb.CancelSubscriptionRequest(name=GLOBEX.subscription("old")),
                pb.SubscriptionCancelled(subscription=GLOBEX.subscription("old")))  # 18
    log.command("RemoveCard", GLOBEX.remove_card_request("jcb"), pb.CardRemoved(
        card=GLOBEX.card("jcb"), detached_subscriptions=[GLOBEX.subscription("old")]))  # 19
    log.read(ACME, 12, {"web": "amex", "mail": "amex", "db": "amex"})
    return log

"""A slow, separately written model of an account: what a list of public events amounts to.

Written from the design page "The domain", not from the server. Nothing here is clever:
every question is answered by looking at everything there is. Names are full names and
times are microseconds since 1970.
"""
import collections
import dataclasses
import datetime

from wire import microseconds, pb

LIVE_STATES = frozenset({pb.SUBSCRIPTION_STATE_ACTIVE, pb.SUBSCRIPTION_STATE_PAST_DUE,
                         pb.SUBSCRIPTION_STATE_DISABLED, pb.SUBSCRIPTION_STATE_CANCELLED})
ALWAYS_HOLDING = frozenset({pb.SUBSCRIPTION_STATE_ACTIVE, pb.SUBSCRIPTION_STATE_PAST_DUE})

# One broken rule: a name (I1 to I4, FOLD), and what is wrong in words.
Problem = collections.namedtuple("Problem", "rule text")


@dataclasses.dataclass(frozen=True)
class Policy:
    holding_states: frozenset = ALWAYS_HOLDING
    cascade_all: bool = False
    signed_up_user_manages_profiles: bool = False
    require_payment_method: bool = False
    require_card_country_match: bool = False
    max_cards: int = 100


def policy_of(message):
    """A Policy message with its defaults filled in."""
    return Policy(
        holding_states=frozenset(message.holding_states) | ALWAYS_HOLDING,
        cascade_all=message.cascade == pb.CASCADE_ALL_SUBSCRIPTIONS,
        signed_up_user_manages_profiles=(
            message.profile_managers == pb.PROFILE_MANAGERS_SIGNED_UP_USER),
        require_payment_method=message.require_payment_method,
        require_card_country_match=message.require_card_country_match,
        max_cards=message.max_cards or 100)


def expired(year, month, now):
    """A card expires at 12:00 UTC on the first day of the month after its last one."""
    year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    end = datetime.datetime(year, month, 1, 12, tzinfo=datetime.timezone.utc)
    return now >= int(end.timestamp()) * 1_000_000


@dataclasses.dataclass
class Card:
    name: str
    token: str
    fingerprint: str
    brand: int
    funding: int
    last_four: str
    expiry: tuple  # (year, month)
    country: str
    created: int
    updated: int
    etag: int  # position of the last fact that changed its own fields
    live: bool = True

    def expired(self, now):
        return expired(*self.expiry, now)


@dataclasses.dataclass
class Subscription:
    name: str
    display_name: str
    kind: int
    card: str
    created: int
    updated: int
    etag: int
    active_since: int
    state: int = pb.SUBSCRIPTION_STATE_ACTIVE
    inactive_since: int = 0  # when it last left ACTIVE or PAST_DUE
    disabled_by_platform: bool = False

    @property
    def live(self):
        return self.state in LIVE_STATES


@dataclasses.dataclass
class Account:
    name: str
    agreement: int
    administrator: str
    country: str
    policy: Policy
    etag: int
    cards: dict = dataclasses.field(default_factory=dict)
    subscriptions: dict = dataclasses.field(default_factory=dict)

    def live_cards(self):
        return [card for card in self.cards.values() if card.live]

    def live_subscriptions(self):
        return [each for each in self.subscriptions.values() if each.live]

    def named_by(self, card):
        """Live subscriptions whose active card is `card` (a full name), by id."""
        return sorted((each for each in self.live_subscriptions() if each.card == card),
                      key=lambda each: each.name)

    def holders(self, card, policy=None):
        """Those of them that keep it from being removed."""
        states = (policy or self.policy).holding_states
        return [each for each in self.named_by(card) if each.state in states]


class State:
    """Every account, as the facts applied so far leave it."""

    def __init__(self):
        self.accounts = {}

    def apply(self, event, request=None):
        """Applies one fact; the rules that it breaks.

        `request` is the command's request where it is known: the only source of what
        history never shows (token, fingerprint).
        """
        kind = event.WhichOneof("data")
        if kind is None:
            return [Problem("FOLD", f"no data in a {event.type}")]
        if kind in ("command_refused", "nothing_changed"):
            return []
        if kind == "billing_account_created":
            return self._billing_account_created(event)
        account = self.accounts.get(event.billing_account)
        if account is None:
            return [Problem("FOLD", f"{event.type} in {event.billing_account}, which is not open")]
        return getattr(self, "_" + kind)(account, getattr(event, kind), event, request)

    def _billing_account_created(self, event):
        opened = event.billing_account_created.billing_account
        if opened.name in self.accounts:
            return [Problem("FOLD", f"{opened.name} opened twice")]
        self.accounts[opened.name] = Account(opened.name, opened.agreement, opened.administrator,
                                             opened.country, policy_of(opened.policy),
                                             event.position)
        return []

    def _policy_changed(self, account, fact, event, unused_request):
        account.policy = policy_of(fact.policy)
        account.etag = event.position
        return []

    def _card_added(self, account, fact, event, request):
        card, now = fact.card, microseconds(event.commit_time)
        secret = request.card if request else card
        if card.name in account.cards:
            return [Problem("FOLD", f"{card.name} added twice")]
        problems = []
        if not card.name.startswith(account.name + "/cards/"):
            problems.append(Problem("I2", f"foreign card {card.name}"))
        if card.expiry.month not in range(1, 13):
            return problems + [Problem("FOLD", f"{card.name} has no expiry month")]
        account.cards[card.name] = Card(
            card.name, secret.token, secret.fingerprint, card.brand, card.funding, card.last_four,
            (card.expiry.year, card.expiry.month), card.country, now, now, event.position)
        return problems

    def _card_updated(self, account, fact, event, unused_request):
        card = account.cards.get(fact.card.name)
        if card is None or not card.live:
            return [Problem("FOLD", f"{fact.card.name} updated, but it is not a live card")]
        if "expiry" in fact.update_mask.paths:
            card.expiry = (fact.card.expiry.year, fact.card.expiry.month)
        card.updated, card.etag = microseconds(event.commit_time), event.position
        return []

    def _active_card_changed(self, account, fact, event, unused_request):
        problems = self._assignable(account, fact.card, "set active")
        before = {each.name: each.card for each in account.subscriptions.values()}
        for move in fact.moves:
            subscription = account.subscriptions.get(move.subscription)
            if subscription is None or not subscription.live:
                problems.append(Problem("I1", f"{move.subscription} moved, but it is not live"))
                continue
            if subscription.card != move.previous_card:
                problems.append(Problem("FOLD", f"{move.subscription} moved from "
                                        f"{move.previous_card!r} but it had {subscription.card!r}"))
            subscription.card = fact.card
            subscription.active_since = subscription.updated = microseconds(event.commit_time)
            subscription.etag = event.position
        return problems + self._cascaded(account, fact, before)

    @staticmethod
    def _cascaded(account, fact, before):
        """I4: after a cascade no live subscription keeps the group's previous card."""
        previous = before.get(fact.selected_subscription, "")
        problems = []
        for each in account.live_subscriptions():
            if each.card == fact.card:
                continue
            if each.name == fact.selected_subscription or (previous and each.card == previous):
                problems.append(Problem("I4", f"the cascade forgot {each.name}"))
            elif account.policy.cascade_all:
                problems.append(Problem("I4", f"the cascade to all forgot {each.name}"))
        if not account.policy.cascade_all:
            for move in fact.moves:
                if (move.subscription != fact.selected_subscription
                        and before.get(move.subscription) != previous):
                    problems.append(Problem("I4", f"{move.subscription} was not of the group"))
        return problems

    @staticmethod
    def _assignable(account, card, what):
        """I2: only a live card of the account itself pays."""
        known = account.cards.get(card)
        if not card.startswith(account.name + "/cards/"):
            return [Problem("I2", f"foreign card {card} {what}")]
        if known is None:
            return [Problem("I2", f"unknown card {card} {what}")]
        return [] if known.live else [Problem("I2", f"removed card {card} {what}")]

    def _card_removed(self, account, fact, event, unused_request):
        card = account.cards.get(fact.card)
        if card is None or not card.live:
            return [Problem("FOLD", f"{fact.card} removed, but it is not a live card")]
        problems = [Problem("I3", f"{fact.card} removed while {each.name} holds it")
                    for each in account.named_by(fact.card)
                    if each.state in account.policy.holding_states | ALWAYS_HOLDING]
        now = microseconds(event.commit_time)
        card.live, card.updated, card.etag = False, now, event.position
        for name in fact.detached_subscriptions:
            subscription = account.subscriptions.get(name)
            if subscription is None or subscription.card != fact.card:
                problems.append(Problem("FOLD", f"{name} detached, but it did not name the card"))
                continue
            subscription.card = ""
            subscription.updated, subscription.etag = now, event.position
        return problems + [Problem("I1", f"{each.name} keeps the removed {fact.card}")
                           for each in account.named_by(fact.card)]

    def _subscription_created(self, account, fact, event, unused_request):
        made, now = fact.subscription, microseconds(event.commit_time)
        if made.name in account.subscriptions:
            return [Problem("FOLD", f"{made.name} created twice")]
        problems = self._assignable(account, made.card, "given") if made.card else []
        account.subscriptions[made.name] = Subscription(
            made.name, made.display_name, made.kind, made.card, now, now, event.position, now)
        return problems

    def _subscription_updated(self, account, fact, event, unused_request):
        return self._change(account, fact.subscription.name, event, LIVE_STATES,
                            display_name=fact.subscription.display_name)

    def _billing_profile_changed(self, account, fact, unused_event, unused_request):
        return [Problem("FOLD", f"{fact.subscription} in {account.name}: no profile exists")]

    def _subscription_disabled(self, account, fact, event, unused_request):
        return self._change(account, fact.subscription, event, ALWAYS_HOLDING,
                            state=pb.SUBSCRIPTION_STATE_DISABLED,
                            inactive_since=microseconds(event.commit_time),
                            disabled_by_platform=event.principal != account.administrator)

    def _subscription_cancelled(self, account, fact, event, unused_request):
        subscription = account.subscriptions.get(fact.subscription)
        leaves = subscription is not None and subscription.state in ALWAYS_HOLDING
        since = microseconds(event.commit_time) if leaves else None
        changes = {"inactive_since": since} if leaves else {}
        return self._change(account, fact.subscription, event,
                            ALWAYS_HOLDING | {pb.SUBSCRIPTION_STATE_DISABLED},
                            state=pb.SUBSCRIPTION_STATE_CANCELLED, **changes)

    def _subscription_reactivated(self, account, fact, event, unused_request):
        return self._change(account, fact.subscription, event,
                            LIVE_STATES - ALWAYS_HOLDING, state=pb.SUBSCRIPTION_STATE_ACTIVE,
                            disabled_by_platform=False)

    def _subscription_deleted(self, account, fact, event, unused_request):
        return self._change(account, fact.subscription, event,
                            LIVE_STATES - ALWAYS_HOLDING, state=pb.SUBSCRIPTION_STATE_DELETED,
                            card="")

    @staticmethod
    def _change(account, name, event, states, **changes):
        """Changes a subscription that must be in one of `states`."""
        subscription = account.subscriptions.get(name)
        if subscription is None:
            return [Problem("FOLD", f"{event.type} of {name}, which does not exist")]
        problems = [] if subscription.state in states else [
            Problem("FOLD", f"{event.type} of {name} in state {subscription.state}")]
        for field, value in changes.items():
            setattr(subscription, field, value)
        subscription.updated, subscription.etag = microseconds(event.commit_time), event.position
        return problems


def check(state):
    """I1 and I2 over everything there is, whatever led to it."""
    return [Problem("I2", f"{each.name} names {each.card}, which is not a live card of its account")
            for account in state.accounts.values()
            for each in account.live_subscriptions()
            if each.card and not (each.card in account.cards and account.cards[each.card].live)]


def fold(events):
    """The state that `events` lead to, and [(position, Problem)]."""
    state, problems = State(), []
    for event in events:
        problems += [(event.position, problem) for problem in state.apply(event)]
    return state, problems

"""A slow, separately written model: what a list of public events amounts to.

Written from the design page "The domain", not from the server. What a fact is about is in
model_cards.py, model_accounts.py, model_payments.py and model_transfers.py; here is how
they are applied, and what must hold whatever led to it.
"""
from model_accounts import AccountFacts
from model_cards import CardFacts
from model_payments import PaymentFacts
from model_transfers import TransferFacts
from things import Problem
from wire import pb

_CHANGE_NOTHING = ("command_refused", "nothing_changed")


class State(AccountFacts, CardFacts, PaymentFacts, TransferFacts):
    """Every account, as the facts applied so far leave it."""

    def __init__(self):
        self.accounts = {}

    def account_of(self, name):
        """The account that a full resource name lies in, or None."""
        return self.accounts.get("/".join(name.split("/")[:2]))

    def transfer(self, name):
        account = self.account_of(name)
        return account.transfers.get(name) if account else None

    def apply(self, event, request=None):
        """Applies one fact; the rules that it breaks.

        `request` is the command's request where it is known: the only source of what
        history never shows (token, fingerprint).
        """
        kind = event.WhichOneof("data")
        if kind is None:
            return [Problem("FOLD", f"no data in a {event.type}")]
        if kind in _CHANGE_NOTHING:
            return []
        if kind == "billing_account_created":
            return self._billing_account_created(event)
        account = self.accounts.get(event.billing_account)
        if account is None:
            return [Problem("FOLD", f"{event.type} in {event.billing_account}, which is not open")]
        return getattr(self, "_" + kind)(account, getattr(event, kind), event, request)


def check(account):
    """What holds wherever a command ends, whatever led to it: I1, I2, and who is past due."""
    problems = []
    owing = {each.subscription for each in account.charges.values() if each.past_due}
    for each in account.live_subscriptions():
        problems += _one_method(account, each) + _debt_shows(each, each.name in owing)
    for each in account.profiles.values():
        problems += _profile_pays(account, each)
    if account.settling:
        problems += [Problem("I4", f"the settlement forgot {each.name}")
                     for each in account.named_by(account.settling)
                     + account.profiles_on(account.settling)]
        account.settling = ""
    return problems + [
        Problem("TRANSFER", f"{each.name} arrived at {each.arrived_at} and never left")
        for each in account.transfers.values()
        if each.arrived_at and each.state != pb.TRANSFER_STATE_ACCEPTED]


def _one_method(account, subscription):
    """I1, I2: a live card of the account, invoice, its profile's, or none."""
    methods = [bool(subscription.card), subscription.by_invoice, bool(subscription.profile)]
    if sum(methods) > 1:
        return [Problem("I1", f"{subscription.name} has more than one payment method")]
    if bool(subscription.profile) != account.by_profile:
        return [Problem("I1", f"{subscription.name} pays the other agreement's way")]
    if subscription.profile and subscription.profile not in account.profiles:
        return [Problem("I2", f"{subscription.name} is billed to the foreign or unknown "
                        f"{subscription.profile}")]
    card = account.card_of(subscription)
    return [] if not card or _live(account, card) else [
        Problem("I2", f"{subscription.name} names {card}, not a live card of its account")]


def _profile_pays(account, profile):
    if not profile.active:
        return [Problem("I1", f"the inactive {profile.name} pays")] * bool(
            profile.card or profile.by_invoice)
    if bool(profile.card) == profile.by_invoice:
        return [Problem("I1", f"{profile.name} has not exactly one payment method")]
    return [] if not profile.card or _live(account, profile.card) else [
        Problem("I2", f"{profile.name} names {profile.card}, not a live card of its account")]


def _live(account, card):
    return card in account.cards and account.cards[card].live


def _debt_shows(subscription, owes):
    """ACTIVE: nothing of it is past due. PAST_DUE: something is."""
    if owes and subscription.state == pb.SUBSCRIPTION_STATE_ACTIVE:
        return [Problem("DUE", f"{subscription.name} is ACTIVE, and a charge of it is past due")]
    if not owes and subscription.state == pb.SUBSCRIPTION_STATE_PAST_DUE:
        return [Problem("DUE", f"{subscription.name} is PAST_DUE, and nothing of it is")]
    return []


def fold(events):
    """The state that `events` lead to, and [(position, Problem)]."""
    state, problems = State(), []
    for event in events:
        problems += [(event.position, problem) for problem in state.apply(event)]
    return state, problems

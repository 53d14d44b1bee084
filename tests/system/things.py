"""What an account is made of, as plain values: the checker's own words.

Names are full names, times are microseconds since 1970, and an amount is an exact number
of billionths of the currency's unit. Every question is answered by looking at everything
there is.
"""
import collections
import dataclasses
import datetime

from wire import pb

LIVE_STATES = frozenset({pb.SUBSCRIPTION_STATE_ACTIVE, pb.SUBSCRIPTION_STATE_PAST_DUE,
                         pb.SUBSCRIPTION_STATE_DISABLED, pb.SUBSCRIPTION_STATE_CANCELLED})
ALWAYS_HOLDING = frozenset({pb.SUBSCRIPTION_STATE_ACTIVE, pb.SUBSCRIPTION_STATE_PAST_DUE})
UNPAID_STATES = frozenset({pb.CHARGE_STATE_PENDING, pb.CHARGE_STATE_PAST_DUE})
OFFER_US = 15 * 86_400 * 1_000_000
RETENTION_US = 90 * 86_400 * 1_000_000

# One broken rule: a name (I1 to I4, DUE, DETACH, TRANSFER, RETENTION, FOLD), and what is
# wrong in words.
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


def amount_of(money):
    """A google.type.Money in billionths of its unit."""
    return money.units * 1_000_000_000 + money.nanos


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
    profile: str
    created: int
    updated: int
    etag: int
    active_since: int
    by_invoice: bool = False
    state: int = pb.SUBSCRIPTION_STATE_ACTIVE
    inactive_since: int = 0  # when it last left ACTIVE or PAST_DUE
    disabled_by_platform: bool = False

    @property
    def live(self):
        return self.state in LIVE_STATES

    @property
    def platform_holds(self):
        """An operator or the biller disabled it, and nobody of them reactivated it since."""
        return self.disabled_by_platform and self.state in LIVE_STATES - ALWAYS_HOLDING


@dataclasses.dataclass
class Profile:
    name: str
    display_name: str
    card: str
    created: int
    updated: int
    etag: int
    active_since: int
    by_invoice: bool = False
    active: bool = True


@dataclasses.dataclass
class Charge:
    name: str
    subscription: str
    profile: str
    card: str  # the card that paid when it was recorded
    paying_profile: str  # and the profile that had it
    amount: int
    due: int  # 0: none
    created: int
    updated: int
    etag: int
    state: int = pb.CHARGE_STATE_PENDING
    codes: tuple = ("", "")  # network and advice, of the last decline
    meaning: tuple = (0, 0)  # DeclineReason and DeclineKind of the last decline
    declined_at: int = 0  # position of the last decline
    reports: set = dataclasses.field(default_factory=set)  # (reference, outcome)

    @property
    def past_due(self):
        return self.state == pb.CHARGE_STATE_PAST_DUE

    @property
    def unpaid(self):
        return self.state in UNPAID_STATES


@dataclasses.dataclass
class Transfer:
    name: str
    subscription: str
    to_account: str
    sent: int
    expires: int
    etag: int
    state: int = pb.TRANSFER_STATE_PENDING
    to_subscription: str = ""
    arrived_at: int = 0  # position of SubscriptionTransferredIn

    def state_at(self, now):
        """A deadline has passed when now >= deadline, whether recorded or not."""
        if self.state == pb.TRANSFER_STATE_PENDING and now >= self.expires:
            return pb.TRANSFER_STATE_EXPIRED
        return self.state


@dataclasses.dataclass
class Account:
    name: str
    agreement: int
    administrator: str
    country: str
    currency: str
    display_name: str
    business: bool
    policy: Policy
    created: int
    etag: int
    invoice_payment: int = pb.INVOICE_PAYMENT_STATE_NONE
    roles: set = dataclasses.field(default_factory=set)  # (principal, role, profile or "")
    cards: dict = dataclasses.field(default_factory=dict)
    subscriptions: dict = dataclasses.field(default_factory=dict)
    profiles: dict = dataclasses.field(default_factory=dict)
    charges: dict = dataclasses.field(default_factory=dict)
    transfers: dict = dataclasses.field(default_factory=dict)  # those sent
    # Reference of a settlement → (failed card, paying card, amount, who asked for it).
    captures: dict = dataclasses.field(default_factory=dict)
    settling: str = ""  # the failed card of a settlement whose command has not ended

    @property
    def by_profile(self):
        return self.agreement == pb.AGREEMENT_CUSTOMER_AGREEMENT

    def live_cards(self):
        return [card for card in self.cards.values() if card.live]

    def live_subscriptions(self):
        return [each for each in self.subscriptions.values() if each.live]

    def active_profiles(self):
        return [each for each in self.profiles.values() if each.active]

    def card_of(self, subscription):
        """The card that pays for a subscription: its own, or its profile's."""
        if not subscription.profile:
            return subscription.card
        profile = self.profiles.get(subscription.profile)
        return profile.card if profile else ""

    def named_by(self, card):
        """Live subscriptions that `card` (a full name) pays for, by id."""
        return sorted((each for each in self.live_subscriptions() if self.card_of(each) == card),
                      key=lambda each: each.name)

    def billed_to(self, profile):
        """Live subscriptions that are billed to a profile, by id."""
        return sorted((each for each in self.live_subscriptions() if each.profile == profile),
                      key=lambda each: each.name)

    def holds(self, subscription, policy=None):
        return subscription.state in (policy or self.policy).holding_states

    def holders(self, card, policy=None):
        """Those that keep a card from being removed."""
        return [each for each in self.named_by(card) if self.holds(each, policy)]

    def profiles_on(self, card):
        """ACTIVE profiles that pay with a card, by id."""
        return sorted((each for each in self.active_profiles() if each.card == card),
                      key=lambda each: each.name)

    def unpaid_on(self, card):
        return [each for each in self.charges.values() if each.unpaid and each.card == card]

    def unpaid_by(self, profile):
        return [each for each in self.charges.values()
                if each.unpaid and each.paying_profile == profile]

    def past_due(self, cards=None):
        """Past-due charges, by id: all, or those on some cards."""
        return sorted((each for each in self.charges.values()
                       if each.past_due and (cards is None or each.card in cards)),
                      key=lambda each: each.name)

    def balance(self, card=""):
        """(pending, past due, names of the unpaid charges: past due ones first, each by id)
        of the whole account, or of one card."""
        unpaid = sorted((each for each in self.charges.values()
                         if each.unpaid and card in ("", each.card)),
                        key=lambda each: (not each.past_due, each.name))
        return (sum(each.amount for each in unpaid if not each.past_due),
                sum(each.amount for each in unpaid if each.past_due),
                [each.name for each in unpaid])

    def past_due_of(self, subscription):
        return [each for each in self.past_due() if each.subscription == subscription]

"""What a command must lead to: decided by the model, to be compared with the log.

A decision is ("facts", [summary, …]), ("nothing",) or ("refused", reason, blockers,
blocker_count); a summary is a fact without what the server alone knows (times, ids that
it made).
"""
from model import expired, policy_of
from wire import pb

LIVE_SUBSCRIPTIONS_MAX = 2_000
RETENTION_US = 90 * 86_400 * 1_000_000

# Blockers in the order of the design page, by what a holding subscription is.
_BLOCKERS = ("CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION", "RECURRING_CHARGES",
             "RESERVED_INSTANCES", "CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION",
             "LAST_PAYMENT_METHOD_REQUIRED")


def refused(reason, blockers=()):
    return ("refused", reason, tuple(blockers[:20]), len(blockers))


def blocker_of(subscription):
    if subscription.state in (pb.SUBSCRIPTION_STATE_DISABLED, pb.SUBSCRIPTION_STATE_CANCELLED):
        return _BLOCKERS[0]
    if subscription.kind in (pb.SUBSCRIPTION_KIND_SUPPORT_PLAN, pb.SUBSCRIPTION_KIND_SAVINGS_PLAN):
        return _BLOCKERS[1]
    if subscription.kind == pb.SUBSCRIPTION_KIND_RESERVATION:
        return _BLOCKERS[2]
    return _BLOCKERS[3]


def blockers_of(account, card, policy=None):
    """Everything in the way of removing `card`: [(type, subject)], in order."""
    found = [(blocker_of(each), each.name) for each in account.holders(card, policy)]
    live = account.live_cards()
    if (policy or account.policy).require_payment_method and [each.name for each in live] == [card]:
        found.append((_BLOCKERS[4], account.name))
    return sorted(found, key=lambda each: (_BLOCKERS.index(each[0]), each[1].encode()))


class Judge:
    """Decides one command against the state before it."""

    def __init__(self, state, principal, roles, now):
        self._state, self._principal, self._now = state, principal, now
        self._roles = frozenset(roles)

    def decide(self, method, request):
        account = self._account_of(method, request)
        if not self._may(method, request, account):
            return refused("ROLE_REQUIRED")
        if method == "CreateBillingAccount":
            return self._create_billing_account(request)
        if account is None:
            return refused("BILLING_ACCOUNT_NOT_FOUND")
        # CamelCase to snake_case: SetActive is judged by _set_active.
        name = "".join("_" + letter.lower() if letter.isupper() else letter for letter in method)
        return getattr(self, name)(account, request)

    def _account_of(self, method, request):
        named = {"AddCard": "parent", "CreateSubscription": "parent", "SetActive": "subscription"}
        if method == "CreateBillingAccount":
            return None
        if method == "UpdateCard":
            name = request.card.name
        elif method == "UpdateSubscription":
            name = request.subscription.name
        else:
            name = getattr(request, named.get(method, "name"))
        return self._state.accounts.get("/".join(name.split("/")[:2]))

    def _may(self, method, request, account):
        administrator = account is not None and account.administrator == self._principal
        if method in ("CreateBillingAccount", "SetPolicy"):
            return "operator" in self._roles
        if method in ("AddCard", "UpdateCard", "RemoveCard", "SetActive"):
            return administrator
        if self._roles & {"operator", "biller"}:
            return True
        if method in ("DisableSubscription", "DeleteSubscription") or not administrator:
            return False
        if method == "CreateSubscription":
            return True
        name = request.subscription.name if method == "UpdateSubscription" else request.name
        subscription = account.subscriptions.get(name)
        return not (subscription and subscription.disabled_by_platform
                    and subscription.state == pb.SUBSCRIPTION_STATE_DISABLED)

    def _create_billing_account(self, request):
        name = f"billingAccounts/{request.billing_account_id}"
        if name in self._state.accounts:
            return refused("BILLING_ACCOUNT_ALREADY_EXISTS")
        return ("facts", [("BillingAccountCreated", name)])

    @staticmethod
    def _stale(request, thing):
        return bool(request.etag) and thing is not None and request.etag != f'"{thing.etag}"'

    def _set_policy(self, account, request):
        if self._stale(request, account):
            return refused("ETAG_MISMATCH")
        policy = policy_of(request.policy)
        if policy == account.policy:
            return ("nothing",)
        return ("facts", [("PolicyChanged", account.name, policy)])

    def _add_card(self, account, request):
        if request.subscription and request.subscription not in account.subscriptions:
            return refused("SUBSCRIPTION_NOT_FOUND")
        card, name = request.card, f"{account.name}/cards/{request.card_id}"
        live = account.live_cards()
        same = [each for each in live if each.token == card.token
                or (card.fingerprint and each.fingerprint == card.fingerprint)]
        if name in account.cards or same:
            return refused("CARD_ALREADY_EXISTS")
        reason = self._unacceptable(account, card)
        if reason:
            return refused(reason)
        if len(live) >= account.policy.max_cards:
            return refused("CARD_LIMIT_REACHED")
        added = ("CardAdded", name, request.subscription)
        if not request.set_active:
            return ("facts", [added])
        selected = account.subscriptions[request.subscription]
        reason = self._unassignable(account, selected)
        if reason:
            return refused(reason)
        return ("facts", [added, self._cascade(account, selected, name,
                                               pb.CHANGE_CAUSE_ADD_CARD)])

    def _unacceptable(self, account, card):
        if expired(card.expiry.year, card.expiry.month, self._now):
            return "CARD_EXPIRED"
        if card.funding == pb.FUNDING_PREPAID or card.virtual:
            return "CARD_TYPE_NOT_SUPPORTED"
        if card.funding == pb.FUNDING_DEBIT and account.country in ("HK", "BR"):
            return "DEBIT_NOT_SUPPORTED_IN_COUNTRY"
        if account.country == "IN" and card.brand not in (pb.BRAND_VISA, pb.BRAND_MASTERCARD):
            return "CARD_BRAND_NOT_SUPPORTED_IN_COUNTRY"
        if account.policy.require_card_country_match and card.country != account.country:
            return "CARD_COUNTRY_MISMATCH"
        return None

    @staticmethod
    def _unassignable(account, subscription):
        if account.agreement == pb.AGREEMENT_CUSTOMER_AGREEMENT:
            return "PAYMENT_METHOD_BELONGS_TO_BILLING_PROFILE"
        if subscription.state == pb.SUBSCRIPTION_STATE_DELETED:
            return "SUBSCRIPTION_DELETED"
        if subscription.state == pb.SUBSCRIPTION_STATE_TRANSFERRED:
            return "SUBSCRIPTION_TRANSFERRED"
        return None

    @staticmethod
    def _cascade(account, selected, card, cause):
        group = account.named_by(selected.card) if selected.card else [selected]
        if account.policy.cascade_all:
            group = account.live_subscriptions()
        moves = tuple(sorted((each.name, each.card) for each in group if each.card != card))
        return ("ActiveCardChanged", selected.name, card, moves, cause)

    def _card_errors(self, account, name):
        card = account.cards[name]
        if not card.live:
            return "CARD_REMOVED"
        return "CARD_EXPIRED" if card.expired(self._now) else None

    def _set_active(self, account, request):
        selected = account.subscriptions.get(request.subscription)
        if self._stale(request, selected):
            return refused("ETAG_MISMATCH")
        if selected is None:
            return refused("SUBSCRIPTION_NOT_FOUND")
        expected = request.expected_current_card
        if request.card not in account.cards or (expected and expected not in account.cards):
            return refused("CARD_NOT_FOUND")
        reason = self._unassignable(account, selected) or self._card_errors(account, request.card)
        if reason:
            return refused(reason)
        if expected and expected != selected.card:
            return refused("ACTIVE_CARD_CHANGED")
        change = self._cascade(account, selected, request.card, pb.CHANGE_CAUSE_SET_ACTIVE)
        return ("facts", [change]) if change[3] else ("nothing",)

    def _update_card(self, account, request):
        card = account.cards.get(request.card.name)
        if self._stale(request, card):
            return refused("ETAG_MISMATCH")
        if card is None:
            return refused("CARD_NOT_FOUND")
        paths = tuple(sorted(request.update_mask.paths))
        if set(paths) - {"holder_name", "billing_address", "expiry"}:
            return refused("CARD_NUMBER_IMMUTABLE")
        if not card.live:
            return refused("CARD_REMOVED")
        expiry = (request.card.expiry.year, request.card.expiry.month)
        if "expiry" in paths and expired(*expiry, self._now):
            return refused("CARD_EXPIRED")
        if paths == ("expiry",) and expiry == card.expiry:
            return ("nothing",)
        return ("facts", [("CardUpdated", card.name, paths)])

    def _remove_card(self, account, request):
        card = account.cards.get(request.name)
        if self._stale(request, card):
            return refused("ETAG_MISMATCH")
        if card is None or not card.live:
            return refused("CARD_NOT_FOUND")
        blockers = blockers_of(account, card.name)
        if blockers:
            return refused("CARD_NOT_REMOVABLE", blockers)
        detached = tuple(each.name for each in account.named_by(card.name))
        return ("facts", [("CardRemoved", card.name, detached)])

    def _create_subscription(self, account, request):
        wanted = request.subscription
        name = f"{account.name}/subscriptions/{request.subscription_id}"
        if wanted.card and wanted.card not in account.cards:
            return refused("CARD_NOT_FOUND")
        profiles = account.agreement == pb.AGREEMENT_CUSTOMER_AGREEMENT
        if wanted.billing_profile and profiles:
            return refused("BILLING_PROFILE_NOT_FOUND")
        if name in account.subscriptions:
            return refused("SUBSCRIPTION_ALREADY_EXISTS")
        if len(account.live_subscriptions()) >= LIVE_SUBSCRIPTIONS_MAX:
            return refused("SUBSCRIPTION_LIMIT_REACHED")
        if wanted.card if profiles else wanted.billing_profile:
            return refused("AGREEMENT_NOT_SUPPORTED")
        if profiles:
            return refused("BILLING_PROFILE_REQUIRED")
        reason = self._card_errors(account, wanted.card) if wanted.card else None
        if reason:
            return refused(reason)
        kind = wanted.kind or pb.SUBSCRIPTION_KIND_CONSUMPTION
        return ("facts", [("SubscriptionCreated", name, wanted.display_name, kind, wanted.card)])

    def _update_subscription(self, account, request):
        subscription = account.subscriptions.get(request.subscription.name)
        if self._stale(request, subscription):
            return refused("ETAG_MISMATCH")
        if subscription is None:
            return refused("SUBSCRIPTION_NOT_FOUND")
        if not subscription.live:
            return refused("SUBSCRIPTION_DELETED")
        wanted = request.subscription.display_name
        if wanted == subscription.display_name:
            return ("nothing",)
        return ("facts", [("SubscriptionUpdated", subscription.name, wanted)])

    def _lifecycle(self, account, request, fact, sources, target):
        subscription = account.subscriptions.get(request.name)
        if self._stale(request, subscription):
            return refused("ETAG_MISMATCH")
        if subscription is None:
            return refused("SUBSCRIPTION_NOT_FOUND")
        if subscription.state == target:
            return ("nothing",)
        if subscription.state not in sources:
            return refused("INVALID_SUBSCRIPTION_STATE")
        card = account.cards.get(subscription.card)
        if target == pb.SUBSCRIPTION_STATE_ACTIVE and (card is None or card.expired(self._now)):
            return refused("NO_USABLE_PAYMENT_METHOD")
        if (target == pb.SUBSCRIPTION_STATE_DELETED
                and self._now < subscription.inactive_since + RETENTION_US):
            return refused("RETENTION_PERIOD_ACTIVE")
        return ("facts", [(fact, subscription.name)])

    def _disable_subscription(self, account, request):
        return self._lifecycle(account, request, "SubscriptionDisabled",
                               {pb.SUBSCRIPTION_STATE_ACTIVE, pb.SUBSCRIPTION_STATE_PAST_DUE},
                               pb.SUBSCRIPTION_STATE_DISABLED)

    def _cancel_subscription(self, account, request):
        return self._lifecycle(account, request, "SubscriptionCancelled",
                               {pb.SUBSCRIPTION_STATE_ACTIVE, pb.SUBSCRIPTION_STATE_PAST_DUE,
                                pb.SUBSCRIPTION_STATE_DISABLED},
                               pb.SUBSCRIPTION_STATE_CANCELLED)

    def _reactivate_subscription(self, account, request):
        return self._lifecycle(account, request, "SubscriptionReactivated",
                               {pb.SUBSCRIPTION_STATE_DISABLED, pb.SUBSCRIPTION_STATE_CANCELLED},
                               pb.SUBSCRIPTION_STATE_ACTIVE)

    def _delete_subscription(self, account, request):
        return self._lifecycle(account, request, "SubscriptionDeleted",
                               {pb.SUBSCRIPTION_STATE_DISABLED, pb.SUBSCRIPTION_STATE_CANCELLED},
                               pb.SUBSCRIPTION_STATE_DELETED)


def summary(event):
    """The summary of a recorded fact, in the form that a Judge gives."""
    kind = event.WhichOneof("data")
    fact = getattr(event, kind)
    if kind == "billing_account_created":
        return (event.type, fact.billing_account.name)
    if kind == "policy_changed":
        return (event.type, fact.billing_account, policy_of(fact.policy))
    if kind == "card_added":
        return (event.type, fact.card.name, fact.subscription)
    if kind == "card_updated":
        return (event.type, fact.card.name, tuple(sorted(fact.update_mask.paths)))
    if kind == "active_card_changed":
        moves = tuple((move.subscription, move.previous_card) for move in fact.moves)
        return (event.type, fact.selected_subscription, fact.card, moves, fact.cause)
    if kind == "card_removed":
        return (event.type, fact.card, tuple(fact.detached_subscriptions))
    if kind == "subscription_created":
        made = fact.subscription
        return (event.type, made.name, made.display_name, made.kind, made.card)
    if kind == "subscription_updated":
        return (event.type, fact.subscription.name, fact.subscription.display_name)
    return (event.type, fact.subscription)


def recorded(events):
    """The decision that the records of one command show."""
    first = events[0]
    kind = first.WhichOneof("data")
    if kind == "nothing_changed":
        return ("nothing",)
    if kind == "command_refused":
        refusal = first.command_refused
        return ("refused", refusal.reason,
                tuple((each.type, each.subject) for each in refusal.blockers),
                refusal.blocker_count)
    return ("facts", [summary(event) for event in events])


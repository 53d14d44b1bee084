"""The rules of subscriptions: how they are made, billed, stopped and started."""
from things import RETENTION_US
from verdicts import NOTHING, facts, refused
from wire import pb

LIVE_SUBSCRIPTIONS_MAX = 2_000


class SubscriptionRules:
    """Part of rules.Judge."""

    @staticmethod
    def _ended(subscription):
        return {pb.SUBSCRIPTION_STATE_DELETED: "SUBSCRIPTION_DELETED",
                pb.SUBSCRIPTION_STATE_TRANSFERRED: "SUBSCRIPTION_TRANSFERRED",
                }.get(subscription.state)

    @staticmethod
    def _unfound_method(account, card, profile):
        """Why a new subscription's payment method is not found."""
        if card and card not in account.cards:
            return "CARD_NOT_FOUND"
        # Under pay-as-you-go no profile can be there: the agreement answers, later.
        ours = profile.startswith(account.name + "/")
        if profile and profile not in account.profiles and (account.by_profile or not ours):
            return "BILLING_PROFILE_NOT_FOUND"
        return None

    def _uncreatable(self, account, name, card, profile):
        """Why a subscription whose payment method was found cannot be."""
        if name in account.subscriptions:
            return "SUBSCRIPTION_ALREADY_EXISTS"
        if len(account.live_subscriptions()) >= LIVE_SUBSCRIPTIONS_MAX:
            return "SUBSCRIPTION_LIMIT_REACHED"
        if card if account.by_profile else profile:
            return "AGREEMENT_NOT_SUPPORTED"
        if account.by_profile and not profile:
            return "BILLING_PROFILE_REQUIRED"
        if profile and not account.profiles[profile].active:
            return "BILLING_PROFILE_INACTIVE"
        return self._card_errors(account, card) if card else None

    def _create_subscription(self, account, request):
        wanted = request.subscription
        card, profile = wanted.card, wanted.billing_profile
        name = f"{account.name}/subscriptions/{request.subscription_id}"
        reason = (self._unfound_method(account, card, profile)
                  or self._uncreatable(account, name, card, profile))
        if reason:
            return refused(reason)
        kind = wanted.kind or pb.SUBSCRIPTION_KIND_CONSUMPTION
        return facts(("SubscriptionCreated", name, wanted.display_name, kind, card, profile))

    def _update_subscription(self, account, request):
        subscription = account.subscriptions.get(request.subscription.name)
        if self._stale(request, subscription):
            return refused("ETAG_MISMATCH")
        if subscription is None:
            return refused("SUBSCRIPTION_NOT_FOUND")
        if self._ended(subscription):
            return refused(self._ended(subscription))
        wanted = request.subscription.display_name
        if wanted == subscription.display_name:
            return NOTHING
        return facts(("SubscriptionUpdated", subscription.name, wanted))

    def _change_billing_profile(self, account, request):
        subscription = account.subscriptions.get(request.name)
        if self._stale(request, subscription):
            return refused("ETAG_MISMATCH")
        if subscription is None:
            return refused("SUBSCRIPTION_NOT_FOUND")
        if not account.by_profile:
            return refused("AGREEMENT_NOT_SUPPORTED")  # no profile can be there
        if request.billing_profile not in account.profiles:
            return refused("BILLING_PROFILE_NOT_FOUND")
        if self._ended(subscription):
            return refused(self._ended(subscription))
        if not account.profiles[request.billing_profile].active:
            return refused("BILLING_PROFILE_INACTIVE")
        if subscription.profile == request.billing_profile:
            return NOTHING
        return facts(("BillingProfileChanged", subscription.name, request.billing_profile,
                      subscription.profile))

    def _can_pay(self, account, subscription):
        profile = account.profiles.get(subscription.profile)
        if subscription.profile and not profile.active:
            return False
        if subscription.by_invoice or (profile and profile.by_invoice):
            return True
        card = account.card_of(subscription)
        return bool(card) and not self._card_errors(account, card)

    def _lifecycle(self, account, request, fact, sources, target):
        subscription = account.subscriptions.get(request.name)
        if self._stale(request, subscription):
            return refused("ETAG_MISMATCH")
        if subscription is None:
            return refused("SUBSCRIPTION_NOT_FOUND")
        if subscription.state == target:
            return NOTHING
        if subscription.state not in sources:
            return refused("INVALID_SUBSCRIPTION_STATE")
        if target == pb.SUBSCRIPTION_STATE_ACTIVE:
            if account.past_due_of(subscription.name):
                return refused("OUTSTANDING_CHARGES")
            if not self._can_pay(account, subscription):
                return refused("NO_USABLE_PAYMENT_METHOD")
        if (target == pb.SUBSCRIPTION_STATE_DELETED
                and self._now < subscription.inactive_since + RETENTION_US):
            return refused("RETENTION_PERIOD_ACTIVE")
        return facts((fact, subscription.name))

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

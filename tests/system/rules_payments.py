"""The rules of billing profiles, charges, payments and settlements."""
import blockers
from declines import meaning_of
from things import amount_of
from verdicts import NOTHING, facts, refused
from wire import pb

PROFILES_MAX = 1_000
UNPAID_CHARGES_MAX = 5_000


class PaymentRules:
    """Part of rules.Judge."""

    def _create_billing_profile(self, account, request):
        wanted, name = (request.billing_profile,
                        f"{account.name}/billingProfiles/{request.billing_profile_id}")
        if wanted.card not in account.cards:
            return refused("CARD_NOT_FOUND")
        if not account.by_profile:
            return refused("AGREEMENT_NOT_SUPPORTED")
        if name in account.profiles:
            return refused("BILLING_PROFILE_ALREADY_EXISTS")
        if len(account.profiles) >= PROFILES_MAX:
            return refused("BILLING_PROFILE_LIMIT_REACHED")
        reason = self._card_errors(account, wanted.card)
        if reason:
            return refused(reason)
        return facts(("BillingProfileCreated", name, wanted.display_name, wanted.card))

    def _replace_payment_method(self, account, request):
        profile = account.profiles.get(request.name)
        if self._stale(request, profile):
            return refused("ETAG_MISMATCH")
        if profile is None:
            return refused("BILLING_PROFILE_NOT_FOUND")
        if request.card not in account.cards:
            return refused("CARD_NOT_FOUND")
        if not profile.active:
            return refused("BILLING_PROFILE_INACTIVE")
        reason = self._card_errors(account, request.card)
        if reason:
            return refused(reason)
        if profile.card == request.card:
            return NOTHING
        return facts(("PaymentMethodReplaced", profile.name, request.card, profile.card))

    def _detach_payment_method(self, account, request):
        profile = account.profiles.get(request.name)
        if self._stale(request, profile):
            return refused("ETAG_MISMATCH")
        if profile is None:
            return refused("BILLING_PROFILE_NOT_FOUND")
        if not profile.active:
            return NOTHING
        found = blockers.of_detach(account, profile.name)
        if found:
            return refused("PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH", found)
        return facts(("PaymentMethodDetached", profile.name, profile.card))

    def _record_charge(self, account, request):
        wanted, name = request.charge, f"{account.name}/charges/{request.charge_id}"
        subscription = account.subscriptions.get(wanted.subscription)
        profile = account.profiles.get(wanted.billing_profile)
        if wanted.amount.currency_code != account.currency:
            return refused("INVALID_REQUEST")
        if wanted.subscription and subscription is None:
            return refused("SUBSCRIPTION_NOT_FOUND")
        if wanted.billing_profile and profile is None:
            return refused("BILLING_PROFILE_NOT_FOUND")
        if name in account.charges:
            return refused("CHARGE_ALREADY_EXISTS")
        if subscription and self._ended(subscription):
            return refused(self._ended(subscription))
        if sum(each.unpaid for each in account.charges.values()) >= UNPAID_CHARGES_MAX:
            return refused("CHARGE_LIMIT_REACHED")
        card = account.card_of(subscription) if subscription else profile.card
        return facts(("ChargeRecorded", name, wanted.subscription, wanted.billing_profile, card,
                      subscription.profile if subscription else "", amount_of(wanted.amount)))

    @staticmethod
    def _charged(charge):
        """What every fact about a charge concerns."""
        return (charge.name, charge.card, charge.subscription, charge.paying_profile)

    @staticmethod
    def _became_current(account, charge):
        """What paying or voiding a charge means for its subscription."""
        subscription = account.subscriptions.get(charge.subscription)
        if (subscription is None or subscription.state != pb.SUBSCRIPTION_STATE_PAST_DUE
                or account.past_due_of(subscription.name) != [charge]):
            return []
        return [("SubscriptionBecameCurrent", subscription.name)]

    def _record_payment(self, account, request):
        charge = account.charges.get(request.name)
        if self._stale(request, charge):
            return refused("ETAG_MISMATCH")
        if charge is None:
            return refused("CHARGE_NOT_FOUND")
        reference = request.processor_reference
        if (reference, request.outcome) in charge.reports:
            return NOTHING
        if not charge.unpaid:
            return refused("CHARGE_ALREADY_PAID" if charge.state == pb.CHARGE_STATE_PAID
                           else "CHARGE_VOIDED")
        if request.outcome == pb.PAYMENT_OUTCOME_SUCCEEDED:
            return facts(("PaymentSucceeded", *self._charged(charge), reference),
                         *self._became_current(account, charge))
        codes = (request.network_code, request.advice_code)
        declined = [("PaymentDeclined", *self._charged(charge), reference, *codes,
                     *meaning_of(*codes))]
        subscription = account.subscriptions.get(charge.subscription)
        if subscription and subscription.state == pb.SUBSCRIPTION_STATE_ACTIVE:
            declined.append(("SubscriptionBecamePastDue", subscription.name))
        return facts(*declined)

    def _void_charge(self, account, request):
        charge = account.charges.get(request.name)
        if self._stale(request, charge):
            return refused("ETAG_MISMATCH")
        if charge is None:
            return refused("CHARGE_NOT_FOUND")
        if charge.state == pb.CHARGE_STATE_PAID:
            return refused("CHARGE_ALREADY_PAID")
        if charge.state == pb.CHARGE_STATE_VOIDED:
            return NOTHING
        return facts(("ChargeVoided", *self._charged(charge)), *self._became_current(account, charge))

    def _settle_balance(self, account, request):
        failed, paying = request.failed_card, request.paying_card
        if request.amount.currency_code != account.currency:
            return refused("INVALID_REQUEST")
        if failed not in account.cards or paying not in account.cards:
            return refused("CARD_NOT_FOUND")
        before = account.captures.get(request.processor_reference)
        if before is not None:
            same = (failed, paying, amount_of(request.amount), request.requested_by)
            return NOTHING if before == same else refused("SETTLEMENT_ALREADY_EXISTS")
        if not account.past_due((failed,)):
            return refused("NO_BALANCE_DUE")
        due = account.past_due((failed, paying))
        if amount_of(request.amount) != sum(each.amount for each in due):
            return refused("FULL_BALANCE_REQUIRED")
        reason = self._card_errors(account, paying)
        if reason:
            return refused(reason)
        settled = ("BalanceSettled", failed, paying, amount_of(request.amount),
                   tuple(each.name for each in due), request.processor_reference,
                   request.requested_by,
                   tuple(sorted({each.subscription for each in due if each.subscription})),
                   tuple(sorted({each.paying_profile for each in due if each.paying_profile})))
        return facts(settled, *self._all_current(account, due),
                     *self._settle_moves(account, failed, paying))

    @staticmethod
    def _all_current(account, settled):
        """The PAST_DUE subscriptions of which nothing else is past due, by id."""
        return [("SubscriptionBecameCurrent", name)
                for name in sorted({each.subscription for each in settled if each.subscription})
                if account.subscriptions[name].state == pb.SUBSCRIPTION_STATE_PAST_DUE
                and all(each in settled for each in account.past_due_of(name))]

    @staticmethod
    def _settle_moves(account, failed, paying):
        """The paying card takes the failed one's place."""
        if account.by_profile:
            return [("PaymentMethodReplaced", each.name, paying, failed)
                    for each in account.profiles_on(failed)]
        moves = tuple((each.name, failed) for each in account.named_by(failed))
        return [("ActiveCardChanged", "", paying, moves, pb.CHANGE_CAUSE_SETTLE)] if moves else []

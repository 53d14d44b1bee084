"""The rules of cards and of which card pays."""
import blockers
from things import expired
from verdicts import NOTHING, facts, refused
from wire import pb


class CardRules:
    """Part of rules.Judge."""

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
            return facts(added)
        selected = account.subscriptions[request.subscription]
        reason = self._unassignable(account, selected)
        if reason:
            return refused(reason)
        return facts(added, self._cascade(account, selected, name, pb.CHANGE_CAUSE_ADD_CARD))

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

    def _unassignable(self, account, subscription):
        if account.by_profile:
            return "PAYMENT_METHOD_BELONGS_TO_BILLING_PROFILE"
        if subscription.by_invoice and subscription.live:
            return "SWITCH_BACK_TO_CARD_NOT_ALLOWED"
        return self._ended(subscription)

    @staticmethod
    def _cascade(account, selected, card, cause):
        group = account.named_by(selected.card) if selected.card else [selected]
        if account.policy.cascade_all:
            group = [each for each in account.live_subscriptions() if not each.by_invoice]
        moves = tuple(sorted((each.name, each.card) for each in group if each.card != card))
        return ("ActiveCardChanged", selected.name, card, moves, cause)

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
        return facts(change) if change[3] else NOTHING

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
            return NOTHING
        return facts(("CardUpdated", card.name, paths))

    def _remove_card(self, account, request):
        card = account.cards.get(request.name)
        if self._stale(request, card):
            return refused("ETAG_MISMATCH")
        if card is None or not card.live:
            return refused("CARD_NOT_FOUND")
        found = blockers.of_removal(account, card.name)
        if found:
            return refused("CARD_NOT_REMOVABLE", found)
        detached = tuple(each.name for each in account.named_by(card.name))
        return facts(("CardRemoved", card.name, detached))

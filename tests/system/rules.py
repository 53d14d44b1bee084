"""What a command must lead to: decided by the model, to be compared with the log.

Written from the design page "The domain". Here is what all commands share; the rules of
each are in rules_accounts.py, rules_cards.py, rules_subscriptions.py, rules_payments.py and
rules_transfers.py.
"""
from rules_accounts import AccountRules
from rules_cards import CardRules
from rules_payments import PaymentRules
from rules_subscriptions import SubscriptionRules
from rules_transfers import TransferRules
from verdicts import refused
from who_may import may

# The field that names the command's subject, where it is not `name`.
_SUBJECTS = {
    "AddCard": "parent", "CreateSubscription": "parent", "CreateBillingProfile": "parent",
    "RecordCharge": "parent", "SettleBalance": "parent", "SetActive": "subscription",
    "SendTransfer": "subscription"}
_INSIDE = {"UpdateCard": "card", "UpdateSubscription": "subscription",
           "UpdateBillingAccount": "billing_account"}


def subject_of(method, request):
    """The full name that a command is about, or lies in."""
    if method == "CreateBillingAccount":
        return f"billingAccounts/{request.billing_account_id}"
    if method in _INSIDE:
        return getattr(request, _INSIDE[method]).name
    return getattr(request, _SUBJECTS.get(method, "name"))


def snake(name):
    """SetActive → set_active."""
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name)[1:]


class Judge(AccountRules, CardRules, SubscriptionRules, PaymentRules, TransferRules):
    """Decides one command against the state before it."""

    def __init__(self, state, principal, roles, now, on_behalf_of=""):
        self._state, self._now = state, now
        self._actor = on_behalf_of or principal
        # Somebody who acts for another has only that other's roles.
        self._roles = frozenset() if on_behalf_of else frozenset(roles)

    def decide(self, method, request):
        if method in ("AcceptTransfer", "DeclineTransfer"):
            return self._decide_received(method, request)
        subject = subject_of(method, request)
        account = self._state.account_of(subject)
        if not may(self._actor, self._roles, method, account, subject):
            return refused("ROLE_REQUIRED")
        if method == "CreateBillingAccount":
            return self._create_billing_account(request)
        if account is None:
            return refused("BILLING_ACCOUNT_NOT_FOUND")
        return getattr(self, "_" + snake(method))(account, request)

    @staticmethod
    def _stale(request, thing):
        """What is not there has no version."""
        return bool(request.etag) and thing is not None and request.etag != f'"{thing.etag}"'

    def _card_errors(self, account, name):
        """Of a card that is there: why it cannot pay."""
        card = account.cards[name]
        if not card.live:
            return "CARD_REMOVED"
        return "CARD_EXPIRED" if card.expired(self._now) else None

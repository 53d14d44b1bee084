"""An account as tests speak of it: by short ids, one line per command.

Every method answers the response, or a client.Refusal.
"""
import datetime

from client import ALICE, BILLER, OPERATOR
from wire import pb

THIS_YEAR = datetime.datetime.now(datetime.timezone.utc).year


def card(token, **fields):
    """A good card; `fields` replace its fields."""
    wanted = {
        "token": token, "brand": pb.BRAND_VISA, "funding": pb.FUNDING_CREDIT,
        "last_four": "4242", "expiry": pb.YearMonth(year=THIS_YEAR + 3, month=6),
        "country": "NL"}
    return pb.Card(**(wanted | fields))


def billing_account(**fields):
    """A good pay-as-you-go account; `fields` replace its fields."""
    wanted = {
        "display_name": "Contoso", "agreement": pb.AGREEMENT_PAY_AS_YOU_GO,
        "administrator": ALICE, "country": "NL", "currency": "EUR"}
    return pb.BillingAccount(**(wanted | fields))


STRICT = pb.Policy(holding_states=[
    pb.SUBSCRIPTION_STATE_ACTIVE, pb.SUBSCRIPTION_STATE_PAST_DUE,
    pb.SUBSCRIPTION_STATE_DISABLED, pb.SUBSCRIPTION_STATE_CANCELLED])


class Account:
    """One billing account, driven by its administrator unless said otherwise."""

    def __init__(self, client, account_id):
        self.client = client
        self.id = account_id
        self.name = f"billingAccounts/{account_id}"

    def card(self, card_id):
        """The full name of a card; empty stays empty."""
        return f"{self.name}/cards/{card_id}" if card_id else ""

    def subscription(self, subscription_id):
        return f"{self.name}/subscriptions/{subscription_id}" if subscription_id else ""

    def call(self, method, request, who=None):
        return self.client.call(method, request, **(who or {"principal": ALICE}))

    def open(self, **fields):
        request = pb.CreateBillingAccountRequest(billing_account_id=self.id,
                                                 billing_account=billing_account(**fields))
        return self.call("CreateBillingAccount", request, OPERATOR)

    def set_policy(self, policy, who=OPERATOR, **common):
        return self.call("SetPolicy",
                         pb.SetPolicyRequest(name=self.name, policy=policy, **common), who)

    def add_card_request(self, card_id, subscription="", set_active=False, fields=None, **common):
        wanted = {"token": f"vault-{self.id}-{card_id}"} | (fields or {})
        return pb.AddCardRequest(parent=self.name, card_id=card_id, card=card(**wanted),
                                 subscription=self.subscription(subscription),
                                 set_active=set_active, **common)

    def add_card(self, card_id, subscription="", set_active=False, who=None, fields=None, **common):
        return self.call("AddCard", self.add_card_request(card_id, subscription, set_active,
                                                          fields, **common), who)

    def update_card(self, card_id, *paths, who=None, fields=None, **common):
        request = pb.UpdateCardRequest(card=pb.Card(name=self.card(card_id), **(fields or {})),
                                       **common)
        request.update_mask.paths.extend(paths)
        return self.call("UpdateCard", request, who)

    def set_active_request(self, subscription, card_id, expected="", **common):
        return pb.SetActiveRequest(subscription=self.subscription(subscription),
                                   card=self.card(card_id),
                                   expected_current_card=self.card(expected), **common)

    def set_active(self, subscription, card_id, expected="", who=None, **common):
        return self.call("SetActive",
                         self.set_active_request(subscription, card_id, expected, **common), who)

    def remove_card_request(self, card_id, **common):
        return pb.RemoveCardRequest(name=self.card(card_id), **common)

    def remove_card(self, card_id, who=None, **common):
        return self.call("RemoveCard", self.remove_card_request(card_id, **common), who)

    def subscribe_request(self, subscription_id, card_id="", kind=pb.SUBSCRIPTION_KIND_CONSUMPTION,
                          **common):
        wanted = pb.Subscription(display_name=subscription_id, kind=kind, card=self.card(card_id))
        return pb.CreateSubscriptionRequest(parent=self.name, subscription_id=subscription_id,
                                            subscription=wanted, **common)

    def subscribe(self, subscription_id, card_id="", who=None, **options):
        return self.call("CreateSubscription",
                         self.subscribe_request(subscription_id, card_id, **options), who)

    def disable(self, subscription_id, who=BILLER, **common):
        return self._lifecycle("DisableSubscription", subscription_id, who, common)

    def cancel(self, subscription_id, who=None, **common):
        return self._lifecycle("CancelSubscription", subscription_id, who, common)

    def reactivate(self, subscription_id, who=None, **common):
        return self._lifecycle("ReactivateSubscription", subscription_id, who, common)

    def delete(self, subscription_id, who=BILLER, **common):
        return self._lifecycle("DeleteSubscription", subscription_id, who, common)

    def _lifecycle(self, method, subscription_id, who, common):
        request = getattr(pb, method + "Request")(name=self.subscription(subscription_id), **common)
        return self.call(method, request, who)

    def get_card(self, card_id, who=None):
        return self.call("GetCard", pb.GetCardRequest(name=self.card(card_id)), who)

    def get_subscription(self, subscription_id, who=None):
        return self.call("GetSubscription", pb.GetSubscriptionRequest(
            name=self.subscription(subscription_id)), who)

    def check_removal(self, card_id, who=None, **fields):
        return self.call("CheckRemoval",
                         pb.CheckRemovalRequest(name=self.card(card_id), **fields), who)

    def live_cards(self):
        """The ids of the live cards, in the order of the answer."""
        request = pb.ListCardsRequest(parent=self.name, page_size=500)
        return [short(row.name) for page in self.client.pages("ListCards", request)
                for row in page.cards]

    def pays(self):
        """{subscription id: card id} of every live subscription."""
        request = pb.ListCardsInUseRequest(parent=self.name, page_size=500)
        return {short(row.subscription): short(row.card)
                for page in self.client.pages("ListCardsInUse", request)
                for row in page.cards_in_use}

    def events(self, **filters):
        """The account's events, as the operator sees them."""
        request = pb.ListEventsRequest(parent=self.name, page_size=500, **filters)
        return [event for page in self.client.pages("ListEvents", request, **OPERATOR)
                for event in page.events]


def short(name):
    """The id at the end of a full name."""
    return name.rpartition("/")[2]


def head(client):
    """The position that readers see now."""
    request = pb.ListEventsRequest(parent="-", page_size=1, newest_first=True)
    return client.call("ListEvents", request, **OPERATOR).position

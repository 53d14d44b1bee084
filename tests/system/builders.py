"""An account as tests speak of it: by short ids, one line per command.

Every method answers the response, or a client.Refusal.
"""
import datetime

from client import ALICE, BILLER, OPERATOR, Refusal
from wire import Money, Timestamp, pb

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


def money(cents, currency="EUR"):
    """An amount in hundredths of the currency's unit."""
    return Money(currency_code=currency, units=cents // 100, nanos=cents % 100 * 10_000_000)


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

    def profile(self, profile_id):
        return f"{self.name}/billingProfiles/{profile_id}" if profile_id else ""

    def charge(self, charge_id):
        return f"{self.name}/charges/{charge_id}" if charge_id else ""

    def transfer(self, transfer_id):
        return f"{self.name}/transfers/{transfer_id}" if transfer_id else ""

    def call(self, method, request, who=None):
        return self.client.call(method, request, **(who or {"principal": ALICE}))

    def open(self, **fields):
        request = pb.CreateBillingAccountRequest(billing_account_id=self.id,
                                                 billing_account=billing_account(**fields))
        return self.call("CreateBillingAccount", request, OPERATOR)

    def update(self, who=OPERATOR, **fields):
        """Changes the account's own fields: those named by `fields`."""
        request = pb.UpdateBillingAccountRequest(
            billing_account=pb.BillingAccount(name=self.name, **fields))
        request.update_mask.paths.extend(fields)
        return self.call("UpdateBillingAccount", request, who)

    def grant(self, principal, role, profile="", who=None, **common):
        return self.call("GrantRole", pb.GrantRoleRequest(
            name=self.profile(profile) or self.name, principal=principal, role=role, **common), who)

    def revoke(self, principal, role, profile="", who=None, **common):
        return self.call("RevokeRole", pb.RevokeRoleRequest(
            name=self.profile(profile) or self.name, principal=principal, role=role, **common), who)

    def hand_over(self, principal, who=None, **common):
        return self.call("HandOverAdministrator", pb.HandOverAdministratorRequest(
            name=self.name, principal=principal, **common), who)

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
                          profile="", **common):
        wanted = pb.Subscription(display_name=subscription_id, kind=kind, card=self.card(card_id),
                                 billing_profile=self.profile(profile))
        return pb.CreateSubscriptionRequest(parent=self.name, subscription_id=subscription_id,
                                            subscription=wanted, **common)

    def subscribe(self, subscription_id, card_id="", who=None, **options):
        return self.call("CreateSubscription",
                         self.subscribe_request(subscription_id, card_id, **options), who)

    def rename_request(self, subscription_id, display_name, **common):
        request = pb.UpdateSubscriptionRequest(subscription=pb.Subscription(
            name=self.subscription(subscription_id), display_name=display_name), **common)
        request.update_mask.paths.append("display_name")
        return request

    def rename(self, subscription_id, display_name, who=None, **common):
        return self.call("UpdateSubscription",
                         self.rename_request(subscription_id, display_name, **common), who)

    def bill_to_request(self, subscription_id, profile_id, **common):
        return pb.ChangeBillingProfileRequest(name=self.subscription(subscription_id),
                                              billing_profile=self.profile(profile_id), **common)

    def bill_to(self, subscription_id, profile_id, who=None, **common):
        return self.call("ChangeBillingProfile",
                         self.bill_to_request(subscription_id, profile_id, **common), who)

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

    def create_profile_request(self, profile_id, card_id, **common):
        wanted = pb.BillingProfile(display_name=profile_id, card=self.card(card_id))
        return pb.CreateBillingProfileRequest(parent=self.name, billing_profile_id=profile_id,
                                              billing_profile=wanted, **common)

    def create_profile(self, profile_id, card_id, who=None, **common):
        return self.call("CreateBillingProfile",
                         self.create_profile_request(profile_id, card_id, **common), who)

    def replace_request(self, profile_id, card_id, **common):
        return pb.ReplacePaymentMethodRequest(name=self.profile(profile_id),
                                              card=self.card(card_id), **common)

    def replace(self, profile_id, card_id, who=None, **common):
        return self.call("ReplacePaymentMethod",
                         self.replace_request(profile_id, card_id, **common), who)

    def detach(self, profile_id, who=None, **common):
        return self.call("DetachPaymentMethod", pb.DetachPaymentMethodRequest(
            name=self.profile(profile_id), **common), who)

    def charge_request(self, charge_id, subscription="", profile="", cents=1000, currency="EUR",
                       due_seconds=0, **common):
        wanted = pb.Charge(subscription=self.subscription(subscription),
                           billing_profile=self.profile(profile), amount=money(cents, currency))
        if due_seconds:
            wanted.due_time.CopyFrom(Timestamp(seconds=due_seconds))
        return pb.RecordChargeRequest(parent=self.name, charge_id=charge_id, charge=wanted,
                                      **common)

    def record_charge(self, charge_id, subscription="", who=BILLER, **options):
        return self.call("RecordCharge",
                         self.charge_request(charge_id, subscription, **options), who)

    def payment_request(self, charge_id, outcome, network="", advice="", reference="", **common):
        return pb.RecordPaymentRequest(
            name=self.charge(charge_id), outcome=outcome, network_code=network, advice_code=advice,
            processor_reference=reference or f"attempt-{charge_id}-{outcome}", **common)

    def pay(self, charge_id, who=BILLER, **options):
        return self.call("RecordPayment", self.payment_request(
            charge_id, pb.PAYMENT_OUTCOME_SUCCEEDED, **options), who)

    def decline(self, charge_id, network="51", who=BILLER, **options):
        return self.call("RecordPayment", self.payment_request(
            charge_id, pb.PAYMENT_OUTCOME_DECLINED, network, **options), who)

    def past_due(self, charge_id, subscription="", **options):
        """A charge that the bank declined; the answer of the decline."""
        recorded = self.record_charge(charge_id, subscription, **options)
        assert not isinstance(recorded, Refusal), recorded
        return self.decline(charge_id)

    def void(self, charge_id, who=BILLER, **common):
        return self.call("VoidCharge", pb.VoidChargeRequest(name=self.charge(charge_id), **common),
                         who)

    def settle_request(self, failed, paying, cents, reference="capture-1", currency="EUR",
                       requested_by="", **common):
        return pb.SettleBalanceRequest(
            parent=self.name, failed_card=self.card(failed), paying_card=self.card(paying),
            amount=money(cents, currency), processor_reference=reference,
            requested_by=requested_by, **common)

    def settle(self, failed, paying, cents, who=BILLER, **options):
        return self.call("SettleBalance", self.settle_request(failed, paying, cents, **options),
                         who)

    def request_invoice(self, who=None, **common):
        return self.call("RequestInvoicePayment",
                         pb.RequestInvoicePaymentRequest(name=self.name, **common), who)

    def decide_invoice(self, approved=True, who=OPERATOR, **common):
        return self.call("DecideInvoicePayment", pb.DecideInvoicePaymentRequest(
            name=self.name, approved=approved, **common), who)

    def to_invoice(self, subscription="", profile="", who=None, **common):
        return self.call("SwitchToInvoice", pb.SwitchToInvoiceRequest(
            name=self.subscription(subscription) or self.profile(profile), **common), who)

    def send_request(self, transfer_id, subscription, to, **common):
        return pb.SendTransferRequest(subscription=self.subscription(subscription),
                                      to_billing_account=to.name, transfer_id=transfer_id, **common)

    def send(self, transfer_id, subscription, to, who=None, **common):
        return self.call("SendTransfer", self.send_request(transfer_id, subscription, to, **common),
                         who)

    def accept_request(self, sender, transfer_id, subscription="", card="", profile="", **common):
        """Accepts what `sender` offered to this account."""
        return pb.AcceptTransferRequest(
            name=sender.transfer(transfer_id), subscription_id=subscription, card=self.card(card),
            billing_profile=self.profile(profile), **common)

    def accept(self, sender, transfer_id, subscription="", card="", profile="", who=None,
               **common):
        return self.call("AcceptTransfer", self.accept_request(
            sender, transfer_id, subscription, card, profile, **common), who)

    def decline_transfer(self, sender, transfer_id, who=None, **common):
        return self.call("DeclineTransfer", pb.DeclineTransferRequest(
            name=sender.transfer(transfer_id), **common), who)

    def cancel_transfer(self, transfer_id, who=None, **common):
        return self.call("CancelTransfer", pb.CancelTransferRequest(
            name=self.transfer(transfer_id), **common), who)

    def get(self, who=None):
        return self.call("GetBillingAccount", pb.GetBillingAccountRequest(name=self.name), who)

    def get_profile(self, profile_id, who=None):
        return self.call("GetBillingProfile", pb.GetBillingProfileRequest(
            name=self.profile(profile_id)), who)

    def get_charge(self, charge_id, who=None):
        return self.call("GetCharge", pb.GetChargeRequest(name=self.charge(charge_id)), who)

    def get_transfer(self, transfer_id, who=None):
        return self.call("GetTransfer", pb.GetTransferRequest(name=self.transfer(transfer_id)), who)

    def balance(self, card_id="", who=None):
        return self.call("GetBalance", pb.GetBalanceRequest(
            parent=self.name, card=self.card(card_id), page_size=500), who)

    def guidance(self, charge="", card="", who=None):
        return self.call("GetPaymentGuidance", pb.GetPaymentGuidanceRequest(
            name=self.charge(charge) or self.card(card)), who)

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

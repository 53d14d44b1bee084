"""What one client of the load asks next.

Cards c0, c1, …, subscriptions s0, s1, …, profiles, charges and transfers come up step by
step, the same for every client: so they meet on the same few, also on those being added or
removed. Often a client follows up what it was just told: it pays the charge that it
recorded, settles the balance that it read, accepts the transfer that it sent.
"""
import random

from builders import STRICT, THIS_YEAR, Account, money
from client import ALICE, BILLER, OPERATOR
from operations import request_id
from wire import COMMANDS, pb

PAY_AS_YOU_GO = ("load-0", "load-1", "load-2")
BY_PROFILE = ("load-3", "load-4")
ACCOUNTS = PAY_AS_YOU_GO + BY_PROFILE
INDEBTED = ("load-0", "load-3")  # where most declines happen: the others can receive transfers
SUBSCRIPTIONS = 12  # of each account, from the start
CARDS = 6
PROFILES = 3
# Profiles x0, x1, … that are there from the start and that little is billed to, so that some
# are detached however the others fare.
SPARES = 8

KINDS = (pb.SUBSCRIPTION_KIND_CONSUMPTION,) * 4 + (
    pb.SUBSCRIPTION_KIND_SUPPORT_PLAN, pb.SUBSCRIPTION_KIND_RESERVATION,
    pb.SUBSCRIPTION_KIND_SAVINGS_PLAN)
_ALICE = {"principal": ALICE}
_BOB = {"principal": "users/bob"}  # a contributor now and then
_ASSISTANT = {"principal": "services/assistant", "roles": ("delegate",), "on_behalf_of": ALICE}
_CODES = ("51", "05", "54", "41", "R0", "57", "91", "unheard_of")
_POLICIES = (pb.Policy(max_cards=1_000), pb.Policy(max_cards=1_000),
             pb.Policy(max_cards=1_000, holding_states=STRICT.holding_states),
             pb.Policy(max_cards=1_000, cascade=pb.CASCADE_ALL_SUBSCRIPTIONS),
             pb.Policy(require_payment_method=True, max_cards=60),
             pb.Policy(max_cards=1_000, profile_managers=pb.PROFILE_MANAGERS_SIGNED_UP_USER))


def whole(policy):
    """The policy with its defaults said, as history keeps it."""
    return pb.Policy(
        holding_states=policy.holding_states or STRICT.holding_states[:2],
        cascade=policy.cascade or pb.CASCADE_SAME_CARD,
        profile_managers=(policy.profile_managers
                          or pb.PROFILE_MANAGERS_OWNERS_AND_CONTRIBUTORS),
        require_payment_method=policy.require_payment_method,
        max_cards=policy.max_cards or 100)


def cents(amount):
    return amount.units * 100 + amount.nanos // 10_000_000


class Chooser:
    """See above."""

    WEIGHTS = {
        "set_active": 300, "add_card": 90, "add_card_active": 80, "remove_card": 200,
        "create": 70, "cancel": 45, "reactivate": 45, "disable": 12, "restore": 20,
        "update_card": 10, "rename": 10, "set_policy": 4, "stranger": 4, "read": 30,
        "charge": 120, "pay": 60, "decline": 25, "void": 12, "balance": 50,
        "create_profile": 12, "replace": 35, "detach": 10, "bill_to": 20,
        "send": 50, "accept": 15, "turn_down": 8, "take_back": 8,
        "role": 6, "ask_invoice": 3, "decide_invoice": 3, "to_invoice": 2, "update_account": 3,
    }

    def __init__(self, seed, client, step):
        self._rng = random.Random(f"{seed}/{client}")
        self._step = step
        self._follow_up = None  # (probability, what to ask)

    def next(self):
        """(method, request, who)"""
        self._step += 1
        self._account = Account(None, self._rng.choice(ACCOUNTS))
        follow_up, self._follow_up = self._follow_up, None
        if follow_up and self._rng.random() < follow_up[0]:
            method, request, who = follow_up[1]()
        else:
            choice = self._rng.choices(list(self.WEIGHTS), self.WEIGHTS.values())[0]
            method, request, who = getattr(self, "_" + choice)()
        if method in COMMANDS:
            request.request_id = request_id()
        if who is _ALICE and self._rng.random() < 0.03:
            who = _ASSISTANT
        return method, request, who

    def learn(self, operation):
        """Looks at an answer: what it invites to ask next."""
        if operation.outcome != "ok":
            return
        follow = getattr(self, "_after_" + operation.method, None)
        if follow:
            self._follow_up = follow(operation.parsed_request(), operation.parsed_response())

    # What exists: the same names for every client at the same step.

    @property
    def _top_card(self):
        return CARDS + self._step

    def _some_card(self):
        return f"c{self._rng.randint(max(0, self._top_card - 10), self._top_card + 2)}"

    def _some_subscription(self):
        return f"s{self._rng.randrange(SUBSCRIPTIONS + self._step // 10 + 1)}"

    def _new_subscription(self):
        top = SUBSCRIPTIONS + self._step // 10
        return f"s{self._rng.randint(top, top + 6)}"

    def _arrival(self):
        """A name that somebody may ask for soon, also with CreateSubscription."""
        return f"s{SUBSCRIPTIONS + self._step // 10 + self._rng.randint(3, 30)}"

    def _some_profile(self):
        return f"b{self._rng.randrange(PROFILES + self._step // 80 + 1)}"

    def _some_spare(self):
        return f"x{self._rng.randrange(SPARES)}"

    def _some_charge(self):
        return f"p{self._rng.randint(max(0, self._step - 6), self._step + 2)}"

    def _some_transfer(self):
        about = self._step // 4
        return f"t{self._rng.randint(max(0, about - 2), about + 1)}"

    def _in(self, accounts):
        self._account = Account(None, self._rng.choice(accounts))
        return self._account

    # Cards.

    def _set_active(self):
        guard = self._some_card() if self._rng.random() < 0.15 else ""
        return "SetActive", self._account.set_active_request(
            self._some_subscription(), self._some_card(), guard), _ALICE

    def _after_SetActive(self, asked, unused_told):
        return 0.4, lambda: ("RemoveCard", pb.RemoveCardRequest(name=asked.card), _ALICE)

    def _add_card(self, subscription="", active=False):
        number = self._top_card + self._rng.randint(-2, 4)
        # Now and then somebody else's token: the same card under another id.
        twin = number - 1 if self._rng.random() < 0.05 else number
        fields = {"token": f"vault-{self._account.id}-c{twin}",
                  "last_four": f"{number % 10_000:04}"}
        return "AddCard", self._account.add_card_request(
            f"c{number}", subscription, active, fields), _ALICE

    def _add_card_active(self):
        return self._add_card(self._some_subscription(), True)

    def _remove_card(self):
        old = self._rng.random() < 0.5
        card = f"c{self._rng.randint(0, self._top_card)}" if old else self._some_card()
        return "RemoveCard", self._account.remove_card_request(card), _ALICE

    def _update_card(self):
        expiry = pb.YearMonth(year=THIS_YEAR + self._rng.randint(3, 8), month=6)
        wanted = pb.Card(name=self._account.card(self._some_card()), expiry=expiry)
        request = pb.UpdateCardRequest(card=wanted)
        request.update_mask.paths.append("expiry")
        return "UpdateCard", request, _ALICE

    def _stranger(self):
        method, request, _ = self._set_active()
        return method, request, {"principal": "users/mallory"}

    def _read(self):
        return "ListCardsInUse", pb.ListCardsInUseRequest(parent=self._account.name,
                                                          page_size=500), _ALICE

    # Subscriptions.

    def _create(self):
        by_profile = self._account.id in BY_PROFILE
        pays = self._rng.random() < 0.9
        return "CreateSubscription", self._account.subscribe_request(
            self._new_subscription(), self._some_card() if pays and not by_profile else "",
            profile=self._some_profile() if pays and by_profile else "",
            kind=self._rng.choice(KINDS)), _ALICE

    def _lifecycle(self, method, who):
        request = getattr(pb, method + "Request")(
            name=self._account.subscription(self._some_subscription()))
        return method, request, who

    def _cancel(self):
        return self._lifecycle("CancelSubscription", _ALICE)

    def _reactivate(self):
        return self._lifecycle("ReactivateSubscription", _ALICE)

    def _disable(self):
        return self._lifecycle("DisableSubscription", BILLER)

    def _restore(self):
        return self._lifecycle("ReactivateSubscription", OPERATOR)

    def _rename(self):
        return "UpdateSubscription", self._account.rename_request(
            self._some_subscription(), f"name {self._rng.randint(0, 3)}"), _ALICE

    # Profiles.

    def _create_profile(self):
        return "CreateBillingProfile", self._in(BY_PROFILE).create_profile_request(
            self._some_profile(), self._some_card()), _ALICE

    def _replace(self):
        who = _BOB if self._rng.random() < 0.2 else _ALICE
        return "ReplacePaymentMethod", self._in(BY_PROFILE).replace_request(
            self._some_profile(), self._some_card()), who

    def _detach(self):
        profile = self._some_spare() if self._rng.random() < 0.4 else self._some_profile()
        return "DetachPaymentMethod", pb.DetachPaymentMethodRequest(
            name=self._in(BY_PROFILE).profile(profile)), _ALICE

    def _bill_to(self):
        profile = self._some_spare() if self._rng.random() < 0.1 else self._some_profile()
        return "ChangeBillingProfile", self._in(BY_PROFILE).bill_to_request(
            self._some_subscription(), profile), _ALICE

    # Charges and payments.

    def _charge(self):
        for_profile = self._account.id in BY_PROFILE and self._rng.random() < 0.2
        subject = {"profile": self._some_profile()} if for_profile else {
            "subscription": self._some_subscription()}
        return "RecordCharge", self._account.charge_request(
            self._some_charge(), cents=self._rng.randint(1, 50_000), **subject), BILLER

    def _after_RecordCharge(self, unused_asked, told):
        indebted = told.charge.name.split("/")[1] in INDEBTED
        outcome = (pb.PAYMENT_OUTCOME_DECLINED if self._rng.random() < (0.6 if indebted else 0.04)
                   else pb.PAYMENT_OUTCOME_SUCCEEDED)
        return 0.8, lambda: self._payment(told.charge.name, outcome)

    def _payment(self, name, outcome):
        code = self._rng.choice(_CODES) if outcome == pb.PAYMENT_OUTCOME_DECLINED else ""
        return "RecordPayment", pb.RecordPaymentRequest(
            name=name, outcome=outcome, network_code=code,
            processor_reference=f"attempt-{self._rng.randint(0, 2)}"), BILLER

    def _pay(self):
        return self._payment(self._account.charge(self._some_charge()),
                             pb.PAYMENT_OUTCOME_SUCCEEDED)

    def _decline(self):
        return self._payment(self._in(INDEBTED).charge(self._some_charge()),
                             pb.PAYMENT_OUTCOME_DECLINED)

    def _after_RecordPayment(self, asked, unused_told):
        sender = Account(None, asked.name.split("/")[1])
        declined = asked.outcome == pb.PAYMENT_OUTCOME_DECLINED
        return (0.3 if declined else 0.0), lambda: self._balance_of(sender)

    def _void(self):
        return "VoidCharge", pb.VoidChargeRequest(
            name=self._account.charge(self._some_charge())), self._rng.choice((BILLER, OPERATOR))

    def _balance(self):
        return self._balance_of(self._account)

    @staticmethod
    def _balance_of(account):
        return "GetBalance", pb.GetBalanceRequest(parent=account.name, page_size=500), BILLER

    def _after_GetBalance(self, asked, told):
        """Settles a card's debts, or pays one charge that was forgotten."""
        due = {}
        for charge in told.charges:
            if charge.state == pb.CHARGE_STATE_PAST_DUE and charge.card:
                due[charge.card] = due.get(charge.card, 0) + cents(charge.amount)
        if due and self._rng.random() < 0.6:
            return 1.0, lambda: self._settle(Account(None, asked.parent.split("/")[1]), due)
        if told.charges:
            forgotten = self._rng.choice(told.charges).name
            return 1.0, lambda: self._payment(forgotten, pb.PAYMENT_OUTCOME_SUCCEEDED)
        return None

    def _settle(self, account, due):
        failed = self._rng.choice(sorted(due))
        known = [card for card in due if card != failed]
        paying = self._rng.choice(known) if known and self._rng.random() < 0.3 else account.card(
            self._some_card())
        if paying == failed:
            return self._balance_of(account)
        amount = due[failed] + due.get(paying, 0) - (self._rng.random() < 0.1)
        return "SettleBalance", pb.SettleBalanceRequest(
            parent=account.name, failed_card=failed, paying_card=paying, amount=money(amount or 1),
            processor_reference=f"capture-{self._rng.randint(0, 2 * self._step)}"), BILLER

    # Transfers.

    def _send(self):
        to = Account(None, self._rng.choice(ACCOUNTS))
        return "SendTransfer", self._account.send_request(
            self._some_transfer(), self._some_subscription(), to), _ALICE

    def _after_SendTransfer(self, unused_asked, told):
        transfer = told.transfer
        return 0.9, lambda: self._accepted(
            transfer.name, Account(None, transfer.to_billing_account.split("/")[1]))

    def _accept(self):
        name = self._account.transfer(self._some_transfer())
        return self._accepted(name, self._in(ACCOUNTS))

    def _accepted(self, name, receiver):
        by_profile = receiver.id in BY_PROFILE
        return "AcceptTransfer", pb.AcceptTransferRequest(
            name=name, subscription_id=self._arrival(),
            card="" if by_profile or self._rng.random() < 0.3 else receiver.card(
                self._some_card()),
            billing_profile=receiver.profile(self._some_profile()) if by_profile else ""), _ALICE

    def _turn_down(self):
        return "DeclineTransfer", pb.DeclineTransferRequest(
            name=self._account.transfer(self._some_transfer())), _ALICE

    def _take_back(self):
        return "CancelTransfer", pb.CancelTransferRequest(
            name=self._account.transfer(self._some_transfer())), _ALICE

    # The account.

    def _set_policy(self):
        return "SetPolicy", pb.SetPolicyRequest(
            name=self._account.name, policy=whole(self._rng.choice(_POLICIES))), OPERATOR

    def _role(self):
        account = self._in(BY_PROFILE)
        name = account.name if self._rng.random() < 0.5 else account.profile(self._some_profile())
        method = self._rng.choice(("GrantRole", "RevokeRole"))
        return method, getattr(pb, method + "Request")(
            name=name, principal=_BOB["principal"], role=pb.ROLE_CONTRIBUTOR), _ALICE

    def _ask_invoice(self):
        return "RequestInvoicePayment", pb.RequestInvoicePaymentRequest(
            name=self._account.name), _ALICE

    def _decide_invoice(self):
        return "DecideInvoicePayment", pb.DecideInvoicePaymentRequest(
            name=self._account.name, approved=self._rng.random() < 0.7), OPERATOR

    def _to_invoice(self):
        account = self._account
        name = (account.profile(self._some_profile()) if account.id in BY_PROFILE
                else account.subscription(self._some_subscription()))
        return "SwitchToInvoice", pb.SwitchToInvoiceRequest(name=name), _ALICE

    def _update_account(self):
        wanted = pb.BillingAccount(name=self._account.name,
                                   display_name=f"name {self._rng.randint(0, 2)}")
        request = pb.UpdateBillingAccountRequest(billing_account=wanted)
        request.update_mask.paths.append("display_name")
        return "UpdateBillingAccount", request, OPERATOR

"""What test_roles.py asks about: two sides with the same things in them, and what each row of
who_may.txt asks of a side."""
from builders import Account, card, money
from client import BILLER, OPERATOR
from wire import pb

MANAGERS = pb.Policy(profile_managers=pb.PROFILE_MANAGERS_SIGNED_UP_USER)
_ROLES = {"owner": pb.ROLE_OWNER, "contributor": pb.ROLE_CONTRIBUTOR, "reader": pb.ROLE_READER}

CALLERS = {
    "administrator": {"principal": "users/alice"},
    "owner": {"principal": "users/owner"},
    "contributor": {"principal": "users/contributor"},
    "reader": {"principal": "users/reader"},
    "profile-owner": {"principal": "users/profile-owner"},
    "profile-contributor": {"principal": "users/profile-contributor"},
    "profile-reader": {"principal": "users/profile-reader"},
    "biller": BILLER,
    "operator": OPERATOR,
    "auditor": {"principal": "users/ada", "roles": ("auditor",)},
    "for-administrator": {"principal": "services/assistant", "roles": ("delegate",),
                          "on_behalf_of": "users/alice"},
    "delegate": {"principal": "services/assistant", "roles": ("delegate",)},
    "for-stranger": {"principal": "services/assistant",
                     "roles": ("delegate", "operator", "biller"),
                     "on_behalf_of": "users/mallory"},
    "stranger": {"principal": "users/mallory"},
}


class Side:
    """Three accounts of one administrator: with profiles (`home`), paying as one goes (`cards`),
    and in debt (`debts`); one more where only the administrator manages profiles (`strict`)."""

    def __init__(self, client, name):
        self.client, self.name = client, name
        self.home, self.cards, self.debts, self.strict = (
            Account(client, f"{name}-{each}") for each in ("home", "cards", "debts", "strict"))
        self.sender = Account(client, "the-sender")
        self.event = 0  # the position of some record of `home`
        self.refusal = 0  # the position of some refusal of `home`

    @property
    def offer(self):
        """The transfer that was offered to `cards`."""
        return "offer-" + self.name


def build(test, side, who):
    """Fills a side for an administrator; `test` fails where something is refused."""
    def ok(answer):
        return test.ok(answer)
    principal = who["principal"]
    agreement = {"agreement": pb.AGREEMENT_CUSTOMER_AGREEMENT, "administrator": principal,
                 "business": True}
    for account in (side.home, side.strict):
        ok(account.open(**agreement))
        for each in ("c1", "c2", "c3"):
            ok(account.add_card(each, who=who))
        for profile, each in (("main", "c1"), ("side", "c2"), ("idle", "c3")):
            ok(account.create_profile(profile, each, who=who))
    ok(side.strict.set_policy(MANAGERS))
    _fill_home(ok, side, who)
    for account in (side.cards, side.debts):
        ok(account.open(administrator=principal, business=True))
        for each in ("c1", "c2"):
            ok(account.add_card(each, who=who))
        for subscription in ("s1", "s2"):
            ok(account.subscribe(subscription, "c1", who=who))
    ok(side.debts.past_due("p1", "s1"))
    for command in (lambda: side.cards.request_invoice(who=who), side.cards.decide_invoice,
                    lambda: side.cards.send("sent", "s2", side.sender, who=who)):
        ok(command())


def _fill_home(ok, side, who):
    home = side.home
    ok(home.add_card("spare", who=who))
    ok(home.request_invoice(who=who))
    ok(home.decide_invoice())
    for subscription, profile in (("s1", "main"), ("s2", "main"), ("s3", "side"),
                                  ("held", "main")):
        ok(home.subscribe(subscription, profile=profile, who=who))
    ok(home.cancel("s2", who=who))
    ok(home.disable("held"))
    ok(home.record_charge("p1", "s1"))
    side.event = ok(home.record_charge("p2", "s3")).receipt.position
    side.refusal = home.remove_card("c1", who=who).event_position


def grant(test, side, who):
    """Gives every caller with a role its role."""
    for name, role in _ROLES.items():
        for account in (side.home, side.cards, side.debts, side.strict):
            test.ok(account.grant(CALLERS[name]["principal"], role, who=who))
        for account in (side.home, side.strict):
            test.ok(account.grant(CALLERS["profile-" + name]["principal"], role, "main", who=who))
        test.ok(side.home.grant("users/idle-" + name, role, "idle", who=who))


def _named(method, name):
    return getattr(pb, method + "Request")(name=name)


def _role(method, name):
    return getattr(pb, method + "Request")(name=name, principal="users/newcomer",
                                           role=pb.ROLE_READER)


def _update_account(side):
    request = pb.UpdateBillingAccountRequest(
        billing_account=pb.BillingAccount(name=side.home.name, display_name="other"))
    request.update_mask.paths.append("display_name")
    return request


def _update_card(side):
    request = pb.UpdateCardRequest(card=pb.Card(name=side.home.card("c1"), holder_name="Other"))
    request.update_mask.paths.append("holder_name")
    return request


def _new_account(unused_side):
    return pb.CreateBillingAccountRequest(
        billing_account_id="newcomer", billing_account=pb.BillingAccount(
            agreement=pb.AGREEMENT_PAY_AS_YOU_GO, administrator="users/alice", country="NL",
            currency="EUR"))


def _payment(side):
    return pb.RecordPaymentRequest(name=side.home.charge("p1"), processor_reference="attempt-1",
                                   outcome=pb.PAYMENT_OUTCOME_SUCCEEDED)


def _settle(side):
    return pb.SettleBalanceRequest(
        parent=side.debts.name, failed_card=side.debts.card("c1"), amount=money(1000),
        paying_card=side.debts.card("c2"), processor_reference="capture-1")


# What a row of who_may.txt asks of a side.
COMMANDS = {
    "AddCard": lambda side: pb.AddCardRequest(
        parent=side.home.name, card_id="new", card=card("vault-new-card")),
    "AddCard:set-active": lambda side: pb.AddCardRequest(
        parent=side.cards.name, card_id="new", card=card("vault-new-card"), set_active=True,
        subscription=side.cards.subscription("s1")),
    "UpdateCard": _update_card,
    "RemoveCard": lambda side: side.home.remove_card_request("spare"),
    "SetActive": lambda side: side.cards.set_active_request("s1", "c2"),
    "RequestInvoicePayment": lambda side: _named("RequestInvoicePayment", side.strict.name),
    "DecideInvoicePayment": lambda side: _named("DecideInvoicePayment", side.strict.name),
    "SwitchToInvoice:subscription": lambda side: _named(
        "SwitchToInvoice", side.cards.subscription("s1")),
    "SwitchToInvoice:profile": lambda side: _named("SwitchToInvoice", side.home.profile("main")),
    "SendTransfer": lambda side: side.cards.send_request("new", "s1", side.sender),
    "CancelTransfer": lambda side: _named("CancelTransfer", side.cards.transfer("sent")),
    "AcceptTransfer": lambda side: side.cards.accept_request(side.sender, side.offer, "new", "c1"),
    "DeclineTransfer": lambda side: _named("DeclineTransfer", side.sender.transfer(side.offer)),
    "CreateBillingProfile": lambda side: side.home.create_profile_request("new", "c1"),
    "CreateBillingProfile:administrator-only": lambda side: side.strict.create_profile_request(
        "new", "c1"),
    "ReplacePaymentMethod": lambda side: side.home.replace_request("main", "c2"),
    "ReplacePaymentMethod:another-profile": lambda side: side.home.replace_request("side", "c1"),
    "ReplacePaymentMethod:administrator-only": lambda side: side.strict.replace_request(
        "main", "c2"),
    "DetachPaymentMethod": lambda side: _named("DetachPaymentMethod", side.home.profile("main")),
    "DetachPaymentMethod:another-profile": lambda side: _named(
        "DetachPaymentMethod", side.home.profile("idle")),
    "DetachPaymentMethod:administrator-only": lambda side: _named(
        "DetachPaymentMethod", side.strict.profile("main")),
    "CreateSubscription": lambda side: side.home.subscribe_request("new", profile="main"),
    "UpdateSubscription": lambda side: side.home.rename_request("s1", "other"),
    "UpdateSubscription:held": lambda side: side.home.rename_request("held", "other"),
    "ChangeBillingProfile": lambda side: side.home.bill_to_request("s1", "side"),
    "ChangeBillingProfile:held": lambda side: side.home.bill_to_request("held", "side"),
    "RecordCharge": lambda side: side.home.charge_request("new", "s1"),
    "RecordCharge:profile": lambda side: side.home.charge_request("new", profile="main"),
    "RecordPayment": _payment,
    "SettleBalance": _settle,
    "VoidCharge": lambda side: _named("VoidCharge", side.home.charge("p1")),
    "GrantRole": lambda side: _role("GrantRole", side.home.name),
    "GrantRole:profile": lambda side: _role("GrantRole", side.home.profile("main")),
    "RevokeRole": lambda side: pb.RevokeRoleRequest(
        name=side.home.profile("idle"), principal="users/idle-owner", role=pb.ROLE_OWNER),
    "HandOverAdministrator": lambda side: pb.HandOverAdministratorRequest(
        name=side.home.name, principal="users/newcomer", reason="asked by letter"),
    "CreateBillingAccount": _new_account,
    "UpdateBillingAccount": _update_account,
    "SetPolicy": lambda side: pb.SetPolicyRequest(name=side.home.name, policy=MANAGERS),
} | {
    row: lambda side, row=row, which=which: _named(row.partition(":")[0],
                                                   side.home.subscription(which))
    for row, which in (("CancelSubscription", "s1"), ("CancelSubscription:held", "held"),
                       ("ReactivateSubscription", "s2"), ("ReactivateSubscription:held", "held"),
                       ("DisableSubscription", "s1"), ("DeleteSubscription", "s2"))
}

_MONTH = pb.YearMonth(year=9999, month=1)

READS = {
    "GetServerStatus": lambda unused: pb.GetServerStatusRequest(),
    "ListProjections": lambda unused: pb.ListProjectionsRequest(),
    "RebuildProjection": lambda unused: pb.RebuildProjectionRequest(name="no-such-model"),
    "GetBillingAccount": lambda side: _named("GetBillingAccount", side.home.name),
    "GetCard": lambda side: _named("GetCard", side.home.card("c1")),
    "CheckRemoval": lambda side: _named("CheckRemoval", side.home.card("c1")),
    "ListExpiringCards": lambda side: pb.ListExpiringCardsRequest(parent=side.home.name,
                                                                  before=_MONTH),
    "ListExpiringCards:all": lambda unused: pb.ListExpiringCardsRequest(parent="-", before=_MONTH),
    "WatchEvents:all": lambda unused: pb.WatchEventsRequest(parent="-"),
    "ListEvents:all": lambda unused: pb.ListEventsRequest(parent="-"),
    "GetCheckpoint": lambda unused: pb.GetCheckpointRequest(),
    "GetInclusionProof": lambda unused: pb.GetInclusionProofRequest(position=1),
    "GetConsistencyProof": lambda unused: pb.GetConsistencyProofRequest(from_size=1),
    "GetEntries": lambda unused: pb.GetEntriesRequest(from_position=1),
    "GetEvent": lambda side: pb.GetEventRequest(position=side.event),
    "ExplainRefusal": lambda side: pb.ExplainRefusalRequest(position=side.refusal),
    "GetAccountState": lambda side: _named("GetAccountState", side.home.name),
    "GetBillingProfile": lambda side: _named("GetBillingProfile", side.home.profile("main")),
    "GetBillingProfile:another-profile": lambda side: _named(
        "GetBillingProfile", side.home.profile("side")),
    "GetSubscription": lambda side: _named("GetSubscription", side.home.subscription("s1")),
    "GetSubscription:another-profile": lambda side: _named(
        "GetSubscription", side.home.subscription("s3")),
    "GetCharge": lambda side: _named("GetCharge", side.home.charge("p1")),
    "GetCharge:another-profile": lambda side: _named("GetCharge", side.home.charge("p2")),
    "GetPaymentGuidance": lambda side: _named("GetPaymentGuidance", side.home.charge("p1")),
    "GetPaymentGuidance:another-profile": lambda side: _named(
        "GetPaymentGuidance", side.home.charge("p2")),
    "GetPaymentGuidance:card": lambda side: _named("GetPaymentGuidance", side.home.card("c1")),
    "GetTransfer": lambda side: _named("GetTransfer", side.cards.transfer("sent")),
    # A stream of one command, which it does not only validate: here there is nothing to change.
    "ExecuteCommands": lambda side: pb.ExecuteCommandsRequest(command=pb.Command(
        set_active=side.cards.set_active_request("s1", "c1"))),
    "GetTransfer:received": lambda side: _named("GetTransfer", side.sender.transfer(side.offer)),
} | {
    method: lambda side, method=method: getattr(pb, method + "Request")(parent=side.home.name)
    for method in ("ListCards", "ListCardsInUse", "ListEvents", "WatchEvents", "ListBillingProfiles",
                   "ListSubscriptions", "ListCharges", "GetBalance", "ListTransfers")
}

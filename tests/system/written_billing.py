"""A second history written by hand in which everything is right: profiles, charges,
settlements, invoice, roles and transfers. Marks name its commands."""
from builders import Account, billing_account, money
from client import ALICE, BILLER, OPERATOR
from declines import meaning_of
from who_may import SCHEDULER
from wire import pb
from written_log import ACME, GLOBEX, Log, changed, move

CORP = Account(None, "corp")
_ASSISTANT = {"principal": "services/assistant", "roles": ("delegate",), "on_behalf_of": ALICE}


def open_account(log, account, **fields):
    log.command("CreateBillingAccount", pb.CreateBillingAccountRequest(
        billing_account_id=account.id, billing_account=billing_account(**fields)),
        pb.BillingAccountCreated(billing_account=billing_account(name=account.name, **fields)),
        who=OPERATOR)


def add_card(log, account, card):
    request = account.add_card_request(card)
    added = pb.CardAdded(card=request.card)
    added.card.name = account.card(card)
    log.command("AddCard", request, added)


def subscribe(log, account, subscription, card="", profile=""):
    request = account.subscribe_request(subscription, card, profile=profile)
    made = pb.SubscriptionCreated(subscription=request.subscription)
    made.subscription.name = account.subscription(subscription)
    log.command("CreateSubscription", request, made)


# Every charge: the card, the subscription, and the profile that this is billed to.
CHARGED = {
    "c1": ("visa", "web", ""), "c2": ("visa", "mail", ""), "c3": ("master", "db", ""),
    "c4": ("master", "web", ""), "c5": ("master", "db", ""), "p1": ("c1", "app", "main")}


def charged(account, charge_id):
    """What every fact about a charge concerns."""
    card, subscription, profile = CHARGED[charge_id]
    return {"charge": account.charge(charge_id), "card": account.card(card),
            "subscription": account.subscription(subscription),
            "billing_profile": account.profile(profile) if profile else ""}


def charge(log, account, charge_id, cents, mark=None):
    about = charged(account, charge_id)
    request = account.charge_request(charge_id, CHARGED[charge_id][1], cents=cents)
    made = pb.ChargeRecorded(charge=request.charge, billing_profile=about["billing_profile"])
    made.charge.name, made.charge.card = about["charge"], about["card"]
    log.command("RecordCharge", request, made, who=BILLER, mark=mark)


def past_due(account, subscription):
    return pb.SubscriptionBecamePastDue(subscription=account.subscription(subscription))


def current(account, *subscriptions):
    return [pb.SubscriptionBecameCurrent(subscription=account.subscription(each))
            for each in subscriptions]


def decline(log, account, charge_id, *facts, mark=None, reference="attempt-1"):
    reason, kind = meaning_of("51", "")
    log.command("RecordPayment", account.payment_request(
        charge_id, pb.PAYMENT_OUTCOME_DECLINED, "51", reference=reference),
        pb.PaymentDeclined(**charged(account, charge_id), network_code="51",
                           processor_reference=reference, reason=reason, kind=kind),
        *facts, who=BILLER, mark=mark)


def settled(account, failed, paying, cents, *charges):
    about = [charged(account, each) for each in charges]
    return pb.BalanceSettled(
        failed_card=account.card(failed), paying_card=account.card(paying), amount=money(cents),
        charges=[account.charge(each) for each in charges], processor_reference="capture-1",
        subscriptions=sorted({each["subscription"] for each in about}),
        billing_profiles=sorted({each["billing_profile"] for each in about} - {""}))


def blocker(kind, subject):
    return pb.Blocker(type=kind, subject=subject, remedy="VoidCharge")


def refuse(log, method, request, reason, *blockers, mark=None, who=None):
    command = pb.Command()
    field = {"RemoveCard": "remove_card", "DetachPaymentMethod": "detach_payment_method",
             "SwitchToInvoice": "switch_to_invoice"}[method]
    getattr(command, field).CopyFrom(request)
    log.command(method, request, pb.CommandRefused(
        command=method, request=command, reason=reason, blockers=blockers,
        blocker_count=len(blockers)), mark=mark, who=who)


def _debts(log):
    """Three charges on two cards, all declined, then settled with one of the cards."""
    charge(log, ACME, "c1", 1000)
    charge(log, ACME, "c2", 500)
    charge(log, ACME, "c3", 250)
    decline(log, ACME, "c1", past_due(ACME, "web"), mark="decline")
    decline(log, ACME, "c1", reference="attempt-2", mark="again")
    refuse(log, "RemoveCard", ACME.remove_card_request("visa"), "CARD_NOT_REMOVABLE",
           blocker("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION", ACME.subscription("mail")),
           blocker("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION", ACME.subscription("web")),
           blocker("OUTSTANDING_CHARGES", ACME.charge("c1")),
           blocker("PENDING_CHARGES", ACME.charge("c2")), mark="refused")
    decline(log, ACME, "c2", past_due(ACME, "mail"))
    decline(log, ACME, "c3", past_due(ACME, "db"))
    request = ACME.settle_request("visa", "master", 1750)
    log.command("SettleBalance", request, settled(ACME, "visa", "master", 1750, "c1", "c2", "c3"),
                *current(ACME, "db", "mail", "web"),
                changed(ACME, "", "master", move(ACME, "mail", "visa"), move(ACME, "web", "visa"),
                        cause=pb.CHANGE_CAUSE_SETTLE), who=BILLER, mark="settle")
    again = ACME.settle_request("visa", "master", 1750)
    log.command("SettleBalance", again, pb.NothingChanged(
        command="SettleBalance", request=pb.Command(settle_balance=again)), who=BILLER,
        mark="settled again")
    charge(log, ACME, "c4", 100)
    log.command("VoidCharge", pb.VoidChargeRequest(name=ACME.charge("c4")),
                pb.ChargeVoided(**charged(ACME, "c4")), who=OPERATOR, mark="void")
    log.command("RemoveCard", ACME.remove_card_request("visa"),
                pb.CardRemoved(card=ACME.card("visa")), mark="removed")
    charge(log, ACME, "c5", 300, mark="charged")
    log.command("RecordPayment", ACME.payment_request(
        "c5", pb.PAYMENT_OUTCOME_SUCCEEDED, reference="attempt-5"), pb.PaymentSucceeded(
            **charged(ACME, "c5"), processor_reference="attempt-5"), who=BILLER, mark="paid")


def _invoice_and_roles(log):
    named = {"billing_account": ACME.name}
    log.command("RequestInvoicePayment", pb.RequestInvoicePaymentRequest(name=ACME.name),
                pb.InvoicePaymentRequested(**named), mark="ask")
    log.command("DecideInvoicePayment", pb.DecideInvoicePaymentRequest(
        name=ACME.name, approved=True), pb.InvoicePaymentApproved(**named), who=OPERATOR,
        mark="approve")
    log.command("SwitchToInvoice", pb.SwitchToInvoiceRequest(name=ACME.subscription("db")),
                pb.SwitchedToInvoice(subscription=ACME.subscription("db"),
                                     previous_card=ACME.card("master")), mark="switch")
    role = {"principal": "users/bob", "role": pb.ROLE_OWNER}
    log.command("GrantRole", pb.GrantRoleRequest(name=ACME.name, **role),
                pb.RoleGranted(**named, **role), mark="grant")
    log.command("RevokeRole", pb.RevokeRoleRequest(name=ACME.name, **role),
                pb.RoleRevoked(**named, **role), mark="revoke")
    request = pb.UpdateBillingAccountRequest(
        billing_account=pb.BillingAccount(name=ACME.name, display_name="Acme"))
    request.update_mask.paths.append("display_name")
    log.command("UpdateBillingAccount", request, pb.BillingAccountUpdated(
        billing_account=request.billing_account, update_mask=request.update_mask), who=OPERATOR)
    log.command("HandOverAdministrator", pb.HandOverAdministratorRequest(
        name=GLOBEX.name, principal="users/bob"), pb.AdministratorChanged(
            billing_account=GLOBEX.name, administrator="users/bob",
            previous_administrator=ALICE), mark="hand over")


def _profiles(log):
    for profile, card in (("main", "c1"), ("side", "c2")):
        request = CORP.create_profile_request(profile, card)
        made = pb.BillingProfileCreated(billing_profile=request.billing_profile)
        made.billing_profile.name = CORP.profile(profile)
        log.command("CreateBillingProfile", request, made)
    subscribe(log, CORP, "app", profile="main")
    subscribe(log, CORP, "job", profile="main")
    holders = [blocker("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION", CORP.subscription(each))
               for each in ("app", "job")]
    refuse(log, "RemoveCard", CORP.remove_card_request("c1"), "CARD_NOT_REMOVABLE", *holders,
           blocker("CARD_IS_BILLING_PROFILE_DEFAULT", CORP.profile("main")), mark="default")
    log.command("ChangeBillingProfile", CORP.bill_to_request("job", "side"),
                pb.BillingProfileChanged(subscription=CORP.subscription("job"),
                                         billing_profile=CORP.profile("side"),
                                         previous_billing_profile=CORP.profile("main")),
                mark="rebill", who=_ASSISTANT)
    charge(log, CORP, "p1", 700)
    refuse(log, "DetachPaymentMethod", pb.DetachPaymentMethodRequest(name=CORP.profile("main")),
           "PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH", holders[0],
           blocker("PENDING_CHARGES", CORP.charge("p1")), mark="not detached")
    decline(log, CORP, "p1", past_due(CORP, "app"))
    log.command("SettleBalance", CORP.settle_request("c1", "c2", 700),
                settled(CORP, "c1", "c2", 700, "p1"), *current(CORP, "app"),
                pb.PaymentMethodReplaced(
                    billing_profile=CORP.profile("main"), card=CORP.card("c2"),
                    previous_card=CORP.card("c1")), who=BILLER, mark="settle profile")
    log.command("ReplacePaymentMethod", CORP.replace_request("main", "c1"),
                pb.PaymentMethodReplaced(billing_profile=CORP.profile("main"),
                                         card=CORP.card("c1"), previous_card=CORP.card("c2")),
                mark="replace")
    log.command("CancelSubscription", pb.CancelSubscriptionRequest(name=CORP.subscription("job")),
                pb.SubscriptionCancelled(subscription=CORP.subscription("job")), mark="cancel")
    log.command("DetachPaymentMethod", pb.DetachPaymentMethodRequest(name=CORP.profile("side")),
                pb.PaymentMethodDetached(billing_profile=CORP.profile("side"),
                                         previous_card=CORP.card("c2")), mark="detach")


def _send(log, transfer, subscription):
    request = ACME.send_request(transfer, subscription, GLOBEX)
    log.command("SendTransfer", request, pb.TransferSent(transfer=pb.Transfer(
        name=ACME.transfer(transfer), subscription=request.subscription,
        to_billing_account=GLOBEX.name)), mark="send " + transfer)


def transferred_in(subscription, transfer, display_name="web"):
    return pb.SubscriptionTransferredIn(subscription=pb.Subscription(
        name=GLOBEX.subscription(subscription), display_name=display_name, card=GLOBEX.card("jcb"),
        kind=pb.SUBSCRIPTION_KIND_CONSUMPTION), transfer=ACME.transfer(transfer))


def _transfers(log):
    bob = {"principal": "users/bob"}
    _send(log, "t1", "web")
    first = len(log.events) + 1
    log.command("AcceptTransfer", GLOBEX.accept_request(ACME, "t1", "web-2", "jcb"),
                transferred_in("web-2", "t1"), pb.SubscriptionTransferredOut(
                    subscription=ACME.subscription("web"), transfer=ACME.transfer("t1"),
                    position=first), streams=(GLOBEX, ACME), who=bob, mark="accept")
    _send(log, "t2", "mail")
    first = len(log.events) + 1
    name = ACME.transfer("t2")
    log.command("DeclineTransfer", pb.DeclineTransferRequest(name=name),
                pb.TransferDeclined(transfer=name), pb.TransferDeclined(
                    transfer=name, subscription=ACME.subscription("mail"), position=first),
                streams=(GLOBEX, ACME), who=bob, mark="turn down")
    _send(log, "t3", "mail")
    log.command("CancelTransfer", pb.CancelTransferRequest(name=ACME.transfer("t3")),
                pb.TransferCancelled(transfer=ACME.transfer("t3"),
                                     subscription=ACME.subscription("mail")), mark="take back")
    _send(log, "t4", "mail")
    log.days += 16
    scheduler = {"principal": SCHEDULER}
    log.command("ExpireTransfer", pb.ExpireTransferRequest(name=ACME.transfer("t4")),
                pb.TransferExpired(transfer=ACME.transfer("t4"),
                                   subscription=ACME.subscription("mail")), who=scheduler,
                mark="expire")
    log.days += 80
    log.command("DeleteSubscription", pb.DeleteSubscriptionRequest(name=CORP.subscription("job")),
                pb.SubscriptionDeleted(subscription=CORP.subscription("job")), who=scheduler,
                mark="delete")


def good_billing_log():
    """Some seventy records in which everything is right."""
    log = Log()
    open_account(log, ACME, business=True)
    open_account(log, GLOBEX)
    open_account(log, CORP, agreement=pb.AGREEMENT_CUSTOMER_AGREEMENT)
    for account, cards in ((ACME, ("visa", "master")), (GLOBEX, ("jcb",)), (CORP, ("c1", "c2"))):
        for card in cards:
            add_card(log, account, card)
    for subscription, card in (("web", "visa"), ("mail", "visa"), ("db", "master")):
        subscribe(log, ACME, subscription, card)
    _debts(log)
    log.read_balance(ACME, log.marks["refused"], 750, 1000, "c1", "c2", "c3")
    _profiles(log)
    _invoice_and_roles(log)
    _transfers(log)
    return log

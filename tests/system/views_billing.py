"""The read models of profiles, charges, balances, transfers and roles against the fold."""
from client import OPERATOR
from reading import all_rows, differences
from things import amount_of
from wire import microseconds, pb


def compare(client, state, account, now):
    """What differs in words."""
    return (_account(client, account) + _profiles(client, account) + _charges(client, account)
            + _balances(client, account) + _transfers(client, state, account, now))


def _account(client, account):
    shown = client.call("GetBillingAccount", pb.GetBillingAccountRequest(name=account.name),
                        **OPERATOR).billing_account
    roles = {(each.principal, each.role, each.billing_profile) for each in shown.roles}
    told = {"etag": shown.etag, "administrator": shown.administrator, "roles": roles,
            "invoice_payment": shown.invoice_payment, "business": shown.business,
            "display_name": shown.display_name, "create_time": microseconds(shown.create_time),
            "every role once": len(shown.roles) == len(roles)}
    wanted = {"etag": f'"{account.etag}"', "administrator": account.administrator,
              "roles": account.roles | {(account.administrator, pb.ROLE_ADMINISTRATOR, "")},
              "invoice_payment": account.invoice_payment,
              "business": account.business, "display_name": account.display_name,
              "create_time": account.created, "every role once": True}
    return differences("GetBillingAccount", [(shown.name, told)], [(account.name, wanted)])


def _profiles(client, account):
    shown = all_rows(client, "ListBillingProfiles", "billing_profiles",
                     pb.ListBillingProfilesRequest(parent=account.name))
    found = differences("ListBillingProfiles", [(each.name, {
        "display_name": each.display_name, "state": each.state, "card": each.card,
        "pays_by_invoice": each.pays_by_invoice, "create_time": microseconds(each.create_time),
        "update_time": microseconds(each.update_time), "etag": each.etag}) for each in shown],
        [(each.name, {
            "display_name": each.display_name, "card": each.card,
            "state": (pb.BILLING_PROFILE_STATE_ACTIVE if each.active
                      else pb.BILLING_PROFILE_STATE_INACTIVE),
            "pays_by_invoice": each.by_invoice, "create_time": each.created,
            "update_time": each.updated, "etag": f'"{each.etag}"'})
         for _, each in sorted(account.profiles.items())])
    for profile in shown:
        one = client.call("GetBillingProfile", pb.GetBillingProfileRequest(name=profile.name),
                          **OPERATOR).billing_profile
        if one != profile:
            found.append(f"GetBillingProfile of {profile.name} differs from the list")
    return found


def _charge_row(each):
    return {"subscription": each.subscription, "billing_profile": each.profile, "card": each.card,
            "amount": each.amount, "due_time": each.due, "state": each.state,
            "codes": each.codes, "meaning": each.meaning, "create_time": each.created,
            "update_time": each.updated, "etag": f'"{each.etag}"'}


def _shown_charge(each):
    return {"subscription": each.subscription, "billing_profile": each.billing_profile,
            "card": each.card, "amount": amount_of(each.amount),
            "due_time": microseconds(each.due_time), "state": each.state,
            "codes": (each.network_code, each.advice_code), "meaning": (each.reason, each.kind),
            "create_time": microseconds(each.create_time),
            "update_time": microseconds(each.update_time), "etag": each.etag}


def _charges(client, account):
    shown = all_rows(client, "ListCharges", "charges", pb.ListChargesRequest(parent=account.name))
    return differences("ListCharges", [(each.name, _shown_charge(each)) for each in shown],
                       [(each.name, _charge_row(each))
                        for _, each in sorted(account.charges.items())])


def _balances(client, account):
    found = []
    for card in ["", *sorted(account.cards)]:
        request = pb.GetBalanceRequest(parent=account.name, card=card, page_size=500)
        pages = list(client.pages("GetBalance", request, **OPERATOR))
        charges = [each.name for page in pages for each in page.charges]
        told = {(amount_of(page.pending), amount_of(page.past_due)) for page in pages}
        currencies = {money.currency_code for page in pages
                      for money in (page.pending, page.past_due)}
        pending, past_due, unpaid = account.balance(card)
        if (told, charges, currencies) != ({(pending, past_due)}, unpaid, {account.currency}):
            found.append(f"GetBalance of {card or account.name} says {told} {currencies} {charges},"
                         f" the log says {pending}, {past_due}, {unpaid}")
    return found


def _transfers(client, state, account, now):
    """Sent, by id; then received, by sender and id."""
    sent = [each for _, each in sorted(account.transfers.items())]
    received = [each for other in sorted(state.accounts.values(), key=lambda each: each.name)
                for _, each in sorted(other.transfers.items()) if each.to_account == account.name
                and other is not account]
    shown = all_rows(client, "ListTransfers", "transfers",
                     pb.ListTransfersRequest(parent=account.name))
    return differences("ListTransfers", [(each.name, {
        "subscription": each.subscription, "to_billing_account": each.to_billing_account,
        "to_subscription": each.to_subscription, "state": each.state,
        "send_time": microseconds(each.send_time),
        "expire_time": microseconds(each.expire_time), "etag": each.etag}) for each in shown],
        [(each.name, {
            "subscription": each.subscription, "to_billing_account": each.to_account,
            "to_subscription": each.to_subscription, "state": each.state_at(now),
            "send_time": each.sent, "expire_time": each.expires, "etag": f'"{each.etag}"'})
         for each in sent + received])

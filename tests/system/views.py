"""The live read models, compared with the fold of the log, and as bytes."""
import time

import blockers
import views_billing
from client import OPERATOR
from reading import all_rows, differences
from wire import microseconds, pb

_STATE = {True: pb.CARD_STATE_LIVE, False: pb.CARD_STATE_REMOVED}


def _card_row(account, card, now):
    return {
        "brand": card.brand, "funding": card.funding, "last_four": card.last_four,
        "expiry": card.expiry, "country": card.country, "state": _STATE[card.live],
        "expired": card.expired(now),
        "in_use": bool(account.holders(card.name) or account.profiles_on(card.name)),
        "create_time": card.created, "update_time": card.updated, "etag": f'"{card.etag}"',
    }


def _shown_card(card):
    return {
        "brand": card.brand, "funding": card.funding, "last_four": card.last_four,
        "expiry": (card.expiry.year, card.expiry.month), "country": card.country,
        "state": card.state, "expired": card.expired, "in_use": card.in_use,
        "create_time": microseconds(card.create_time),
        "update_time": microseconds(card.update_time), "etag": card.etag,
    }


def _subscription_row(each):
    row = {
        "display_name": each.display_name, "kind": each.kind, "state": each.state,
        "card": each.card, "billing_profile": each.profile, "pays_by_invoice": each.by_invoice,
        "create_time": each.created, "update_time": each.updated, "etag": f'"{each.etag}"',
    }
    # Since when nothing pays is not promised.
    return row | ({"active_since": each.active_since} if each.card else {})


def _shown_subscription(each):
    row = {name: getattr(each, name) for name in
           ("display_name", "kind", "state", "card", "billing_profile", "pays_by_invoice", "etag")}
    row.update(create_time=microseconds(each.create_time),
               update_time=microseconds(each.update_time))
    return row | ({"active_since": microseconds(each.active_since)} if each.card else {})


def _in_use_row(account, each, now):
    card = account.card_of(each)
    row = {"subscription_state": each.state, "card": card, "billing_profile": each.profile}
    if card:
        since = max(each.active_since, account.profiles[each.profile].active_since
                    if each.profile else 0)
        row.update(active_since=since, expired=account.cards[card].expired(now),
                   in_use=account.holds(each))
    return row


def _shown_in_use(row):
    shown = {"subscription_state": row.subscription_state, "card": row.card,
             "billing_profile": row.billing_profile}
    if row.card:
        shown.update(active_since=microseconds(row.active_since), expired=row.expired,
                     in_use=row.in_use)
    return shown


def compare(client, state):
    """Every read model of every account against the fold. REQUIRES: nobody writes."""
    now = int(time.time() * 1_000_000)
    found = []
    for account in state.accounts.values():
        found += _compare_account(client, account, now)
        found += views_billing.compare(client, state, account, now)
        for card in account.cards.values():
            found += _compare_card(client, account, card, now)
    return found


def _compare_account(client, account, now):
    cards = sorted(account.cards.values(), key=lambda each: each.name)
    subscriptions = sorted(account.subscriptions.values(), key=lambda each: each.name)
    live = [each for each in subscriptions if each.live]
    found = []
    shown = all_rows(client, "ListCards", "cards",
                     pb.ListCardsRequest(parent=account.name, show_removed=True))
    found += differences("ListCards", [(each.name, _shown_card(each)) for each in shown],
                         [(each.name, _card_row(account, each, now)) for each in cards])
    shown = all_rows(client, "ListCards", "cards", pb.ListCardsRequest(parent=account.name))
    found += differences("ListCards (live)", [(each.name, {}) for each in shown],
                         [(each.name, {}) for each in cards if each.live])
    shown = all_rows(client, "ListSubscriptions", "subscriptions",
                     pb.ListSubscriptionsRequest(parent=account.name))
    found += differences("ListSubscriptions",
                         [(each.name, _shown_subscription(each)) for each in shown],
                         [(each.name, _subscription_row(each)) for each in subscriptions])
    shown = all_rows(client, "ListCardsInUse", "cards_in_use",
                     pb.ListCardsInUseRequest(parent=account.name))
    found += differences("ListCardsInUse",
                         [(each.subscription, _shown_in_use(each)) for each in shown],
                         [(each.name, _in_use_row(account, each, now)) for each in live])
    before = pb.YearMonth(year=9999, month=12)
    shown = all_rows(client, "ListExpiringCards", "cards",
                     pb.ListExpiringCardsRequest(parent=account.name, before=before))
    paying = [card for card in cards
              if card.live and (account.named_by(card.name) or account.profiles_on(card.name))]
    paying.sort(key=lambda card: (card.expiry, card.name))
    found += differences("ListExpiringCards", [(each.name, {}) for each in shown],
                         [(each.name, {}) for each in paying])
    return found


def _compare_card(client, account, card, now):
    shown = client.call("GetCard", pb.GetCardRequest(name=card.name), **OPERATOR).card
    found = differences("GetCard", [(shown.name, _shown_card(shown))],
                        [(card.name, _card_row(account, card, now))])
    if not card.live:
        return found
    in_the_way = blockers.of_removal(account, card.name)
    affected = [each.name for each in account.named_by(card.name)
                if each.state not in account.policy.holding_states]
    request = pb.CheckRemovalRequest(name=card.name, page_size=500)
    pages = list(client.pages("CheckRemoval", request, **OPERATOR))
    told = ([(each.type, each.subject) for page in pages for each in page.blockers],
            [name for page in pages for name in page.affected_subscriptions],
            {page.removable for page in pages}, {page.blocker_count for page in pages})
    wanted = (in_the_way, affected, {not in_the_way}, {len(in_the_way)})
    if told != wanted:
        found.append(f"CheckRemoval of {card.name} says {told}, the log says {wanted}")
    return found


def snapshot(client, accounts):
    """The bytes of every read model of `accounts` (full names), as the server sent them."""
    found = {}
    for account in accounts:
        requests = [
            ("GetBillingAccount", pb.GetBillingAccountRequest(name=account)),
            ("ListCards", pb.ListCardsRequest(parent=account, show_removed=True, page_size=500)),
            ("ListSubscriptions", pb.ListSubscriptionsRequest(parent=account, page_size=500)),
            ("ListCardsInUse", pb.ListCardsInUseRequest(parent=account, page_size=500)),
            ("ListExpiringCards", pb.ListExpiringCardsRequest(
                parent=account, before=pb.YearMonth(year=9999, month=12), page_size=500)),
            ("ListBillingProfiles", pb.ListBillingProfilesRequest(parent=account, page_size=500)),
            ("ListCharges", pb.ListChargesRequest(parent=account, page_size=500)),
            ("GetBalance", pb.GetBalanceRequest(parent=account, page_size=500)),
            ("ListTransfers", pb.ListTransfersRequest(parent=account, page_size=500)),
            ("ListEvents", pb.ListEventsRequest(parent=account, page_size=500)),
        ]
        cards = client.call("ListCards", requests[1][1], **OPERATOR).cards
        requests += [("CheckRemoval", pb.CheckRemovalRequest(name=card.name))
                     for card in cards if card.state == pb.CARD_STATE_LIVE]
        for method, request in requests:
            answer = client.call(method, request, raw=True, **OPERATOR)
            assert isinstance(answer, bytes), f"{method} refused: {answer}"
            found[method, request.SerializeToString()] = answer
    return found

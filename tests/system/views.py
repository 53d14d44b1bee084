"""The live read models, compared with the fold of the log, and as bytes."""
import time

from client import OPERATOR
from rules import blockers_of
from wire import microseconds, pb

_STATE = {True: pb.CARD_STATE_LIVE, False: pb.CARD_STATE_REMOVED}


def _all(client, method, field, request):
    request.page_size = 500
    rows, positions = [], set()
    for page in client.pages(method, request, **OPERATOR):
        rows += getattr(page, field)
        positions.add(page.position)
    assert len(positions) <= 1, f"the log moved while {method} was read: {positions}"
    return rows


def _card_row(account, card, now):
    return {
        "brand": card.brand, "funding": card.funding, "last_four": card.last_four,
        "expiry": card.expiry, "country": card.country, "state": _STATE[card.live],
        "expired": card.expired(now), "in_use": bool(account.holders(card.name)),
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
        "card": each.card, "billing_profile": "", "pays_by_invoice": False,
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
    row = {"subscription_state": each.state, "card": each.card}
    if each.card:
        row.update(active_since=each.active_since, expired=account.cards[each.card].expired(now),
                   in_use=each.state in account.policy.holding_states)
    return row


def _shown_in_use(row):
    shown = {"subscription_state": row.subscription_state, "card": row.card}
    if row.card:
        shown.update(active_since=microseconds(row.active_since), expired=row.expired,
                     in_use=row.in_use)
    return shown


def _compare(what, shown, wanted):
    """Differences of two lists of (name, row), order included, in words."""
    if [name for name, _ in shown] != [name for name, _ in wanted]:
        return [f"{what}: names {[name for name, _ in shown]}, the log says "
                f"{[name for name, _ in wanted]}"]
    return [f"{what} of {name}: {field} is {row.get(field)!r}, the log says {value!r}"
            for (name, row), (_, expected) in zip(shown, wanted)
            for field, value in expected.items() if row.get(field) != value]


def compare(client, state):
    """Every read model of every account against the fold. REQUIRES: nobody writes."""
    now = int(time.time() * 1_000_000)
    found = []
    for account in state.accounts.values():
        found += _compare_account(client, account, now)
        for card in account.cards.values():
            found += _compare_card(client, account, card, now)
    return found


def _compare_account(client, account, now):
    cards = sorted(account.cards.values(), key=lambda each: each.name)
    subscriptions = sorted(account.subscriptions.values(), key=lambda each: each.name)
    live = [each for each in subscriptions if each.live]
    found = []
    shown = _all(client, "ListCards", "cards",
                 pb.ListCardsRequest(parent=account.name, show_removed=True))
    found += _compare("ListCards", [(each.name, _shown_card(each)) for each in shown],
                      [(each.name, _card_row(account, each, now)) for each in cards])
    shown = _all(client, "ListCards", "cards", pb.ListCardsRequest(parent=account.name))
    found += _compare("ListCards (live)", [(each.name, {}) for each in shown],
                      [(each.name, {}) for each in cards if each.live])
    shown = _all(client, "ListSubscriptions", "subscriptions",
                 pb.ListSubscriptionsRequest(parent=account.name))
    found += _compare("ListSubscriptions",
                      [(each.name, _shown_subscription(each)) for each in shown],
                      [(each.name, _subscription_row(each)) for each in subscriptions])
    shown = _all(client, "ListCardsInUse", "cards_in_use",
                 pb.ListCardsInUseRequest(parent=account.name))
    found += _compare("ListCardsInUse",
                      [(each.subscription, _shown_in_use(each)) for each in shown],
                      [(each.name, _in_use_row(account, each, now)) for each in live])
    before = pb.YearMonth(year=9999, month=12)
    shown = _all(client, "ListExpiringCards", "cards",
                 pb.ListExpiringCardsRequest(parent=account.name, before=before))
    paying = sorted((card for card in cards if card.live and account.named_by(card.name)),
                    key=lambda card: (card.expiry, card.name))
    found += _compare("ListExpiringCards", [(each.name, {}) for each in shown],
                      [(each.name, {}) for each in paying])
    shown = client.call("GetBillingAccount", pb.GetBillingAccountRequest(name=account.name),
                        **OPERATOR).billing_account
    if shown.etag != f'"{account.etag}"':
        found.append(f"{account.name}: etag {shown.etag}, the log says {account.etag}")
    return found


def _compare_card(client, account, card, now):
    shown = client.call("GetCard", pb.GetCardRequest(name=card.name), **OPERATOR).card
    found = _compare("GetCard", [(shown.name, _shown_card(shown))],
                     [(card.name, _card_row(account, card, now))])
    if not card.live:
        return found
    blockers = blockers_of(account, card.name)
    affected = [each.name for each in account.named_by(card.name)
                if each.state not in account.policy.holding_states]
    request = pb.CheckRemovalRequest(name=card.name, page_size=500)
    pages = list(client.pages("CheckRemoval", request, **OPERATOR))
    told = ([(each.type, each.subject) for page in pages for each in page.blockers],
            [name for page in pages for name in page.affected_subscriptions],
            {page.removable for page in pages}, {page.blocker_count for page in pages})
    wanted = (blockers, affected, {not blockers}, {len(blockers)})
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
            ("ListEvents", pb.ListEventsRequest(parent=account, page_size=500)),
        ]
        cards = client.call("ListCards", requests[1][1], **OPERATOR).cards
        requests += [("CheckRemoval", pb.CheckRemovalRequest(name=card.name))
                     for card in cards if card.state == pb.CARD_STATE_LIVE]
        for method, request in requests:
            answer = client.call(method, request, raw=True, **OPERATOR)
            found[method, request.SerializeToString()] = answer
    return found

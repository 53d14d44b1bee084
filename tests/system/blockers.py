"""What stands in the way of removing a card, or of detaching a profile's payment method."""
from wire import pb

# In the order of the design page.
ORDER = ("CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION", "RECURRING_CHARGES", "RESERVED_INSTANCES",
         "CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION", "CARD_IS_BILLING_PROFILE_DEFAULT",
         "OUTSTANDING_CHARGES", "PENDING_CHARGES", "LAST_PAYMENT_METHOD_REQUIRED")
RETAINED, RECURRING, RESERVED, IN_USE, DEFAULT, OUTSTANDING, PENDING, LAST = ORDER


def _of_subscription(subscription):
    if subscription.state in (pb.SUBSCRIPTION_STATE_DISABLED, pb.SUBSCRIPTION_STATE_CANCELLED):
        return RETAINED
    if subscription.kind in (pb.SUBSCRIPTION_KIND_SUPPORT_PLAN, pb.SUBSCRIPTION_KIND_SAVINGS_PLAN):
        return RECURRING
    return RESERVED if subscription.kind == pb.SUBSCRIPTION_KIND_RESERVATION else IN_USE


def _in_order(found):
    return sorted(found, key=lambda each: (ORDER.index(each[0]), each[1].encode()))


def _of_charges(charges):
    return [(OUTSTANDING if each.past_due else PENDING, each.name) for each in charges]


def of_removal(account, card, policy=None):
    """Everything in the way of removing `card`: [(type, subject)], in order."""
    found = [(_of_subscription(each), each.name) for each in account.holders(card, policy)]
    found += [(DEFAULT, each.name) for each in account.profiles_on(card)]
    found += _of_charges(account.unpaid_on(card))
    live = account.live_cards()
    if (policy or account.policy).require_payment_method and [each.name for each in live] == [card]:
        found.append((LAST, account.name))
    return _in_order(found)


def of_detach(account, profile):
    """The same of detaching a profile's payment method."""
    found = [(_of_subscription(each), each.name) for each in account.billed_to(profile)
             if account.holds(each)]
    return _in_order(found + _of_charges(account.unpaid_by(profile)))

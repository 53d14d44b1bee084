"""What a decision looks like: ("facts", [summary, …]), ("nothing",) or ("refused", reason,
blockers, blocker_count). A summary is a fact without what the server alone knows (times,
ids that it made)."""
from things import amount_of, policy_of

BLOCKERS_TOLD = 20
NOTHING = ("nothing",)


def refused(reason, blockers=()):
    return ("refused", reason, tuple(blockers[:BLOCKERS_TOLD]), len(blockers))


def facts(*summaries):
    return ("facts", list(summaries))


def _transferred_in(fact):
    made = fact.subscription
    return (made.name, made.display_name, made.kind, made.card, made.billing_profile,
            fact.transfer)


def _updated_account(fact):
    paths = tuple(sorted(fact.update_mask.paths))
    return (fact.billing_account.name,
            tuple((path, getattr(fact.billing_account, path)) for path in paths))


def _charged(fact):
    return (fact.charge, fact.card, fact.subscription, fact.billing_profile)


# What of each fact a rule decides; what is not here is about a subscription alone.
_SUMMARIES = {
    "billing_account_created": lambda fact: (fact.billing_account.name,),
    "billing_account_updated": _updated_account,
    "policy_changed": lambda fact: (fact.billing_account, policy_of(fact.policy)),
    "role_granted": lambda fact: (fact.principal, fact.role, fact.billing_profile),
    "role_revoked": lambda fact: (fact.principal, fact.role, fact.billing_profile),
    "administrator_changed": lambda fact: (fact.administrator, fact.previous_administrator),
    "card_added": lambda fact: (fact.card.name, fact.subscription),
    "card_updated": lambda fact: (fact.card.name, tuple(sorted(fact.update_mask.paths))),
    "active_card_changed": lambda fact: (
        fact.selected_subscription, fact.card,
        tuple((move.subscription, move.previous_card) for move in fact.moves), fact.cause),
    "card_removed": lambda fact: (fact.card, tuple(fact.detached_subscriptions)),
    "subscription_created": lambda fact: (
        fact.subscription.name, fact.subscription.display_name, fact.subscription.kind,
        fact.subscription.card, fact.subscription.billing_profile),
    "subscription_updated": lambda fact: (fact.subscription.name, fact.subscription.display_name),
    "billing_profile_changed": lambda fact: (fact.subscription, fact.billing_profile,
                                             fact.previous_billing_profile),
    "billing_profile_created": lambda fact: (
        fact.billing_profile.name, fact.billing_profile.display_name, fact.billing_profile.card),
    "payment_method_replaced": lambda fact: (fact.billing_profile, fact.card, fact.previous_card),
    "payment_method_detached": lambda fact: (fact.billing_profile, fact.previous_card),
    "charge_recorded": lambda fact: (
        fact.charge.name, fact.charge.subscription, fact.charge.billing_profile, fact.charge.card,
        fact.billing_profile, amount_of(fact.charge.amount)),
    "payment_succeeded": lambda fact: (*_charged(fact), fact.processor_reference),
    "payment_declined": lambda fact: (
        *_charged(fact), fact.processor_reference, fact.network_code, fact.advice_code,
        fact.reason, fact.kind),
    "charge_voided": lambda fact: _charged(fact),
    "balance_settled": lambda fact: (
        fact.failed_card, fact.paying_card, amount_of(fact.amount), tuple(fact.charges),
        fact.processor_reference, fact.requested_by, tuple(fact.subscriptions),
        tuple(fact.billing_profiles)),
    "invoice_payment_requested": lambda fact: (fact.billing_account,),
    "invoice_payment_approved": lambda fact: (fact.billing_account,),
    "invoice_payment_rejected": lambda fact: (fact.billing_account,),
    "switched_to_invoice": lambda fact: (fact.subscription, fact.billing_profile,
                                         fact.previous_card),
    "transfer_sent": lambda fact: (fact.transfer.name, fact.transfer.subscription,
                                   fact.transfer.to_billing_account),
    "subscription_transferred_in": _transferred_in,
    "subscription_transferred_out": lambda fact: (fact.subscription, fact.transfer),
    "transfer_declined": lambda fact: (fact.transfer, fact.subscription),
    "transfer_cancelled": lambda fact: (fact.transfer, fact.subscription),
    "transfer_expired": lambda fact: (fact.transfer, fact.subscription),
}


def summary(event):
    """The summary of a recorded fact, in the form that a Judge gives."""
    kind = event.WhichOneof("data")
    fact = getattr(event, kind)
    if kind in _SUMMARIES:
        return (event.type, *_SUMMARIES[kind](fact))
    return (event.type, fact.subscription)


def recorded(events):
    """The decision that the records of one command show."""
    first = events[0]
    kind = first.WhichOneof("data")
    if kind == "nothing_changed":
        return NOTHING
    if kind == "command_refused":
        refusal = first.command_refused
        return ("refused", refusal.reason,
                tuple((each.type, each.subject) for each in refusal.blockers),
                refusal.blocker_count)
    return facts(*(summary(event) for event in events))

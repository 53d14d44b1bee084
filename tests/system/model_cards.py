"""The facts of cards, of subscriptions, and of which card pays for which."""
from things import ALWAYS_HOLDING, LIVE_STATES, RETENTION_US, Card, Problem, Subscription
from wire import microseconds, pb


class CardFacts:
    """Part of model.State."""

    @staticmethod
    def _card_added(account, fact, event, request):
        card, now = fact.card, microseconds(event.commit_time)
        secret = request.card if request else card
        if card.name in account.cards:
            return [Problem("FOLD", f"{card.name} added twice")]
        problems = []
        if not card.name.startswith(account.name + "/cards/"):
            problems.append(Problem("I2", f"foreign card {card.name}"))
        if card.expiry.month not in range(1, 13):
            return problems + [Problem("FOLD", f"{card.name} has no expiry month")]
        account.cards[card.name] = Card(
            card.name, secret.token, secret.fingerprint, card.brand, card.funding, card.last_four,
            (card.expiry.year, card.expiry.month), card.country, now, now, event.position)
        return problems

    @staticmethod
    def _card_updated(account, fact, event, unused_request):
        card = account.cards.get(fact.card.name)
        if card is None or not card.live:
            return [Problem("FOLD", f"{fact.card.name} updated, but it is not a live card")]
        if "expiry" in fact.update_mask.paths:
            card.expiry = (fact.card.expiry.year, fact.card.expiry.month)
        card.updated, card.etag = microseconds(event.commit_time), event.position
        return []

    def _active_card_changed(self, account, fact, event, unused_request):
        problems = self._assignable(account, fact.card, "set active")
        before = {each.name: each.card for each in account.subscriptions.values()}
        for move in fact.moves:
            subscription = account.subscriptions.get(move.subscription)
            if subscription is None or not subscription.live:
                problems.append(Problem("I1", f"{move.subscription} moved, but it is not live"))
                continue
            if subscription.card != move.previous_card:
                problems.append(Problem("FOLD", f"{move.subscription} moved from "
                                        f"{move.previous_card!r} but it had {subscription.card!r}"))
            subscription.card = fact.card
            subscription.active_since = subscription.updated = microseconds(event.commit_time)
            subscription.etag = event.position
        if fact.cause == pb.CHANGE_CAUSE_SETTLE:
            return problems + self._settled_moves(account, fact, before)
        return problems + self._cascaded(account, fact, before)

    @staticmethod
    def _cascaded(account, fact, before):
        """I4: after a cascade no live subscription keeps the group's previous card."""
        previous = before.get(fact.selected_subscription, "")
        problems = []
        for each in account.live_subscriptions():
            if each.card == fact.card or each.by_invoice:
                continue
            if each.name == fact.selected_subscription or (previous and each.card == previous):
                problems.append(Problem("I4", f"the cascade forgot {each.name}"))
            elif account.policy.cascade_all:
                problems.append(Problem("I4", f"the cascade to all forgot {each.name}"))
        if not account.policy.cascade_all:
            for move in fact.moves:
                if (move.subscription != fact.selected_subscription
                        and before.get(move.subscription) != previous):
                    problems.append(Problem("I4", f"{move.subscription} was not of the group"))
        return problems

    @staticmethod
    def _settled_moves(account, fact, before):
        """Whatever the policy says: those that the failed card paid for, and nobody else."""
        if not account.settling:
            return [Problem("FOLD", "cards moved for a settlement that was not recorded")]
        problems = [Problem("I4", f"{move.subscription} did not use the failed card")
                    for move in fact.moves if before.get(move.subscription) != account.settling]
        if fact.selected_subscription:
            problems.append(Problem("FOLD", "a settlement selects no subscription"))
        return problems

    @staticmethod
    def _assignable(account, card, what):
        """I2: only a live card of the account itself pays."""
        known = account.cards.get(card)
        if not card.startswith(account.name + "/cards/"):
            return [Problem("I2", f"foreign card {card} {what}")]
        if known is None:
            return [Problem("I2", f"unknown card {card} {what}")]
        return [] if known.live else [Problem("I2", f"removed card {card} {what}")]

    def _card_removed(self, account, fact, event, unused_request):
        card = account.cards.get(fact.card)
        if card is None or not card.live:
            return [Problem("FOLD", f"{fact.card} removed, but it is not a live card")]
        problems = self._removed_in_use(account, fact.card)
        now = microseconds(event.commit_time)
        card.live, card.updated, card.etag = False, now, event.position
        for name in fact.detached_subscriptions:
            subscription = account.subscriptions.get(name)
            if subscription is None or subscription.card != fact.card:
                problems.append(Problem("FOLD", f"{name} detached, but it did not name the card"))
                continue
            subscription.card = ""
            subscription.updated, subscription.etag = now, event.position
        return problems + [Problem("I1", f"{each.name} keeps the removed {fact.card}")
                           for each in account.named_by(fact.card)]

    @staticmethod
    def _removed_in_use(account, card):
        """I3: in use by nobody, whatever the policy says, and nothing on it is unpaid."""
        holders = [each for each in account.named_by(card)
                   if each.state in account.policy.holding_states | ALWAYS_HOLDING]
        return [Problem("I3", f"{card} removed while {each.name} {why}") for each, why in
                [(each, "holds it") for each in holders]
                + [(each, "pays with it") for each in account.profiles_on(card)]
                + [(each, "is unpaid") for each in account.unpaid_on(card)]]

    def _subscription_created(self, account, fact, event, unused_request):
        return self._new_subscription(account, fact.subscription, event)

    def _new_subscription(self, account, made, event):
        now = microseconds(event.commit_time)
        if made.name in account.subscriptions:
            return [Problem("FOLD", f"{made.name} created twice")]
        problems = self._assignable(account, made.card, "given") if made.card else []
        if not made.name.startswith(account.name + "/subscriptions/"):
            problems.append(Problem("I2", f"foreign subscription {made.name}"))
        if made.billing_profile:
            problems += self._billable(account, made.billing_profile)
        account.subscriptions[made.name] = Subscription(
            made.name, made.display_name, made.kind, made.card, made.billing_profile, now, now,
            event.position, now)
        return problems

    @staticmethod
    def _billable(account, name):
        """Only an ACTIVE profile of the account is billed."""
        profile = account.profiles.get(name)
        if profile is None:
            return [Problem("I2", f"billed to the foreign or unknown {name}")]
        return [] if profile.active else [Problem("I2", f"billed to the inactive {name}")]

    def _subscription_updated(self, account, fact, event, unused_request):
        return self._change(account, fact.subscription.name, event, LIVE_STATES,
                            display_name=fact.subscription.display_name)

    def _billing_profile_changed(self, account, fact, event, unused_request):
        subscription = account.subscriptions.get(fact.subscription)
        problems = self._billable(account, fact.billing_profile)
        if subscription and subscription.profile != fact.previous_billing_profile:
            problems.append(Problem("FOLD", f"{fact.subscription} was billed to "
                                    f"{subscription.profile!r}"))
        return problems + self._change(account, fact.subscription, event, LIVE_STATES,
                                       profile=fact.billing_profile,
                                       active_since=microseconds(event.commit_time))

    def _subscription_disabled(self, account, fact, event, unused_request):
        return self._change(account, fact.subscription, event, ALWAYS_HOLDING,
                            state=pb.SUBSCRIPTION_STATE_DISABLED,
                            inactive_since=microseconds(event.commit_time),
                            disabled_by_platform=True)

    def _subscription_cancelled(self, account, fact, event, unused_request):
        subscription = account.subscriptions.get(fact.subscription)
        leaves = subscription is not None and subscription.state in ALWAYS_HOLDING
        since = microseconds(event.commit_time) if leaves else None
        changes = {"inactive_since": since} if leaves else {}
        return self._change(account, fact.subscription, event,
                            ALWAYS_HOLDING | {pb.SUBSCRIPTION_STATE_DISABLED},
                            state=pb.SUBSCRIPTION_STATE_CANCELLED, **changes)

    def _subscription_reactivated(self, account, fact, event, unused_request):
        return self._change(account, fact.subscription, event,
                            LIVE_STATES - ALWAYS_HOLDING, state=pb.SUBSCRIPTION_STATE_ACTIVE,
                            disabled_by_platform=False)

    def _subscription_deleted(self, account, fact, event, unused_request):
        subscription = account.subscriptions.get(fact.subscription)
        kept = subscription and microseconds(event.commit_time) - subscription.inactive_since
        problems = [Problem("RETENTION", f"{fact.subscription} deleted too early")] * (
            kept is not None and kept < RETENTION_US)
        return problems + self._change(account, fact.subscription, event,
                            LIVE_STATES - ALWAYS_HOLDING, state=pb.SUBSCRIPTION_STATE_DELETED,
                            card="")

    def _subscription_became_past_due(self, account, fact, event, unused_request):
        return self._change(account, fact.subscription, event, {pb.SUBSCRIPTION_STATE_ACTIVE},
                            state=pb.SUBSCRIPTION_STATE_PAST_DUE)

    def _subscription_became_current(self, account, fact, event, unused_request):
        return self._change(account, fact.subscription, event, {pb.SUBSCRIPTION_STATE_PAST_DUE},
                            state=pb.SUBSCRIPTION_STATE_ACTIVE)

    @staticmethod
    def _change(account, name, event, states, **changes):
        """Changes a subscription that must be in one of `states`."""
        subscription = account.subscriptions.get(name)
        if subscription is None:
            return [Problem("FOLD", f"{event.type} of {name}, which does not exist")]
        problems = [] if subscription.state in states else [
            Problem("FOLD", f"{event.type} of {name} in state {subscription.state}")]
        for field, value in changes.items():
            setattr(subscription, field, value)
        subscription.updated, subscription.etag = microseconds(event.commit_time), event.position
        return problems

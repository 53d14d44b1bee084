"""The facts of billing profiles, charges, payments, settlements, and paying by invoice."""
from things import Charge, Problem, Profile, amount_of
from wire import microseconds, pb


class PaymentFacts:
    """Part of model.State."""

    def _billing_profile_created(self, account, fact, event, unused_request):
        made, now = fact.billing_profile, microseconds(event.commit_time)
        if made.name in account.profiles:
            return [Problem("FOLD", f"{made.name} created twice")]
        account.profiles[made.name] = Profile(made.name, made.display_name, made.card, now, now,
                                              event.position, now)
        return self._assignable(account, made.card, "given to a profile")

    def _payment_method_replaced(self, account, fact, event, unused_request):
        problems = self._assignable(account, fact.card, "given to a profile")
        return problems + self._change_profile(
            account, fact, event, card=fact.card, by_invoice=False,
            active_since=microseconds(event.commit_time))

    def _payment_method_detached(self, account, fact, event, unused_request):
        held = [each for each in account.billed_to(fact.billing_profile) if account.holds(each)]
        problems = [Problem("DETACH", f"{fact.billing_profile} detached while {each.name} needs it")
                    for each in held + account.unpaid_by(fact.billing_profile)]
        return problems + self._change_profile(account, fact, event, card="", by_invoice=False,
                                               active=False)

    def _switched_to_invoice(self, account, fact, event, unused_request):
        now = microseconds(event.commit_time)
        problems = []
        if account.invoice_payment != pb.INVOICE_PAYMENT_STATE_APPROVED:
            problems.append(Problem("FOLD", "switched to invoice without approval"))
        if account.past_due():
            problems.append(Problem("DUE", "switched to invoice with charges past due"))
        if fact.billing_profile:
            return problems + self._change_profile(account, fact, event, card="", by_invoice=True,
                                                   active_since=now)
        subscription = account.subscriptions.get(fact.subscription)
        if subscription is None or not subscription.live:
            return problems + [Problem("FOLD", f"{fact.subscription} switched, but is not live")]
        if subscription.card != fact.previous_card:
            problems.append(Problem("FOLD", f"{subscription.name} had {subscription.card!r}"))
        subscription.card, subscription.by_invoice = "", True
        subscription.active_since = subscription.updated = now
        subscription.etag = event.position
        return problems

    @staticmethod
    def _change_profile(account, fact, event, **changes):
        """Changes an ACTIVE profile whose card must be the fact's previous one."""
        profile = account.profiles.get(fact.billing_profile)
        if profile is None:
            return [Problem("FOLD", f"{event.type} of {fact.billing_profile}, which is not there")]
        problems = [] if profile.active else [
            Problem("FOLD", f"{event.type} of the inactive {profile.name}")]
        if profile.card != fact.previous_card:
            problems.append(Problem("FOLD", f"{profile.name} had {profile.card!r}, not "
                                    f"{fact.previous_card!r}"))
        for field, value in changes.items():
            setattr(profile, field, value)
        profile.updated, profile.etag = microseconds(event.commit_time), event.position
        return problems

    def _charge_recorded(self, account, fact, event, unused_request):
        made, now = fact.charge, microseconds(event.commit_time)
        if made.name in account.charges:
            return [Problem("FOLD", f"{made.name} recorded twice")]
        if bool(made.subscription) == bool(made.billing_profile):
            return [Problem("FOLD", f"{made.name} is for both or neither")]
        subscription = account.subscriptions.get(made.subscription)
        profile = made.billing_profile or (subscription.profile if subscription else "")
        known = account.profiles.get(profile)
        problems = self._assignable(account, made.card, "charged") if made.card else []
        if (profile and known is None) or (made.subscription and subscription is None):
            return problems + [Problem("I2", f"{made.name} charges what is not there")]
        pays = known.card if known else subscription.card
        if pays != made.card:
            problems.append(Problem("FOLD", f"{made.name} is on {made.card!r}, but {pays!r} pays"))
        if made.amount.currency_code != account.currency or amount_of(made.amount) <= 0:
            problems.append(Problem("FOLD", f"{made.name} is over {made.amount}"))
        account.charges[made.name] = Charge(
            made.name, made.subscription, made.billing_profile, made.card, profile,
            amount_of(made.amount), microseconds(made.due_time), now, now, event.position)
        return problems

    @staticmethod
    def _end_charge(account, name, event, state, sources):
        charge = account.charges.get(name)
        if charge is None:
            return [Problem("FOLD", f"{event.type} of {name}, which is not there")]
        problems = [] if charge.state in sources else [
            Problem("FOLD", f"{event.type} of {name} in state {charge.state}")]
        charge.state = state
        charge.updated, charge.etag = microseconds(event.commit_time), event.position
        return problems

    def _payment_succeeded(self, account, fact, event, unused_request):
        problems = self._end_charge(account, fact.charge, event, pb.CHARGE_STATE_PAID,
                                    (pb.CHARGE_STATE_PENDING, pb.CHARGE_STATE_PAST_DUE))
        return problems + self._report(account, fact, pb.PAYMENT_OUTCOME_SUCCEEDED)

    def _payment_declined(self, account, fact, event, unused_request):
        problems = self._end_charge(account, fact.charge, event, pb.CHARGE_STATE_PAST_DUE,
                                    (pb.CHARGE_STATE_PENDING, pb.CHARGE_STATE_PAST_DUE))
        charge = account.charges.get(fact.charge)
        if charge:
            charge.codes, charge.meaning = ((fact.network_code, fact.advice_code),
                                            (fact.reason, fact.kind))
            charge.declined_at = event.position
        return problems + self._report(account, fact, pb.PAYMENT_OUTCOME_DECLINED)

    @staticmethod
    def _report(account, fact, outcome):
        """A payment that is reported twice is one payment."""
        charge = account.charges.get(fact.charge)
        if charge is None:
            return []
        report = (fact.processor_reference, outcome)
        if report in charge.reports:
            return [Problem("FOLD", f"{report} of {charge.name} recorded twice")]
        charge.reports.add(report)
        return []

    def _charge_voided(self, account, fact, event, unused_request):
        return self._end_charge(account, fact.charge, event, pb.CHARGE_STATE_VOIDED,
                                (pb.CHARGE_STATE_PENDING, pb.CHARGE_STATE_PAST_DUE))

    def _balance_settled(self, account, fact, event, unused_request):
        due = account.past_due((fact.failed_card, fact.paying_card))
        problems = self._assignable(account, fact.paying_card, "charged")
        if [each.name for each in due] != list(fact.charges):
            problems.append(Problem("DUE", f"settled {list(fact.charges)}, but past due are "
                                    f"{[each.name for each in due]}"))
        if sum(each.amount for each in due) != amount_of(fact.amount):
            problems.append(Problem("DUE", f"settled with {fact.amount}"))
        if fact.processor_reference in account.captures:
            problems.append(Problem("FOLD", f"{fact.processor_reference} settled twice"))
        for name in fact.charges:
            problems += self._end_charge(account, name, event, pb.CHARGE_STATE_PAID,
                                         (pb.CHARGE_STATE_PAST_DUE,))
        account.captures[fact.processor_reference] = (
            fact.failed_card, fact.paying_card, amount_of(fact.amount), fact.requested_by)
        account.settling = fact.failed_card
        return problems

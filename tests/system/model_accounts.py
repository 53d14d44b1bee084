"""The facts of the account itself: what it is, who may act on it, how it may pay."""
from things import Account, Problem, policy_of
from wire import microseconds, pb


class AccountFacts:
    """Part of model.State."""

    def _billing_account_created(self, event):
        opened = event.billing_account_created.billing_account
        if opened.name in self.accounts:
            return [Problem("FOLD", f"{opened.name} opened twice")]
        self.accounts[opened.name] = Account(
            opened.name, opened.agreement, opened.administrator, opened.country, opened.currency,
            opened.display_name, opened.business, policy_of(opened.policy),
            microseconds(event.commit_time), event.position)
        return []

    @staticmethod
    def _billing_account_updated(account, fact, event, unused_request):
        for path in fact.update_mask.paths:
            setattr(account, path, getattr(fact.billing_account, path))
        account.etag = event.position
        return []

    @staticmethod
    def _policy_changed(account, fact, event, unused_request):
        account.policy = policy_of(fact.policy)
        account.etag = event.position
        return []

    @staticmethod
    def _role_granted(account, fact, event, unused_request):
        binding = (fact.principal, fact.role, fact.billing_profile)
        problems = []
        if binding in account.roles:
            problems.append(Problem("FOLD", f"{binding} granted twice"))
        if fact.billing_profile and fact.billing_profile not in account.profiles:
            problems.append(Problem("FOLD", f"{binding} on a profile that is not there"))
        account.roles.add(binding)
        account.etag = event.position
        return problems

    @staticmethod
    def _role_revoked(account, fact, event, unused_request):
        binding = (fact.principal, fact.role, fact.billing_profile)
        if binding not in account.roles:
            return [Problem("FOLD", f"{binding} revoked, but it was not held")]
        account.roles.remove(binding)
        account.etag = event.position
        return []

    @staticmethod
    def _administrator_changed(account, fact, event, unused_request):
        problems = [] if account.administrator == fact.previous_administrator else [
            Problem("FOLD", f"handed over by {fact.previous_administrator}, but the administrator "
                    f"was {account.administrator}")]
        account.administrator, account.etag = fact.administrator, event.position
        return problems

    @staticmethod
    def _decide_invoice(account, event, sources, target):
        problems = [] if account.invoice_payment in sources else [
            Problem("FOLD", f"{event.type} in state {account.invoice_payment}")]
        account.invoice_payment, account.etag = target, event.position
        return problems

    def _invoice_payment_requested(self, account, unused_fact, event, unused_request):
        return self._decide_invoice(account, event, (
            pb.INVOICE_PAYMENT_STATE_NONE, pb.INVOICE_PAYMENT_STATE_REJECTED),
            pb.INVOICE_PAYMENT_STATE_REQUESTED)

    def _invoice_payment_approved(self, account, unused_fact, event, unused_request):
        return self._decide_invoice(account, event, (pb.INVOICE_PAYMENT_STATE_REQUESTED,),
                                    pb.INVOICE_PAYMENT_STATE_APPROVED)

    def _invoice_payment_rejected(self, account, unused_fact, event, unused_request):
        return self._decide_invoice(account, event, (pb.INVOICE_PAYMENT_STATE_REQUESTED,),
                                    pb.INVOICE_PAYMENT_STATE_REJECTED)

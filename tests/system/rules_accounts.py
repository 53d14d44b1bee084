"""The rules of the account's own commands: what it is, roles, paying by invoice."""
from things import policy_of
from verdicts import NOTHING, facts, refused
from wire import pb

ROLES_MAX = 1_000


class AccountRules:
    """Part of rules.Judge."""

    def _create_billing_account(self, request):
        name = f"billingAccounts/{request.billing_account_id}"
        if name in self._state.accounts:
            return refused("BILLING_ACCOUNT_ALREADY_EXISTS")
        return facts(("BillingAccountCreated", name))

    def _update_billing_account(self, account, request):
        if self._stale(request, account):
            return refused("ETAG_MISMATCH")
        wanted = request.billing_account
        changes = tuple((path, getattr(wanted, path))
                        for path in sorted(request.update_mask.paths))
        if all(getattr(account, path) == value for path, value in changes):
            return NOTHING
        return facts(("BillingAccountUpdated", account.name, changes))

    def _set_policy(self, account, request):
        if self._stale(request, account):
            return refused("ETAG_MISMATCH")
        policy = policy_of(request.policy)
        return NOTHING if policy == account.policy else facts(
            ("PolicyChanged", account.name, policy))

    def _binding(self, account, request):
        """((principal, role, profile), refusal)."""
        profile = "" if request.name == account.name else request.name
        if self._stale(request, account):
            return None, refused("ETAG_MISMATCH")
        if profile and profile not in account.profiles:
            return None, refused("BILLING_PROFILE_NOT_FOUND")
        return (request.principal, request.role, profile), None

    def _grant_role(self, account, request):
        binding, refusal = self._binding(account, request)
        if refusal:
            return refusal
        if request.role == pb.ROLE_ADMINISTRATOR:
            return refused("ROLE_ALREADY_GRANTED" if request.principal == account.administrator
                           else "ADMINISTRATOR_REQUIRED")
        if binding in account.roles:
            return refused("ROLE_ALREADY_GRANTED")
        if len(account.roles) >= ROLES_MAX:
            return refused("ROLE_LIMIT_REACHED")
        return facts(("RoleGranted", *binding))

    def _revoke_role(self, account, request):
        binding, refusal = self._binding(account, request)
        if refusal:
            return refusal
        if request.role == pb.ROLE_ADMINISTRATOR:
            return refused("ADMINISTRATOR_REQUIRED" if request.principal == account.administrator
                           else "ROLE_NOT_GRANTED")
        if binding not in account.roles:
            return refused("ROLE_NOT_GRANTED")
        return facts(("RoleRevoked", *binding))

    def _hand_over_administrator(self, account, request):
        if self._actor != account.administrator and not request.reason:
            return refused("INVALID_REQUEST")
        if self._stale(request, account):
            return refused("ETAG_MISMATCH")
        if request.principal == account.administrator:
            return NOTHING
        return facts(("AdministratorChanged", request.principal, account.administrator))

    def _request_invoice_payment(self, account, request):
        if self._stale(request, account):
            return refused("ETAG_MISMATCH")
        if not account.business:
            return refused("BUSINESS_ACCOUNT_REQUIRED")
        if account.invoice_payment in (pb.INVOICE_PAYMENT_STATE_REQUESTED,
                                       pb.INVOICE_PAYMENT_STATE_APPROVED):
            return refused("INVOICE_PAYMENT_ALREADY_REQUESTED")
        if account.past_due():
            return refused("OUTSTANDING_CHARGES")
        return facts(("InvoicePaymentRequested", account.name))

    def _decide_invoice_payment(self, account, request):
        if self._stale(request, account):
            return refused("ETAG_MISMATCH")
        if account.invoice_payment != pb.INVOICE_PAYMENT_STATE_REQUESTED:
            return refused("INVOICE_PAYMENT_NOT_REQUESTED")
        fact = "InvoicePaymentApproved" if request.approved else "InvoicePaymentRejected"
        return facts((fact, account.name))

    def _switch_to_invoice(self, account, request):
        by_profile = "/billingProfiles/" in request.name
        things = account.profiles if by_profile else account.subscriptions
        thing = things.get(request.name)
        if by_profile and not account.by_profile:
            return refused("AGREEMENT_NOT_SUPPORTED")  # no profile can be there
        if thing is None:
            return refused("BILLING_PROFILE_NOT_FOUND" if by_profile else "SUBSCRIPTION_NOT_FOUND")
        if self._stale(request, thing):
            return refused("ETAG_MISMATCH")
        if by_profile != account.by_profile:
            return refused("AGREEMENT_NOT_SUPPORTED")
        ended = (None if thing.active else "BILLING_PROFILE_INACTIVE") if by_profile else \
            self._ended(thing)
        if ended:
            return refused(ended)
        if account.invoice_payment != pb.INVOICE_PAYMENT_STATE_APPROVED:
            return refused("INVOICE_PAYMENT_NOT_APPROVED")
        if account.past_due():
            return refused("OUTSTANDING_CHARGES")
        if thing.by_invoice:
            return NOTHING
        names = ("", thing.name) if by_profile else (thing.name, "")
        return facts(("SwitchedToInvoice", *names, thing.card))

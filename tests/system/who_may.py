"""Who may give which command: the table of the design page, Who may, for the checker."""
from wire import pb

SCHEDULER = "services/scheduler"

_ADMINISTRATOR = frozenset({
    "AddCard", "UpdateCard", "RemoveCard", "SetActive", "RequestInvoicePayment", "SwitchToInvoice",
    "SendTransfer", "CancelTransfer", "CreateBillingProfile", "ReplacePaymentMethod",
    "DetachPaymentMethod", "CreateSubscription", "UpdateSubscription", "CancelSubscription",
    "ReactivateSubscription", "ChangeBillingProfile", "GrantRole", "RevokeRole",
    "HandOverAdministrator"})
_SUBSCRIPTIONS = frozenset({
    "CreateSubscription", "UpdateSubscription", "CancelSubscription", "ReactivateSubscription",
    "ChangeBillingProfile"})
_BILLER = _SUBSCRIPTIONS | {
    "DisableSubscription", "DeleteSubscription", "RecordCharge", "RecordPayment", "VoidCharge",
    "SettleBalance"}
_OPERATOR = _SUBSCRIPTIONS | {
    "DisableSubscription", "DeleteSubscription", "VoidCharge", "HandOverAdministrator",
    "CreateBillingAccount", "UpdateBillingAccount", "SetPolicy", "DecideInvoicePayment"}
_WRITING_ROLES = (pb.ROLE_OWNER, pb.ROLE_CONTRIBUTOR)


def may(actor, platform_roles, method, account, subject):
    """Whether `actor` may give `method` on `account` (None: it does not exist).

    `subject`: the full name of the subscription or profile that it is about, or empty.
    """
    if actor == SCHEDULER:
        return method in ("ExpireTransfer", "DeleteSubscription")
    if "operator" in platform_roles and method in _OPERATOR:
        return True
    if "biller" in platform_roles and method in _BILLER:
        return True
    if account is None:
        return False
    if actor == account.administrator:
        return method in _ADMINISTRATOR and not (
            method in _SUBSCRIPTIONS and _platform_holds(account, subject))
    return _role_allows(actor, method, account, subject)


def _platform_holds(account, subject):
    subscription = account.subscriptions.get(subject)
    return subscription is not None and subscription.platform_holds


def _role_allows(actor, method, account, subject):
    on_account = any((actor, role, "") in account.roles for role in _WRITING_ROLES)
    if method == "CreateBillingProfile":
        return on_account
    if method not in ("ReplacePaymentMethod", "DetachPaymentMethod"):
        return False
    on_profile = any((actor, role, subject) in account.roles for role in _WRITING_ROLES)
    return ((on_account or on_profile)
            and not account.policy.signed_up_user_manages_profiles)

"""What a bank's codes mean: the table of the design page, Payment guidance, a second time."""
from wire import pb

_SOFT, _HARD, _ACTION = (pb.DECLINE_KIND_SOFT, pb.DECLINE_KIND_HARD,
                         pb.DECLINE_KIND_CUSTOMER_ACTION)

# (reason, kind, network codes, advice codes)
TABLE = (
    (pb.DECLINE_REASON_INTERNATIONAL_TRANSACTIONS_DISABLED, _ACTION,
     ("57", "62", "5C", "9G", "card_not_supported", "transaction_not_allowed"), ()),
    (pb.DECLINE_REASON_INSUFFICIENT_CREDIT, _SOFT,
     ("51", "61", "65", "insufficient_funds", "card_velocity_exceeded"), ("02",)),
    (pb.DECLINE_REASON_RECURRING_PAYMENTS_DISABLED, _ACTION,
     ("R0", "R1", "R3", "revocation_of_authorization"), ("21",)),
    (pb.DECLINE_REASON_CARD_EXPIRED, _ACTION, ("54", "33", "expired_card"), ("01",)),
    (pb.DECLINE_REASON_CARD_LOST_OR_STOLEN, _HARD,
     ("41", "43", "04", "07", "lost_card", "stolen_card", "pickup_card"), ()),
    (pb.DECLINE_REASON_DO_NOT_HONOR, _SOFT, ("05", "do_not_honor", "generic_decline"), ()),
    (pb.DECLINE_REASON_INVALID_CARD_DETAILS, _HARD,
     ("14", "15", "46", "incorrect_number", "incorrect_cvc"), ()),
    (pb.DECLINE_REASON_ISSUER_UNAVAILABLE, _SOFT, ("91", "96", "processing_error"), ()),
    (pb.DECLINE_REASON_AUTHENTICATION_REQUIRED, _ACTION, ("1A", "authentication_required"), ()),
    (pb.DECLINE_REASON_CARD_TYPE_NOT_ACCEPTED, _HARD, (), ("40", "41")),
    (pb.DECLINE_REASON_OTHER, _HARD, (), ("03",)),
)

# Declines after which the customer is given the founding document's questions for the bank.
ASK_THE_BANK = (pb.DECLINE_REASON_INTERNATIONAL_TRANSACTIONS_DISABLED,
                pb.DECLINE_REASON_INSUFFICIENT_CREDIT,
                pb.DECLINE_REASON_RECURRING_PAYMENTS_DISABLED,
                pb.DECLINE_REASON_DO_NOT_HONOR, pb.DECLINE_REASON_OTHER)


def meaning_of(network_code, advice_code):
    """(DeclineReason, DeclineKind); the advice wins where both speak."""
    for wanted, column in ((advice_code, 3), (network_code, 2)):
        for row in TABLE:
            if wanted and wanted.lower() in [code.lower() for code in row[column]]:
                return row[:2]
    return (pb.DECLINE_REASON_OTHER, _SOFT)


def told_to_customers(meaning):
    """What is shown to all but operator, auditor and biller."""
    if meaning[0] == pb.DECLINE_REASON_CARD_LOST_OR_STOLEN:
        return (pb.DECLINE_REASON_DO_NOT_HONOR, _SOFT)
    return meaning

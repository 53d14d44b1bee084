#include "tests/request/requests.h"

#include <gtest/gtest.h>

#include "google/protobuf/text_format.h"

namespace billing::request {

const std::string_view kCreateBillingAccount = R"(create_billing_account {
  billing_account_id: "acme"
  billing_account {
    display_name: "Acme B.V."
    agreement: AGREEMENT_PAY_AS_YOU_GO
    administrator: "users/alice"
    business: true
    country: "NL"
    currency: "EUR"
    policy { cascade: CASCADE_ALL_SUBSCRIPTIONS }
  }
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "signed up"
})";

const std::string_view kSetPolicy = R"(set_policy {
  name: "billingAccounts/acme"
  policy {
    holding_states: SUBSCRIPTION_STATE_CANCELLED
    holding_states: SUBSCRIPTION_STATE_PAST_DUE
    holding_states: SUBSCRIPTION_STATE_ACTIVE
    max_cards: 7
  }
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "stricter"
  etag: "\"12\""
})";

const std::string_view kAddCard = R"(add_card {
  parent: "billingAccounts/acme"
  card_id: "visa"
  card {
    token: "tok_visa1"
    fingerprint: "fp:visa-1"
    brand: BRAND_VISA
    funding: FUNDING_CREDIT
    last_four: "4242"
    expiry { year: 2030 month: 4 }
    holder_name: "Alice Jansen"
    billing_address {
      lines: "Damrak 1" lines: "2nd floor"
      city: "Amsterdam" region: "Noord-Holland" postal_code: "1012 LG" country: "NL"
    }
    country: "NL"
  }
  subscription: "billingAccounts/acme/subscriptions/web"
  set_active: true
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "new card"
})";

const std::string_view kUpdateCard = R"(update_card {
  card {
    name: "billingAccounts/acme/cards/visa"
    holder_name: "Alice de Vries"
    billing_address { lines: "Singel 2" city: "Utrecht" country: "NL" }
    expiry { year: 2031 month: 5 }
  }
  update_mask { paths: "expiry" paths: "holder_name" paths: "billing_address" }
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "moved"
  etag: "\"12\""
})";

const std::string_view kSetActive = R"(set_active {
  subscription: "billingAccounts/acme/subscriptions/web"
  card: "billingAccounts/acme/cards/visa"
  expected_current_card: "billingAccounts/acme/cards/old"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "cheaper"
  etag: "\"12\""
})";

const std::string_view kRemoveCard = R"(remove_card {
  name: "billingAccounts/acme/cards/visa"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "lost"
  etag: "\"12\""
})";

const std::string_view kCreateSubscription = R"(create_subscription {
  parent: "billingAccounts/acme"
  subscription_id: "web"
  subscription {
    display_name: "Web shop"
    kind: SUBSCRIPTION_KIND_RESERVATION
    card: "billingAccounts/acme/cards/visa"
  }
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "launch"
})";

const std::string_view kUpdateSubscription = R"(update_subscription {
  subscription { name: "billingAccounts/acme/subscriptions/web" display_name: "Web shop 2" }
  update_mask { paths: "display_name" }
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "renamed"
  etag: "\"12\""
})";

const std::string_view kChangeBillingProfile = R"(change_billing_profile {
  name: "billingAccounts/acme/subscriptions/web"
  billing_profile: "billingAccounts/acme/billingProfiles/emea"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "reorganised"
  etag: "\"12\""
})";

const std::string_view kDisableSubscription = R"(disable_subscription {
  name: "billingAccounts/acme/subscriptions/web"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "unpaid"
  etag: "\"12\""
})";

const std::string_view kCancelSubscription = R"(cancel_subscription {
  name: "billingAccounts/acme/subscriptions/web"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "closed"
  etag: "\"12\""
})";

const std::string_view kReactivateSubscription = R"(reactivate_subscription {
  name: "billingAccounts/acme/subscriptions/web"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "paid"
  etag: "\"12\""
})";

const std::string_view kDeleteSubscription = R"(delete_subscription {
  name: "billingAccounts/acme/subscriptions/web"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "gone"
  etag: "\"12\""
})";

const std::string_view kUpdateBillingAccount = R"(update_billing_account {
  billing_account { name: "billingAccounts/acme" display_name: "Acme N.V." business: true }
  update_mask { paths: "business" paths: "display_name" }
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "renamed"
  etag: "\"12\""
})";

const std::string_view kGrantRole = R"(grant_role {
  name: "billingAccounts/acme/billingProfiles/emea"
  principal: "users/bob"
  role: ROLE_CONTRIBUTOR
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "joined"
  etag: "\"12\""
})";

const std::string_view kRevokeRole = R"(revoke_role {
  name: "billingAccounts/acme/billingProfiles/emea"
  principal: "users/bob"
  role: ROLE_CONTRIBUTOR
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "left"
  etag: "\"12\""
})";

const std::string_view kHandOverAdministrator = R"(hand_over_administrator {
  name: "billingAccounts/acme"
  principal: "users/carol"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "retired"
  etag: "\"12\""
})";

const std::string_view kCreateBillingProfile = R"(create_billing_profile {
  parent: "billingAccounts/acme"
  billing_profile_id: "emea"
  billing_profile { display_name: "EMEA" card: "billingAccounts/acme/cards/visa" }
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "reorganised"
})";

const std::string_view kReplacePaymentMethod = R"(replace_payment_method {
  name: "billingAccounts/acme/billingProfiles/emea"
  card: "billingAccounts/acme/cards/visa"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "cheaper"
  etag: "\"12\""
})";

const std::string_view kDetachPaymentMethod = R"(detach_payment_method {
  name: "billingAccounts/acme/billingProfiles/emea"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "closed"
  etag: "\"12\""
})";

const std::string_view kRecordCharge = R"(record_charge {
  parent: "billingAccounts/acme"
  charge_id: "november"
  charge {
    subscription: "billingAccounts/acme/subscriptions/web"
    amount { currency_code: "EUR" units: 12 nanos: 340000000 }
    due_time { seconds: 1796083200 }
  }
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "monthly"
})";

const std::string_view kRecordPayment = R"(record_payment {
  name: "billingAccounts/acme/charges/november"
  outcome: PAYMENT_OUTCOME_DECLINED
  network_code: "51"
  advice_code: "02"
  processor_reference: "pay:2026-11.1"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "reported"
  etag: "\"12\""
})";

const std::string_view kVoidCharge = R"(void_charge {
  name: "billingAccounts/acme/charges/november"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "mistake"
  etag: "\"12\""
})";

const std::string_view kSettleBalance = R"(settle_balance {
  parent: "billingAccounts/acme"
  failed_card: "billingAccounts/acme/cards/old"
  paying_card: "billingAccounts/acme/cards/visa"
  amount { currency_code: "EUR" units: 12 nanos: 340000000 }
  processor_reference: "capture:77"
  requested_by: "users/alice"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "settled"
})";

const std::string_view kRequestInvoicePayment = R"(request_invoice_payment {
  name: "billingAccounts/acme"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "big customer"
  etag: "\"12\""
})";

const std::string_view kDecideInvoicePayment = R"(decide_invoice_payment {
  name: "billingAccounts/acme"
  approved: true
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "good credit"
  etag: "\"12\""
})";

const std::string_view kSwitchToInvoice = R"(switch_to_invoice {
  name: "billingAccounts/acme/subscriptions/web"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "approved"
  etag: "\"12\""
})";

const std::string_view kSendTransfer = R"(send_transfer {
  subscription: "billingAccounts/acme/subscriptions/web"
  to_billing_account: "billingAccounts/buyer"
  transfer_id: "sale"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "sold"
  etag: "\"12\""
})";

const std::string_view kAcceptTransfer = R"(accept_transfer {
  name: "billingAccounts/acme/transfers/sale"
  subscription_id: "shop"
  card: "billingAccounts/buyer/cards/amex"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "bought"
  etag: "\"12\""
})";

const std::string_view kDeclineTransfer = R"(decline_transfer {
  name: "billingAccounts/acme/transfers/sale"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "not ours"
  etag: "\"12\""
})";

const std::string_view kCancelTransfer = R"(cancel_transfer {
  name: "billingAccounts/acme/transfers/sale"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "kept"
  etag: "\"12\""
})";

const std::string_view kExpireTransfer = R"(expire_transfer {
  name: "billingAccounts/acme/transfers/sale"
  request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  reason: "too late"
  etag: "\"12\""
})";

std::vector<std::string_view> GoodRequests() {
  return {kCreateBillingAccount,
          kSetPolicy,
          kAddCard,
          kUpdateCard,
          kSetActive,
          kRemoveCard,
          kCreateSubscription,
          kUpdateSubscription,
          kChangeBillingProfile,
          kDisableSubscription,
          kCancelSubscription,
          kReactivateSubscription,
          kDeleteSubscription,
          kUpdateBillingAccount,
          kGrantRole,
          kRevokeRole,
          kHandOverAdministrator,
          kCreateBillingProfile,
          kReplacePaymentMethod,
          kDetachPaymentMethod,
          kRecordCharge,
          kRecordPayment,
          kVoidCharge,
          kSettleBalance,
          kRequestInvoicePayment,
          kDecideInvoicePayment,
          kSwitchToInvoice,
          kSendTransfer,
          kAcceptTransfer,
          kDeclineTransfer,
          kCancelTransfer,
          kExpireTransfer};
}

v1::Command Wire(std::string_view text, std::string_view change) {
  v1::Command command;
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(std::string(text), &command)) << text;
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(std::string(change), &command))
      << change;
  return command;
}

Request Parsed(const v1::Command& wire) {
  auto parsed = Parse(wire, kFreshId, kNow);
  if (const auto* violations = std::get_if<std::vector<Violation>>(&parsed)) {
    for (const Violation& violation : *violations) {
      ADD_FAILURE() << violation.field << ": " << violation.description;
    }
  }
  return std::get<Request>(std::move(parsed));
}

Request Parsed(std::string_view text, std::string_view change) {
  return Parsed(Wire(text, change));
}

std::vector<Violation> Violations(const v1::Command& wire) {
  auto parsed = Parse(wire, kFreshId, kNow);
  auto* violations = std::get_if<std::vector<Violation>>(&parsed);
  return violations == nullptr ? std::vector<Violation>() : std::move(*violations);
}

std::vector<std::string> BadFields(const v1::Command& wire) {
  std::vector<std::string> fields;
  for (const Violation& violation : Violations(wire)) fields.push_back(violation.field);
  return fields;
}

std::vector<std::string> BadFields(std::string_view text, std::string_view change) {
  return BadFields(Wire(text, change));
}

}  // namespace billing::request

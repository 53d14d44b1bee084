// Wire requests for the tests: one good one of every command, and how to spoil it.
#ifndef BILLING_TESTS_REQUEST_REQUESTS_H_
#define BILLING_TESTS_REQUEST_REQUESTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "aggregates/request/request.h"
#include "billing/v1/command.pb.h"

namespace billing::request {

// 2026-11-23T00:00:00Z.
inline constexpr kernel::Instant kNow = {1'795'392'000'000'000};
inline const std::string kFreshId = "019aae16-9400-7000-8000-000000000001";

// Good requests in protobuf text, every field that a client may set filled in.
extern const std::string_view kCreateBillingAccount;
extern const std::string_view kSetPolicy;
extern const std::string_view kAddCard;
extern const std::string_view kUpdateCard;
extern const std::string_view kSetActive;
extern const std::string_view kRemoveCard;
extern const std::string_view kCreateSubscription;
extern const std::string_view kUpdateSubscription;
extern const std::string_view kChangeBillingProfile;
extern const std::string_view kDisableSubscription;
extern const std::string_view kCancelSubscription;
extern const std::string_view kReactivateSubscription;
extern const std::string_view kDeleteSubscription;
extern const std::string_view kUpdateBillingAccount;
extern const std::string_view kGrantRole;
extern const std::string_view kRevokeRole;
extern const std::string_view kHandOverAdministrator;
extern const std::string_view kCreateBillingProfile;
extern const std::string_view kReplacePaymentMethod;
extern const std::string_view kDetachPaymentMethod;
extern const std::string_view kRecordCharge;
extern const std::string_view kRecordPayment;
extern const std::string_view kVoidCharge;
extern const std::string_view kSettleBalance;
extern const std::string_view kRequestInvoicePayment;
extern const std::string_view kDecideInvoicePayment;
extern const std::string_view kSwitchToInvoice;
extern const std::string_view kSendTransfer;
extern const std::string_view kAcceptTransfer;
extern const std::string_view kDeclineTransfer;
extern const std::string_view kCancelTransfer;
extern const std::string_view kExpireTransfer;

// All of them.
std::vector<std::string_view> GoodRequests();

// `text`, with `change` merged into it.
v1::Command Wire(std::string_view text, std::string_view change = "");

// The request, which must be good.
Request Parsed(const v1::Command& wire);
Request Parsed(std::string_view text, std::string_view change = "");

// The fields of the violations, in order; none when the request is good.
std::vector<std::string> BadFields(const v1::Command& wire);
std::vector<std::string> BadFields(std::string_view text, std::string_view change = "");

// The violations, which there must be.
std::vector<Violation> Violations(const v1::Command& wire);

}  // namespace billing::request

#endif  // BILLING_TESTS_REQUEST_REQUESTS_H_

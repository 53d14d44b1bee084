#include "server/status.h"

#include <map>

#include "aggregates/kernel/decision.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "server/reason_text.h"

namespace billing::server {
namespace {

using grpc::StatusCode;

google::rpc::Status Decoded(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

template <class Detail>
std::optional<Detail> Find(const google::rpc::Status& status) {
  for (const auto& any : status.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

Refused RefusedFor(kernel::Reason reason) {
  Refused refused{.account_id = "acme", .position = 7, .event_position = 8};
  refused.refusal.set_reason(std::string(kernel::NameOf(reason)));
  return refused;
}

TEST(Problem, EveryReasonHasTheCodeOfTheDomainPage) {
  using kernel::Reason;
  const std::map<Reason, StatusCode> others = {
      {Reason::kRoleRequired, StatusCode::PERMISSION_DENIED},
      {Reason::kBillingAccountNotFound, StatusCode::NOT_FOUND},
      {Reason::kCardNotFound, StatusCode::NOT_FOUND},
      {Reason::kSubscriptionNotFound, StatusCode::NOT_FOUND},
      {Reason::kBillingProfileNotFound, StatusCode::NOT_FOUND},
      {Reason::kChargeNotFound, StatusCode::NOT_FOUND},
      {Reason::kTransferNotFound, StatusCode::NOT_FOUND},
      {Reason::kBillingAccountAlreadyExists, StatusCode::ALREADY_EXISTS},
      {Reason::kBillingProfileAlreadyExists, StatusCode::ALREADY_EXISTS},
      {Reason::kChargeAlreadyExists, StatusCode::ALREADY_EXISTS},
      {Reason::kSettlementAlreadyExists, StatusCode::ALREADY_EXISTS},
      {Reason::kTransferAlreadyExists, StatusCode::ALREADY_EXISTS},
      {Reason::kRoleAlreadyGranted, StatusCode::ALREADY_EXISTS},
      {Reason::kSubscriptionAlreadyExists, StatusCode::ALREADY_EXISTS},
      {Reason::kCardAlreadyExists, StatusCode::ALREADY_EXISTS},
      {Reason::kEtagMismatch, StatusCode::ABORTED},
      {Reason::kActiveCardChanged, StatusCode::ABORTED},
      {Reason::kInvalidRequest, StatusCode::INVALID_ARGUMENT},
  };
  for (const Reason reason : kernel::AllReasons()) {
    const Problem problem = ProblemOf(RefusedFor(reason));
    const auto found = others.find(reason);
    EXPECT_EQ(problem.code, found == others.end() ? StatusCode::FAILED_PRECONDITION : found->second)
        << problem.reason;
    EXPECT_FALSE(problem.message.empty()) << problem.reason;
  }
}

TEST(Problem, AFieldThatOnlyTheAccountShowsToBeWrongIsABadRequest) {
  Refused refused = RefusedFor(kernel::Reason::kInvalidRequest);
  refused.event_position = 0;
  refused.bad_field = "charge.amount.currency_code";
  refused.bad_field_description = "must be the account's currency, EUR";
  const auto status = ToGrpcStatus(ProblemOf(refused));
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  const auto bad_request = Find<google::rpc::BadRequest>(Decoded(status));
  ASSERT_TRUE(bad_request);
  ASSERT_EQ(bad_request->field_violations_size(), 1);
  EXPECT_EQ(bad_request->field_violations(0).field(), "charge.amount.currency_code");
  EXPECT_EQ(bad_request->field_violations(0).description(), "must be the account's currency, EUR");
  EXPECT_NE(status.error_message().find("charge.amount.currency_code"), std::string::npos);
}

TEST(Problem, ARefusalTellsWhereItWasJudgedAndRecorded) {
  Refused refused = RefusedFor(kernel::Reason::kCardAlreadyExists);
  auto& detail = *refused.refusal.add_details();
  detail.set_key("card");
  detail.set_resource("cards/visa");
  refused.replayed = true;
  const auto info = Find<google::rpc::ErrorInfo>(Decoded(ToGrpcStatus(ProblemOf(refused))));
  ASSERT_TRUE(info);
  EXPECT_EQ(info->domain(), "billing");
  EXPECT_EQ(info->metadata().at("position"), "7");
  EXPECT_EQ(info->metadata().at("event_position"), "8");
  EXPECT_EQ(info->metadata().at("replayed"), "true");
  EXPECT_EQ(info->metadata().at("card"), "billingAccounts/acme/cards/visa");
}

TEST(Problem, WhatWasNotRecordedHasNoEventPosition) {
  Refused refused = RefusedFor(kernel::Reason::kRoleRequired);
  refused.event_position = 0;
  const auto info = Find<google::rpc::ErrorInfo>(Decoded(ToGrpcStatus(ProblemOf(refused))));
  EXPECT_FALSE(info->metadata().contains("event_position"));
  EXPECT_FALSE(info->metadata().contains("replayed"));
}

TEST(Problem, EachKindOfNotDoneHasItsCodeAndReason) {
  using Kind = NotDone::Kind;
  struct Expected {
    Kind kind;
    StatusCode code;
    std::string reason;
    bool retry;
  };
  const Expected all[] = {
      {Kind::kOverloaded, StatusCode::RESOURCE_EXHAUSTED, "QUEUE_FULL", true},
      {Kind::kRefusalLimit, StatusCode::RESOURCE_EXHAUSTED, "REFUSAL_LIMIT", true},
      {Kind::kStorageFull, StatusCode::RESOURCE_EXHAUSTED, "STORAGE_FULL", true},
      {Kind::kStopping, StatusCode::UNAVAILABLE, "STOPPING", true},
      {Kind::kClockSuspect, StatusCode::UNAVAILABLE, "CLOCK_SUSPECT", true},
      {Kind::kCancelled, StatusCode::CANCELLED, "CANCELLED", false},
      {Kind::kRequestIdReused, StatusCode::INVALID_ARGUMENT, "REQUEST_ID_REUSED", false},
      {Kind::kUnknown, StatusCode::UNKNOWN, "OUTCOME_UNKNOWN", false},
      {Kind::kReadFailed, StatusCode::INTERNAL, "STORE_READ_FAILED", false},
  };
  for (const Expected& expected : all) {
    const auto status = ToGrpcStatus(ProblemOf(NotDone{expected.kind, "secret"}, false));
    EXPECT_EQ(status.error_code(), expected.code) << expected.reason;
    const auto details = Decoded(status);
    EXPECT_EQ(Find<google::rpc::ErrorInfo>(details)->reason(), expected.reason);
    EXPECT_EQ(Find<google::rpc::RetryInfo>(details).has_value(), expected.retry) << expected.reason;
    EXPECT_EQ(status.error_details().find("secret"), std::string::npos);
    EXPECT_EQ(status.error_message().find("secret"), std::string::npos);
  }
  EXPECT_EQ(ProblemOf(NotDone{Kind::kCancelled, ""}, true).code, StatusCode::DEADLINE_EXCEEDED);
}

// What a command repeats may have happened long ago.
TEST(Problem, WhatDidNothingSpeaksOfItsOwnAttempt) {
  using Kind = NotDone::Kind;
  for (const Kind kind :
       {Kind::kOverloaded, Kind::kStopping, Kind::kCancelled, Kind::kReadFailed}) {
    const std::string message = ProblemOf(NotDone{kind, ""}, false).message;
    EXPECT_NE(message.find("This attempt changed nothing"), std::string::npos) << message;
  }
}

TEST(Problem, TwentyBlockersOfAnyTypeFitWhateverTheirNames) {
  struct Kind {
    std::string type;
    std::string collection;
  };
  const Kind kinds[] = {
      {"CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION", "subscriptions"},
      {"RECURRING_CHARGES", "subscriptions"},
      {"RESERVED_INSTANCES", "subscriptions"},
      {"CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION", "subscriptions"},
      {"CARD_IS_BILLING_PROFILE_DEFAULT", "billingProfiles"},
      {"OUTSTANDING_CHARGES", "charges"},
      {"PENDING_CHARGES", "charges"},
      {"LAST_PAYMENT_METHOD_REQUIRED", ""},
  };
  for (const auto& [type, collection] : kinds) {
    // The longer of the two reasons that have blockers.
    Refused refused = RefusedFor(kernel::Reason::kPaymentMethodNotEligibleForDetach);
    refused.account_id = std::string(63, 'a');
    refused.position = UINT64_MAX - 1;
    refused.event_position = UINT64_MAX;
    refused.replayed = true;
    refused.refusal.set_blocker_count(3'001);
    for (int i = 0; i < kernel::kBlockersPerRefusal; ++i) {
      auto& blocker = *refused.refusal.add_blockers();
      blocker.set_type(type);
      if (!collection.empty()) blocker.set_subject(collection + "/" + std::string(63, 's'));
    }
    const auto status = ToGrpcStatus(ProblemOf(refused));
    EXPECT_LE(status.error_details().size(), kDetailsBytesMax) << type;
    const auto failure = Find<google::rpc::PreconditionFailure>(Decoded(status));
    ASSERT_TRUE(failure) << type;
    EXPECT_EQ(failure->violations_size(), kernel::kBlockersPerRefusal) << type;
    const std::string& remedy = failure->violations(0).description();
    EXPECT_FALSE(remedy.empty()) << type;
    EXPECT_LE(remedy.size(), 90u) << type;
  }
}

TEST(Problem, DetailsThatAreTooLargeLoseBlockersFromTheEnd) {
  Refused refused = RefusedFor(kernel::Reason::kCardNotRemovable);
  refused.refusal.set_blocker_count(500);
  for (int i = 0; i < 20; ++i) {
    auto& blocker = *refused.refusal.add_blockers();
    blocker.set_type("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION");
    blocker.set_subject("subscriptions/" + std::to_string(10 + i) + std::string(400, 'x'));
  }
  const auto status = ToGrpcStatus(ProblemOf(refused));
  EXPECT_LE(status.error_details().size(), kDetailsBytesMax);
  const auto details = Decoded(status);
  const auto failure = Find<google::rpc::PreconditionFailure>(details);
  ASSERT_TRUE(failure);
  EXPECT_GT(failure->violations_size(), 5);
  EXPECT_LT(failure->violations_size(), 20);
  EXPECT_TRUE(
      failure->violations(0).subject().starts_with("billingAccounts/acme/subscriptions/10"));
  EXPECT_EQ(Find<google::rpc::ErrorInfo>(details)->metadata().at("blocker_count"), "500");
}

TEST(Problem, ABlockerAboutTheAccountNamesIt) {
  Refused refused = RefusedFor(kernel::Reason::kCardNotRemovable);
  refused.refusal.add_blockers()->set_type("LAST_PAYMENT_METHOD_REQUIRED");
  EXPECT_EQ(ProblemOf(refused).blockers[0].subject(), "billingAccounts/acme");
  EXPECT_NE(ProblemOf(refused).blockers[0].remedy(), "");
}

TEST(Problem, VeryManyBadFieldsStillFit) {
  std::vector<request::Violation> violations(
      100'000, {.field = "card.holder_name", .description = "must not hold a card number"});
  const auto status = ToGrpcStatus(InvalidRequest(std::move(violations)));
  EXPECT_LE(status.error_details().size(), kDetailsBytesMax);
  EXPECT_GT(Find<google::rpc::BadRequest>(Decoded(status))->field_violations_size(), 50);
  EXPECT_NE(status.error_message().find("and 99997 more"), std::string::npos);
}

}  // namespace
}  // namespace billing::server

#include "tools/billingctl/failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sstream>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/billingctl/fake_server.h"
#include "tools/billingctl/command_line.h"
#include "tools/billingctl/session.h"

namespace billing::billingctl {
namespace {

google::rpc::ErrorInfo Info(const std::string& reason) {
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain("billing");
  return info;
}

Failure RefusedRemoval() {
  google::rpc::ErrorInfo info = Info("CARD_NOT_REMOVABLE");
  (*info.mutable_metadata())["blocker_count"] = "23";
  (*info.mutable_metadata())["position"] = "8";
  (*info.mutable_metadata())["event_position"] = "9";
  google::rpc::PreconditionFailure blockers;
  for (const char* id : {"mail", "web"}) {
    auto* violation = blockers.add_violations();
    violation->set_type("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION");
    violation->set_subject(std::string("billingAccounts/acme/subscriptions/") + id);
    violation->set_description("put another card on it with SetActive");
  }
  return FailureOf(StatusWith(grpc::StatusCode::FAILED_PRECONDITION,
                              "the card is in use and cannot be removed", {&info, &blockers}));
}

TEST(Failure, NamesEveryBlockerAndHowManyMoreThereAre) {
  EXPECT_EQ(TextOf(RefusedRemoval()),
            "error: CARD_NOT_REMOVABLE: the card is in use and cannot be removed\n"
            "  blocked by CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION "
            "billingAccounts/acme/subscriptions/mail: put another card on it with SetActive\n"
            "  blocked by CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION "
            "billingAccounts/acme/subscriptions/web: put another card on it with SetActive\n"
            "  and 21 more: billingctl card check-removal lists all\n"
            "  recorded in the history at position 9\n");
}

TEST(Failure, IsOneJsonObjectForPrograms) {
  EXPECT_EQ(JsonOf(RefusedRemoval()),
            R"({"code":"FAILED_PRECONDITION","reason":"CARD_NOT_REMOVABLE",)"
            R"("message":"the card is in use and cannot be removed",)"
            R"("metadata":{"blocker_count":"23","event_position":"9","position":"8"},)"
            R"("violations":[],"blockers":[)"
            R"({"type":"CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION",)"
            R"("subject":"billingAccounts/acme/subscriptions/mail",)"
            R"("remedy":"put another card on it with SetActive"},)"
            R"({"type":"CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION",)"
            R"("subject":"billingAccounts/acme/subscriptions/web",)"
            R"("remedy":"put another card on it with SetActive"}]})"
            "\n");
}

TEST(Failure, NamesEveryBadField) {
  google::rpc::ErrorInfo info = Info("INVALID_REQUEST");
  google::rpc::BadRequest bad_request;
  auto* month = bad_request.add_field_violations();
  month->set_field("card.expiry.month");
  month->set_description("1 to 12");
  auto* country = bad_request.add_field_violations();
  country->set_field("card.country");
  country->set_description("ISO 3166-1 alpha-2, upper case");
  EXPECT_EQ(TextOf(FailureOf(StatusWith(grpc::StatusCode::INVALID_ARGUMENT,
                                        "2 fields are not valid", {&info, &bad_request}))),
            "error: INVALID_REQUEST: 2 fields are not valid\n"
            "  card.expiry.month: 1 to 12\n"
            "  card.country: ISO 3166-1 alpha-2, upper case\n");
}

// As billingd makes them: the message has the violations too, for whoever shows nothing else.
TEST(Failure, SaysEveryBadFieldOnce) {
  google::rpc::ErrorInfo info = Info("INVALID_REQUEST");
  google::rpc::BadRequest bad_request;
  auto* digits = bad_request.add_field_violations();
  digits->set_field("card.last_four");
  digits->set_description("must be exactly 4 digits");
  const std::string message = "The request is malformed. card.last_four: must be exactly 4 digits";
  const Failure failure =
      FailureOf(StatusWith(grpc::StatusCode::INVALID_ARGUMENT, message, {&info, &bad_request}));
  EXPECT_EQ(TextOf(failure),
            "error: INVALID_REQUEST: The request is malformed.\n"
            "  card.last_four: must be exactly 4 digits\n");
  EXPECT_THAT(JsonOf(failure), testing::HasSubstr(message)) << "programs get the server's own";
}

TEST(Failure, WithoutACredentialNamesTheFlag) {
  google::rpc::ErrorInfo info = Info("CREDENTIAL_REQUIRED");
  EXPECT_EQ(TextOf(FailureOf(StatusWith(grpc::StatusCode::UNAUTHENTICATED,
                                        "The call has no credential. Send one.", {&info}))),
            "error: CREDENTIAL_REQUIRED: The call has no credential. Send one.\n"
            "  say who calls: --principal users/NAME, or BILLINGCTL_PRINCIPAL\n");
}

TEST(Failure, IsJsonWhateverBytesItHolds) {
  EXPECT_THAT(JsonOf(UsageFailure("no\xff.note: cannot be read")),
              testing::HasSubstr("no\uFFFD.note"));
}

TEST(Failure, ShowsWhatElseTheMetadataNames) {
  google::rpc::ErrorInfo info = Info("CARD_ALREADY_EXISTS");
  (*info.mutable_metadata())["card"] = "billingAccounts/acme/cards/visa";
  (*info.mutable_metadata())["replayed"] = "true";
  EXPECT_EQ(TextOf(FailureOf(
                StatusWith(grpc::StatusCode::ALREADY_EXISTS, "this card is saved", {&info}))),
            "error: CARD_ALREADY_EXISTS: this card is saved\n"
            "  card: billingAccounts/acme/cards/visa\n"
            "  this is the first answer to this request id, given again\n");
}

TEST(Failure, SaysWhenToTryAgainAndHowToRepeatSafely) {
  google::rpc::ErrorInfo info = Info("STOPPING");
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(1);
  retry.mutable_retry_delay()->set_nanos(500'000'000);
  Failure failure = FailureOf(
      StatusWith(grpc::StatusCode::UNAVAILABLE, "the server is stopping", {&info, &retry}));
  failure.repeat_request_id = "0190b2a0-0000-7000-8000-000000000001";
  EXPECT_EQ(TextOf(failure),
            "error: STOPPING: the server is stopping\n"
            "  try again after 1500 ms\n"
            "  it may have been done; repeat it safely with --request-id "
            "0190b2a0-0000-7000-8000-000000000001\n");
  EXPECT_EQ(JsonOf(failure),
            R"({"code":"UNAVAILABLE","reason":"STOPPING","message":"the server is stopping",)"
            R"("metadata":{},"violations":[],"blockers":[],"retry_after_ms":1500,)"
            R"("request_id":"0190b2a0-0000-7000-8000-000000000001"})"
            "\n");
}

TEST(Failure, WithoutDetailsShowsItsCode) {
  EXPECT_EQ(TextOf(FailureOf(grpc::Status(grpc::StatusCode::UNAVAILABLE, "connection refused"))),
            "error: UNAVAILABLE: connection refused\n");
  EXPECT_EQ(TextOf(FailureOf(grpc::Status(grpc::StatusCode::INTERNAL, "x", "\xff not a status"))),
            "error: INTERNAL: x\n");
}

TEST(Failure, WithoutDetailsHasItsCodeForAReasonInJsonToo) {
  EXPECT_EQ(JsonOf(FailureOf(grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "too late"))),
            R"({"code":"DEADLINE_EXCEEDED","reason":"DEADLINE_EXCEEDED","message":"too late",)"
            R"("metadata":{},"violations":[],"blockers":[]})"
            "\n");
}

TEST(Failure, FromTheServerCannotCommandTheTerminal) {
  EXPECT_EQ(TextOf(FailureOf(grpc::Status(grpc::StatusCode::INTERNAL, "a\x1b[2Jb"))),
            "error: INTERNAL: a\uFFFD[2Jb\n");
}

TEST(ExitCodes, TellFailuresApart) {
  using grpc::StatusCode;
  const std::vector<std::pair<StatusCode, int>> expected = {
      {StatusCode::CANCELLED, 9},
      {StatusCode::UNKNOWN, 10},
      {StatusCode::INVALID_ARGUMENT, 3},
      {StatusCode::DEADLINE_EXCEEDED, 9},
      {StatusCode::NOT_FOUND, 4},
      {StatusCode::ALREADY_EXISTS, 7},
      {StatusCode::PERMISSION_DENIED, 8},
      {StatusCode::RESOURCE_EXHAUSTED, 9},
      {StatusCode::FAILED_PRECONDITION, 5},
      {StatusCode::ABORTED, 6},
      {StatusCode::OUT_OF_RANGE, 3},
      {StatusCode::UNIMPLEMENTED, 1},
      {StatusCode::INTERNAL, 1},
      {StatusCode::UNAVAILABLE, 9},
      {StatusCode::DATA_LOSS, 1},
      {StatusCode::UNAUTHENTICATED, 8},
  };
  for (const auto& [code, exit_code] : expected) {
    EXPECT_EQ(static_cast<int>(FailureOf(grpc::Status(code, "")).exit_code), exit_code) << code;
  }
  EXPECT_EQ(static_cast<int>(UsageFailure("").exit_code), 2);
}

TEST(OutcomeIsUncertain, WhenTheAnswerMayHaveBeenLost) {
  using grpc::StatusCode;
  const auto uncertain = [](StatusCode code) {
    return OutcomeIsUncertain(FailureOf(grpc::Status(code, "")));
  };
  for (StatusCode code : {StatusCode::UNKNOWN, StatusCode::UNAVAILABLE,
                          StatusCode::DEADLINE_EXCEEDED, StatusCode::CANCELLED}) {
    EXPECT_TRUE(uncertain(code)) << code;
  }
  for (StatusCode code : {StatusCode::FAILED_PRECONDITION, StatusCode::RESOURCE_EXHAUSTED,
                          StatusCode::INVALID_ARGUMENT, StatusCode::ABORTED}) {
    EXPECT_FALSE(uncertain(code)) << code;
  }
}

TEST(OutcomeIsUncertain, NotWhereNobodyCouldBeConnectedTo) {
  const auto failure = [](const std::string& message, const std::string& details) {
    return FailureOf(grpc::Status(grpc::StatusCode::UNAVAILABLE, message, details));
  };
  EXPECT_FALSE(
      OutcomeIsUncertain(failure("DNS resolution failed for billing:1: no such name", "")));
  EXPECT_TRUE(OutcomeIsUncertain(failure("Socket closed", "")));
  google::rpc::Status said;
  said.set_message("failed to connect to all addresses");
  EXPECT_TRUE(OutcomeIsUncertain(failure(said.message(), said.SerializeAsString())))
      << "it is the server's word";
}

// A port of this process's own at which nobody listens.
class RefusingPort {
 public:
  RefusingPort() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~RefusingPort() { ::close(socket_); }
  RefusingPort(const RefusingPort&) = delete;
  RefusingPort& operator=(const RefusingPort&) = delete;
  const std::string& address() const { return address_; }

 private:
  const int socket_;
  std::string address_;
};

// With gRPC's own words, which are all that tells it apart.
TEST(OutcomeIsUncertain, NotOfAWriteWhoseConnectionWasRefused) {
  const RefusingPort port;
  std::ostringstream out;
  std::ostringstream err;
  CommandLine line({.out = out,
                    .err = err,
                    .local_zone = absl::UTCTimeZone(),
                    .connect = ConnectTo,
                    .new_request_id = [] { return std::string(kFreshRequestId); }});
  EXPECT_EQ(line.Run({"card", "remove", "visa", "--account", "acme", "--address", port.address()}),
            ExitCode::kUnavailable);
  EXPECT_THAT(err.str(), testing::StartsWith("error: UNAVAILABLE: "));
  EXPECT_THAT(err.str(), testing::Not(testing::HasSubstr("it may have been done")));
}

}  // namespace
}  // namespace billing::billingctl

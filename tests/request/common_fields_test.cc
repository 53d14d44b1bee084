// What every command request has: request_id, validate_only, reason, etag.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/request/requests.h"

namespace billing::request {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kRequestIdBytes =
    "\x01\x89\x0a\x5d\xac\x96\x77\x4b\xbc\xce\xb3\x02\x09\x9a\x80\x57";

TEST(CommonFields, AreTakenFromEveryCommandAndLeftOutOfTheDecidedRequest) {
  for (const std::string_view good : GoodRequests()) {
    const v1::Command wire = Wire(good);
    const Request request = Parsed(wire);
    EXPECT_EQ(request.request_id, kRequestIdBytes) << good;
    EXPECT_THAT(request.personal.reason, Not(IsEmpty())) << good;
    EXPECT_FALSE(request.validate_only);
    const std::string shown = request.decided.ShortDebugString();
    EXPECT_THAT(shown, Not(HasSubstr("reason:"))) << good;
    EXPECT_THAT(shown, Not(HasSubstr("request_id"))) << good;
    EXPECT_EQ(request.decided.command_case(), wire.command_case());
  }
}

TEST(ValidateOnly, IsTakenAndLeftOut) {
  const Request request = Parsed(kRemoveCard, "remove_card { validate_only: true }");
  EXPECT_TRUE(request.validate_only);
  EXPECT_FALSE(request.decided.remove_card().validate_only());
}

TEST(RequestId, IsTheSameInEitherCase) {
  EXPECT_EQ(
      Parsed(kRemoveCard, R"(remove_card { request_id: "01890A5D-AC96-774B-BCCE-B302099A8057" })")
          .request_id,
      kRequestIdBytes);
}

TEST(RequestId, MayBeOfAnyVersion) {
  EXPECT_THAT(BadFields(kRemoveCard,
                        R"(remove_card { request_id: "ffffffff-ffff-ffff-ffff-ffffffffffff" })"),
              IsEmpty());
}

TEST(RequestId, MayBeEmpty) {
  EXPECT_EQ(Parsed(kRemoveCard, R"(remove_card { request_id: "" })").request_id, "");
}

TEST(EtagField, IsKept) {
  EXPECT_EQ(Parsed(kRemoveCard).decided.remove_card().etag(), "\"12\"");
  EXPECT_EQ(std::get<card::RemoveCard>(Parsed(kRemoveCard).command).etag, 12U);
}

TEST(EtagField, IsAbsentWhenEmpty) {
  const Request request = Parsed(kRemoveCard, R"(remove_card { etag: "" })");
  EXPECT_EQ(request.decided.remove_card().etag(), "");
  EXPECT_EQ(std::get<card::RemoveCard>(request.command).etag, std::nullopt);
}

TEST(EtagField, OfAnotherMakingIsMalformed) {
  for (const std::string_view etag :
       {"12", "W/\\\"12\\\"", "\\\"012\\\"", "\\\"abc\\\"", "4242424242424242"}) {
    EXPECT_THAT(BadFields(kRemoveCard, "remove_card { etag: \"" + std::string(etag) + "\" }"),
                ElementsAre("etag"))
        << etag;
  }
}

TEST(EtagField, OfNoPositionIsWellFormed) {
  const Request request = Parsed(kRemoveCard, R"(remove_card { etag: "\"0\"" })");
  EXPECT_EQ(std::get<card::RemoveCard>(request.command).etag, 0U);
}

TEST(EtagField, IsRefusedOnCommandsThatAreNotAboutOneExistingResource) {
  EXPECT_THAT(BadFields(kCreateBillingAccount, R"(create_billing_account { etag: "\"1\"" })"),
              ElementsAre("etag"));
  EXPECT_THAT(BadFields(kAddCard, R"(add_card { etag: "\"1\"" })"), ElementsAre("etag"));
  EXPECT_THAT(BadFields(kCreateSubscription, R"(create_subscription { etag: "\"1\"" })"),
              ElementsAre("etag"));
  EXPECT_THAT(BadFields(kCreateBillingProfile, R"(create_billing_profile { etag: "\"1\"" })"),
              ElementsAre("etag"));
  EXPECT_THAT(BadFields(kRecordCharge, R"(record_charge { etag: "\"1\"" })"), ElementsAre("etag"));
  EXPECT_THAT(BadFields(kSettleBalance, R"(settle_balance { etag: "\"1\"" })"),
              ElementsAre("etag"));
}

TEST(Command, IsRequired) { EXPECT_THAT(BadFields(v1::Command()), ElementsAre("command")); }

TEST(UnknownFields, GetNowhere) {
  v1::Command wire = Wire(kAddCard);
  v1::AddCardRequest& request = *wire.mutable_add_card();
  for (google::protobuf::Message* message :
       {static_cast<google::protobuf::Message*>(&request),
        static_cast<google::protobuf::Message*>(request.mutable_card()),
        static_cast<google::protobuf::Message*>(request.mutable_card()->mutable_expiry()),
        static_cast<google::protobuf::Message*>(
            request.mutable_card()->mutable_billing_address())}) {
    message->GetReflection()->MutableUnknownFields(message)->AddLengthDelimited(999,
                                                                                "4242424242424242");
  }
  const Request parsed = Parsed(wire);
  EXPECT_THAT(parsed.decided.SerializeAsString(), Not(HasSubstr("4242424242424242")));
  EXPECT_THAT(parsed.personal.billing_address->SerializeAsString(),
              Not(HasSubstr("4242424242424242")));
}

}  // namespace
}  // namespace billing::request

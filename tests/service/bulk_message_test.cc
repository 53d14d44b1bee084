// One message of a stream of commands, read.
#include "server/calls/bulk_message.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/calls/messages.h"

namespace billing::server {
namespace {

using billing::v1::ExecuteCommandsRequest;
using ::testing::ElementsAre;

constexpr kernel::Instant kNow{.us = 1'768'478'400'000'000};  // 2026-01-15T12:00:00Z
constexpr uint64_t kSequence = 300;                           // two bytes on the wire

ExecuteCommandsRequest RemoveVisa() {
  ExecuteCommandsRequest message;
  message.set_sequence(kSequence);
  message.mutable_command()->mutable_remove_card()->set_name("billingAccounts/acme/cards/visa");
  return message;
}

BulkRead ReadBytes(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return ReadBulkMessage(grpc::ByteBuffer(&slice, 1), kNow);
}

BulkRead Read(const ExecuteCommandsRequest& message) {
  return ReadBytes(message.SerializeAsString());
}

std::vector<std::string> BadFields(const BulkRead& read) {
  const auto* problem = std::get_if<Problem>(&read.request);
  EXPECT_NE(problem, nullptr);
  if (problem == nullptr) return {};
  EXPECT_EQ(problem->reason, "INVALID_REQUEST");
  std::vector<std::string> fields;
  for (const auto& violation : problem->violations) fields.push_back(violation.field);
  return fields;
}

TEST(ReadBulkMessage, GivesTheCommandItsSequenceAndItsRequest) {
  ExecuteCommandsRequest message = RemoveVisa();
  message.mutable_command()->mutable_remove_card()->set_request_id(
      "0190A1B2-0000-7000-8000-000000000002");
  const BulkRead read = Read(message);
  EXPECT_EQ(read.command.sequence, kSequence);
  EXPECT_EQ(read.command.rpc, "RemoveCard");
  EXPECT_EQ(read.command.request_id, "0190a1b2-0000-7000-8000-000000000002");
  ASSERT_TRUE(std::holds_alternative<request::Request>(read.request));
  EXPECT_TRUE(std::get<request::Request>(read.request).decided.has_remove_card());
}

TEST(ReadBulkMessage, BlamesFieldsOfTheCommandsOwnRequest) {
  ExecuteCommandsRequest message = RemoveVisa();
  message.mutable_command()->mutable_remove_card()->set_request_id("no UUID");
  const BulkRead read = Read(message);
  EXPECT_EQ(read.command.sequence, kSequence);
  EXPECT_THAT(BadFields(read), ElementsAre("request_id"));
}

TEST(ReadBulkMessage, NeedsACommand) {
  ExecuteCommandsRequest message;
  message.set_sequence(kSequence);
  const BulkRead read = Read(message);
  EXPECT_EQ(read.command.sequence, kSequence);
  EXPECT_THAT(BadFields(read), ElementsAre("command"));
}

TEST(ReadBulkMessage, DoesNotOnlyValidate) {
  ExecuteCommandsRequest message = RemoveVisa();
  message.mutable_command()->mutable_remove_card()->set_validate_only(true);
  EXPECT_THAT(BadFields(Read(message)), ElementsAre("validate_only"));
  message.mutable_command()->mutable_remove_card()->set_name("visa");
  EXPECT_THAT(BadFields(Read(message)), ElementsAre("name", "validate_only"));
}

TEST(ReadBulkMessage, KnowsTheSequenceOfAMessageThatIsNotUtf8) {
  ExecuteCommandsRequest message = RemoveVisa();
  message.mutable_command()->mutable_remove_card()->set_reason("why?");
  std::string bytes = message.SerializeAsString();
  std::replace(bytes.begin(), bytes.end(), '?', '\xff');
  const BulkRead read = ReadBytes(bytes);
  EXPECT_EQ(read.command.sequence, kSequence);
  EXPECT_THAT(BadFields(read), ElementsAre("reason"));
}

TEST(ReadBulkMessage, KnowsTheSequenceOfAMessageThatIsTooLarge) {
  ExecuteCommandsRequest message = RemoveVisa();
  message.mutable_command()->mutable_remove_card()->set_reason(std::string(kMessageBytesMax, 'x'));
  const BulkRead read = Read(message);
  EXPECT_EQ(read.command.sequence, kSequence);
  EXPECT_THAT(BadFields(read), ElementsAre("reason"));
}

TEST(ReadBulkMessage, KnowsTheSequenceThatStandsBeforeOrBehindWhatMakesNoSense) {
  ExecuteCommandsRequest number;
  number.set_sequence(kSequence);
  const std::string nonsense = "\x12\x02\xff\xff";  // a command of two bytes, and no message
  for (const std::string& bytes :
       {number.SerializeAsString() + nonsense, nonsense + number.SerializeAsString()}) {
    const BulkRead read = ReadBytes(bytes);
    EXPECT_EQ(read.command.sequence, kSequence);
    EXPECT_THAT(BadFields(read), ElementsAre(""));
  }
  EXPECT_EQ(ReadBytes("\xff").command.sequence, 0u);
}

}  // namespace
}  // namespace billing::server

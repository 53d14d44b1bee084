#include "server/calls/messages.h"

#include "billing/v1/history_service.pb.h"
#include "billing/v1/payment_method_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace billing::server {
namespace {

using billing::v1::AddCardRequest;
using billing::v1::ListEventsRequest;
using billing::v1::UpdateCardRequest;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// In two slices, cut where nothing ends.
grpc::ByteBuffer Buffer(const std::string& bytes) {
  const size_t cut = bytes.size() / 2;
  const grpc::Slice slices[] = {grpc::Slice(bytes.substr(0, cut)), grpc::Slice(bytes.substr(cut))};
  return grpc::ByteBuffer(slices, 2);
}

template <class Message>
std::vector<std::string> BadFields(const std::string& bytes) {
  Message message;
  std::vector<std::string> fields;
  for (const auto& violation : ReadMessage(Buffer(bytes), message)) {
    fields.push_back(violation.field);
    EXPECT_FALSE(violation.description.empty());
  }
  return fields;
}

// Protobuf itself does not write text that is not UTF-8, so it stands in for it.
std::string WithBadText(const google::protobuf::Message& message) {
  std::string bytes = message.SerializeAsString();
  std::replace(bytes.begin(), bytes.end(), '?', '\xff');
  return bytes;
}

TEST(ReadMessage, ReadsAMessageUpToItsBound) {
  AddCardRequest request;
  request.mutable_card()->set_holder_name("x");
  const size_t overhead = request.ByteSizeLong() + 4;  // the two lengths take more then
  request.mutable_card()->set_holder_name(std::string(kMessageBytesMax - overhead + 1, 'x'));
  ASSERT_EQ(request.ByteSizeLong(), kMessageBytesMax);
  EXPECT_THAT(BadFields<AddCardRequest>(request.SerializeAsString()), IsEmpty());
  request.mutable_card()->mutable_holder_name()->push_back('x');
  EXPECT_THAT(BadFields<AddCardRequest>(request.SerializeAsString()),
              ElementsAre("card.holder_name"));
}

TEST(ReadMessage, NamesTheFieldThatMakesItTooLarge) {
  AddCardRequest add;
  add.set_parent("billingAccounts/acme");
  add.set_reason(std::string(10 << 20, 'x'));
  EXPECT_THAT(BadFields<AddCardRequest>(add.SerializeAsString()), ElementsAre("reason"));

  UpdateCardRequest update;
  update.mutable_card()->set_holder_name(std::string(1'000, 'x'));
  for (int i = 0; i < 100'000; ++i) update.mutable_update_mask()->add_paths("expiry");
  EXPECT_THAT(BadFields<UpdateCardRequest>(update.SerializeAsString()),
              ElementsAre("update_mask.paths"));

  // Numbers, empty messages, and fields that nobody knows.
  EXPECT_THAT(BadFields<ListEventsRequest>(std::string(size_t{1} << 20, '\x38')),
              ElementsAre(testing::_));
  std::string empty_cards;
  for (int i = 0; i < 500'000; ++i) empty_cards += std::string("\x1a\x00", 2);
  EXPECT_THAT(BadFields<AddCardRequest>(empty_cards), ElementsAre("card"));
  google::protobuf::UnknownFieldSet& unknown =
      *AddCardRequest::GetReflection()->MutableUnknownFields(&add);
  unknown.AddLengthDelimited(999, std::string(11 << 20, 'x'));
  EXPECT_THAT(BadFields<AddCardRequest>(add.SerializeAsString()), SizeIs(1));
  add.clear_reason();
  EXPECT_THAT(BadFields<AddCardRequest>(add.SerializeAsString()), ElementsAre(""));
}

TEST(ReadMessage, NamesEveryStringThatIsNotUtf8Once) {
  AddCardRequest request;
  request.set_parent("?");
  request.mutable_card()->set_holder_name("good");
  request.mutable_card()->mutable_billing_address()->add_lines("good");
  request.mutable_card()->mutable_billing_address()->add_lines("?");
  request.mutable_card()->mutable_billing_address()->set_city("c?ty");
  request.set_reason("?");
  const std::string bytes = WithBadText(request);
  const auto all =
      ElementsAre("parent", "card.billing_address.lines[1]", "card.billing_address.city", "reason");
  EXPECT_THAT(BadFields<AddCardRequest>(bytes), all);
  // The last of two values counts, on the wire.
  AddCardRequest again;
  again.set_parent("?");
  EXPECT_THAT(BadFields<AddCardRequest>(bytes + WithBadText(again)), all);
}

TEST(ReadMessage, NamesABoundedNumberOfStrings) {
  ListEventsRequest request;
  for (size_t i = 0; i < 2 * kBadStringsMax; ++i) request.add_types("?");
  const auto fields = BadFields<ListEventsRequest>(WithBadText(request));
  ASSERT_THAT(fields, SizeIs(kBadStringsMax));
  EXPECT_EQ(fields[99], "types[99]");
}

TEST(ReadMessage, BlamesTheWholeForBytesThatAreNoMessage) {
  for (const std::string& bytes :
       {std::string("\xff"), std::string("\x0a\x7f"), std::string(16, '\0'),
        std::string("\x1a\xff\xff\xff\xff\x7f")}) {
    EXPECT_THAT(BadFields<AddCardRequest>(bytes), ElementsAre(""));
  }
}

}  // namespace
}  // namespace billing::server

#include "server/metrics/kinds.h"

#include "aggregates/kernel/reason.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"

namespace billing::server {
namespace {

using ::testing::Contains;
using ::testing::Not;

TEST(CommandKind, EveryCommandHasItsOwnNamedLikeItsRpc) {
  billing::v1::Command command;
  EXPECT_EQ(KindOf(command.command_case()), CommandKind::kUnknown);
  const auto& descriptor = *billing::v1::Command::descriptor();
  EXPECT_EQ(CommandNames().size(), static_cast<size_t>(descriptor.field_count()) + 1);
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const auto& field = *descriptor.field(i);
    command.GetReflection()->MutableMessage(&command, &field);
    const std::string& name = CommandNames()[static_cast<size_t>(KindOf(command.command_case()))];
    EXPECT_EQ(name + "Request", field.message_type()->name());
    EXPECT_EQ(CommandNamed(name), KindOf(command.command_case()));
  }
}

TEST(CommandKind, ANameThatNoCommandHasIsUnknown) {
  EXPECT_EQ(CommandNamed("GetCard"), CommandKind::kUnknown);
  EXPECT_EQ(CommandNamed(""), CommandKind::kUnknown);
}

TEST(CallKind, IsOfEveryRpcButTheCommands) {
  EXPECT_EQ(NameOf(CallOf("GetCardRequest")), "GetCard");
  EXPECT_EQ(NameOf(CallOf("GetCheckpointRequest")), "GetCheckpoint");
  EXPECT_EQ(NameOf(CallOf("RebuildProjectionRequest")), "RebuildProjection");
  for (const CallMethod& method : CallMethods()) {
    EXPECT_EQ(CommandNamed(method.name), CommandKind::kUnknown) << method.name;
  }
}

TEST(CallKind, KnowsWhichAnswerWithAStream) {
  const auto is_streamed = [](const char* request) {
    return CallMethods()[static_cast<size_t>(CallOf(request))].streamed;
  };
  EXPECT_TRUE(is_streamed("WatchEventsRequest"));
  EXPECT_TRUE(is_streamed("GetAccountStateRequest"));
  EXPECT_TRUE(is_streamed("ExecuteCommandsRequest"));
  EXPECT_FALSE(is_streamed("ListEventsRequest"));
}

TEST(RefusalReason, IsEveryReasonOfTheDomainButAMalformedRequest) {
  for (const kernel::Reason reason : kernel::AllReasons()) {
    const std::string_view name = kernel::NameOf(reason);
    if (reason == kernel::Reason::kInvalidRequest) {
      EXPECT_THAT(RefusalReasons(), Not(Contains(name)));
    } else {
      EXPECT_EQ(RefusalReasons()[RefusalReasonOf(name)], name);
    }
  }
}

TEST(RefusalReason, OneThatOnlyANewerProgramKnowsIsOther) {
  EXPECT_EQ(RefusalReasons()[RefusalReasonOf("CARD_ON_THE_MOON")], "OTHER");
  EXPECT_EQ(RejectionReasons()[RejectionReasonOf("CARD_ON_THE_MOON")], "OTHER");
}

}  // namespace
}  // namespace billing::server

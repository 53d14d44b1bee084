#include "gtest/gtest.h"
#include "server/log.h"

namespace billing::server {
namespace {

TEST(LogLine, IsKeysAndValues) {
  LogLine line("command");
  line.Add("rpc", "AddCard").Add("position", uint64_t{7}).Add("behind", int64_t{-1});
  EXPECT_EQ(line.text(), "event=command rpc=AddCard position=7 behind=-1");
}

TEST(LogLine, QuotesWhatCouldBreakTheLine) {
  EXPECT_EQ(LogLine("e").Add("k", "").text(), "event=e k=\"\"");
  EXPECT_EQ(LogLine("e").Add("k", "a b").text(), "event=e k=\"a b\"");
  EXPECT_EQ(LogLine("e").Add("k", "a=b").text(), "event=e k=\"a=b\"");
  EXPECT_EQ(LogLine("e").Add("k", "a\nlevel=info").text(), "event=e k=\"a\\u000alevel=info\"");
  EXPECT_EQ(LogLine("e").Add("k", "\"\\").text(), "event=e k=\"\\\"\\\\\"");
}

}  // namespace
}  // namespace billing::server

// Why a command was refused, out of an export or a data directory alone.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/eventstore/temporary_directory.h"
#include "tests/replay/recorded_log.h"
#include "tests/replay/story.h"
#include "tests/replay/verb_fixture.h"
#include "tools/replay/finding.h"

namespace billing::replay {
namespace {

class ExplainVerb : public VerbTest {
 protected:
  ExplainVerb() {
    Story story(vault());
    story.Open();                     // 1
    story.AddCard("visa");            // 2
    story.Subscribe("web", "visa");   // 3
    story.AddCard("amex");            // 4
    story.Subscribe("mail", "amex");  // 5
    story.SetActive("mail", "visa");  // 6
    story.Remove("visa");             // 7: refused
    story.Remove("amex");             // 8
    eventstore::SetFileContents(path_, story.log().Export({}));
  }

  void ExpectSaid(const std::string& words) const {
    EXPECT_TRUE(absl::StrContains(out_, words)) << words << " is not in\n" << out_;
  }

  eventstore::TemporaryDirectory folder_;
  const std::string path_ = folder_ / "log.export";
};

TEST_F(ExplainVerb, NamesTheRuleTheBlockersAndTheFactsBehindThem) {
  ASSERT_EQ(Run({"explain", path_, "7"}), 0) << err_;
  ExpectSaid("position 7, 2026-03-01T00:00:07Z: users/alice in billingAccounts/acme: ");
  ExpectSaid("CARD_NOT_REMOVABLE");
  ExpectSaid("rule     ");
  ExpectSaid("billingAccounts/acme/subscriptions/mail\n");
  ExpectSaid("billingAccounts/acme/subscriptions/web\n");
  // What gave each of them the card.
  ExpectSaid("because  position 3: ");
  ExpectSaid("because  position 6: ");
}

TEST_F(ExplainVerb, TellsProgramsTheSame) {
  ASSERT_EQ(Run({"explain", path_, "7", "--json"}), 0) << err_;
  ExpectSaid(R"("position": 7, "account": "billingAccounts/acme")");
  ExpectSaid(R"("reason": "CARD_NOT_REMOVABLE")");
  ExpectSaid(R"("blocker_count": 2)");
  ExpectSaid(R"("subject": "billingAccounts/acme/subscriptions/web")");
}

TEST_F(ExplainVerb, IsTheSameOfADataDirectory) {
  ASSERT_EQ(Run({"explain", path_, "7"}), 0) << err_;
  const std::string of_export = out_;
  ASSERT_EQ(Run({"import", path_, "--into", folder_ / "data"}), 0) << err_;
  ASSERT_EQ(Run({"explain", folder_ / "data", "7"}), 0) << err_;
  EXPECT_EQ(out_, of_export);
}

TEST_F(ExplainVerb, NamesWhatIsNoRefusal) {
  const auto expect_usage = [this](const std::string& position, const std::string& words) {
    EXPECT_EQ(Run({"explain", path_, position}), static_cast<int>(Kind::kUsage)) << out_;
    EXPECT_TRUE(absl::StrContains(err_, words)) << err_;
  };
  expect_usage("8", "position 8 is no refusal: ");
  expect_usage("9", "position 9 is beyond the log, which ends at 8");
  expect_usage("0", "positions begin at 1");
  expect_usage("first", "position");
}

}  // namespace
}  // namespace billing::replay

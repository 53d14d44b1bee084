// An account as it was, out of an export alone.
#include <gtest/gtest.h>

#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "eventstore/memory/memory_event_log.h"
#include "google/protobuf/util/json_util.h"
#include "projections/account_state/account_at.h"
#include "projections/fold/fold.h"
#include "projections/history/history.h"
#include "tests/eventstore/temporary_directory.h"
#include "tests/model/model_fixture.h"
#include "tests/replay/recorded_log.h"
#include "tests/replay/story.h"
#include "tests/replay/verb_fixture.h"
#include "tools/replay/account_as_of.h"
#include "tools/replay/audit.h"

namespace billing::replay {
namespace {

using billing::v1::GetAccountStateResponse;
using projections::AccountNumber;
using projections::MapRows;
using projections::StateReader;

// What a sent transfer became stands in the recipient's stream, which the server looks up apart
// from this.
std::string Line(GetAccountStateResponse part) {
  if (part.has_transfer()) part.mutable_transfer()->clear_to_subscription();
  return part.ShortDebugString();
}

class StateOfRandomLogs : public model::ModelTest {
 protected:
  // By streaming over the log.
  static std::vector<std::string> Streamed(const RecordedLog& log, const std::string& account,
                                           uint64_t position) {
    AccountAsOf state(account, {.position = position});
    RecordsSource source(log);
    Audit audit(source,
                {.depth = Depth::kFold, .command = [&](const auto& recorded, const auto& rows) {
                   return state.Take(recorded, rows);
                 }});
    EXPECT_FALSE(audit.Run());
    EXPECT_TRUE(state.status().ok()) << state.status();
    std::vector<std::string> parts;
    if (!state.is_there()) return parts;
    const absl::Status shown = state.Show(state.commit_time(), audit.rows(),
                                          [&](const auto& part) { parts.push_back(Line(part)); });
    EXPECT_TRUE(shown.ok()) << shown;
    return parts;
  }
};

// The server reads it by the account's index.
class Indexed {
 public:
  explicit Indexed(const RecordedLog& log) {
    storage::v1::Record first;
    for (const std::string& bytes : log.records) {
      EXPECT_TRUE(log_->Append(log_->Head(), std::vector<std::string_view>{bytes}).ok());
      storage::v1::Record& record = records_.emplace_back();
      EXPECT_TRUE(record.ParseFromString(bytes));
      if (record.index() == 0) first = record;
      times_.push_back({first.command().commit_time_us()});
      EXPECT_TRUE(projections::Apply(record, first, *rows_).ok());
    }
  }

  std::vector<std::string> PartsOf(AccountNumber number, uint64_t position) const {
    const auto state = projections::AccountAt(
        *log_, [this] { return rows_; }, number, position, [] { return false; });
    EXPECT_TRUE(state.ok()) << state.status();
    std::vector<std::string> parts;
    projections::AccountParts reader(*state, times_[position - 1]);
    for (auto part = reader.Next(); part.ok() && *part; part = reader.Next()) {
      GetAccountStateResponse& message = (*part)->message;
      message.set_position(position);
      if (message.has_card()) {
        message.mutable_card()->clear_token();
        message.mutable_card()->clear_fingerprint();
      }
      projections::ExpandNames(message, (*part)->owner.value());
      parts.push_back(Line(message));
    }
    return parts;
  }
  const std::vector<storage::v1::Record>& records() const { return records_; }

 private:
  std::unique_ptr<eventstore::EventLog> log_ = eventstore::NewMemoryEventLog();
  std::vector<storage::v1::Record> records_;
  std::vector<kernel::Instant> times_;
  std::shared_ptr<MapRows> rows_ = std::make_shared<MapRows>();
};

TEST_F(StateOfRandomLogs, IsThatOfTheServersReaderAtEveryPosition) {
  constexpr uint64_t kSeed = 3;
  const RecordedLog log = RandomLog(vault(), kSeed, 600);
  const Indexed indexed(log);
  int compared = 0;
  for (const auto& opened : indexed.records()) {
    if (!opened.event().has_billing_account_created()) continue;
    const auto& name = opened.event().billing_account_created().billing_account().name();
    const std::string account = name.substr(name.rfind('/') + 1);
    for (uint64_t position = opened.account(); position <= log.records.size(); position += 97) {
      SCOPED_TRACE(absl::StrCat("seed ", kSeed, ", ", account, " at ", position));
      EXPECT_EQ(Streamed(log, account, position), indexed.PartsOf(opened.account(), position));
      ++compared;
    }
  }
  EXPECT_GE(compared, 10) << "too few to mean anything";
}

class StateVerb : public VerbTest {
 protected:
  StateVerb() : story_(vault()) {
    story_.Open();                    // 1
    story_.AddCard("visa");           // 2
    story_.Subscribe("web", "visa");  // 3
    story_.AddCard("amex");           // 4
    story_.SetActive("web", "amex");  // 5
    story_.Remove("visa");            // 6
    eventstore::SetFileContents(path_, story_.log().Export({}));
  }

  int Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"state", path_});
    return VerbTest::Run(arguments);
  }
  void ExpectUsage(const std::vector<std::string>& arguments, const std::string& words) {
    EXPECT_EQ(Run(arguments), static_cast<int>(Kind::kUsage)) << out_ << err_;
    EXPECT_EQ(out_, "");
    EXPECT_TRUE(absl::StrContains(err_, words)) << err_;
  }
  // With --json, what is said of a resource.
  std::string Line(const std::string& name) const {
    std::istringstream lines(out_);
    for (std::string line; std::getline(lines, line);) {
      if (absl::StrContains(line, absl::StrCat("\"name\":\"", name, "\""))) return line;
    }
    return "";
  }

  eventstore::TemporaryDirectory folder_;
  Story story_;
  const std::string path_ = folder_ / "log.export";
};

TEST_F(StateVerb, ShowsTheAccountBehindAPosition) {
  ASSERT_EQ(Run({"--account", "acme", "--at", "3", "--json"}), 0) << err_;
  const std::string web = Line("billingAccounts/acme/subscriptions/web");
  EXPECT_TRUE(absl::StrContains(web, "\"position\":\"3\"")) << out_;
  EXPECT_TRUE(absl::StrContains(web, "\"card\":\"billingAccounts/acme/cards/visa\"")) << out_;
  EXPECT_EQ(Line("billingAccounts/acme/cards/amex"), "") << out_;
  ASSERT_EQ(Run({"--account", "billingAccounts/acme", "--json"}), 0) << err_;
  EXPECT_TRUE(absl::StrContains(Line("billingAccounts/acme/cards/visa"), "CARD_STATE_REMOVED"));
  EXPECT_TRUE(absl::StrContains(Line("billingAccounts/acme/subscriptions/web"), "cards/amex"));
}

TEST_F(StateVerb, NeverShowsWhatTheVaultKeeps) {
  ASSERT_EQ(Run({"--account", "acme", "--json"}), 0) << err_;
  EXPECT_FALSE(absl::StrContains(out_, "token-of-visa")) << out_;
  EXPECT_FALSE(absl::StrContains(out_, "Alice Example")) << out_;
}

// Commands of a story are a second apart.
TEST_F(StateVerb, AtATimeIsBehindWhatWasCommittedByThen) {
  const auto at = [this](const std::string& time) {
    return Run({"--account", "acme", "--at", time, "--json"});
  };
  ASSERT_EQ(at("2026-03-01T00:00:03Z"), 0) << err_;
  EXPECT_TRUE(absl::StrContains(out_, "\"position\":\"3\"")) << out_;
  ASSERT_EQ(at("2026-03-01T00:00:03.999Z"), 0) << err_;
  EXPECT_TRUE(absl::StrContains(out_, "\"position\":\"3\"")) << out_;
  // The card expires at noon on 2030-05-01, which no record says.
  ASSERT_EQ(at("2031-01-01T00:00:00Z"), 0) << err_;
  EXPECT_TRUE(absl::StrContains(Line("billingAccounts/acme/cards/amex"), "\"expired\":true"))
      << out_;
}

TEST_F(StateVerb, SaysToPeopleWhatTheySee) {
  ASSERT_EQ(Run({"--account", "acme", "--at", "2"}), 0) << err_;
  EXPECT_TRUE(absl::StrContains(
      out_, "billingAccounts/acme behind position 2, committed 2026-03-01T00:00:02Z"))
      << out_;
}

TEST_F(StateVerb, NamesWhatCannotBeShown) {
  ExpectUsage({"--account", "acme", "--at", "7"}, "position 7 is beyond the log, which ends at 6");
  ExpectUsage({"--account", "acme", "--at", "0"}, "they begin at 1");
  ExpectUsage({"--account", "acme", "--at", "99999999999999999999"}, "they begin at 1");
  ExpectUsage({"--account", "acme", "--at", "2026-02-28T23:59:59Z"}, "nothing was committed by");
  ExpectUsage({"--account", "acme", "--at", "yesterday"}, "neither a position nor a time");
  ExpectUsage({"--account", "other", "--at", "3"}, "nobody opened an account other");
  ExpectUsage({"--account", "No/Such"}, "is no account");
  ExpectUsage({}, "--account is required");
}

TEST_F(StateVerb, OfABrokenLogIsNotShown) {
  const std::string bytes = eventstore::FileContents(path_);
  eventstore::SetFileContents(path_, bytes.substr(0, bytes.size() / 2));
  EXPECT_EQ(Run({"--account", "acme", "--json"}), static_cast<int>(Kind::kFormat)) << out_;
  EXPECT_TRUE(absl::StrContains(out_, "\"held\": false")) << out_;
}

}  // namespace
}  // namespace billing::replay

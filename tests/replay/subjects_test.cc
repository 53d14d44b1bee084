// The index of subjects against what the records themselves say.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "projections/fold/fold.h"
#include "projections/state/keys.h"
#include "tests/model/model_fixture.h"
#include "tests/replay/recorded_log.h"
#include "tests/replay/story.h"
#include "tools/replay/audit.h"
#include "tools/replay/subjects_check.h"

namespace billing::replay {
namespace {

using Names = std::vector<std::string_view>;
namespace keys = projections::keys;

TEST(SubjectsByTheSchema, AreTheNamesInTheFactEachOnce) {
  billing::v1::Event event;
  auto& fact = *event.mutable_active_card_changed();
  fact.set_selected_subscription("subscriptions/web");
  fact.set_card("cards/amex");
  for (const char* subscription : {"subscriptions/web", "subscriptions/mail"}) {
    auto& move = *fact.add_moves();
    move.set_subscription(subscription);
    move.set_previous_card("cards/visa");
  }
  EXPECT_EQ(SubjectsByTheSchema(event, "acme"),
            (Names{"cards/amex", "cards/visa", "subscriptions/mail", "subscriptions/web"}));
}

TEST(SubjectsByTheSchema, OfOtherAccountsOnlyTransfers) {
  billing::v1::Event event;
  auto& refused = *event.mutable_command_refused();
  auto& request = *refused.mutable_request()->mutable_accept_transfer();
  request.set_name("billingAccounts/other/transfers/t1");
  request.set_card("billingAccounts/other/cards/visa");
  request.set_billing_profile("billingAccounts/acme/billingProfiles/p1");
  EXPECT_EQ(SubjectsByTheSchema(event, "acme"),
            (Names{"billingAccounts/other/transfers/t1", "billingProfiles/p1"}));
  EXPECT_EQ(SubjectsByTheSchema(event, "other"), (Names{"cards/visa", "transfers/t1"}));
}

class SubjectsCheckTest : public model::ModelTest {
 protected:
  SubjectsCheckTest() : story_(vault()) {
    story_.Open();
    story_.AddCard("visa");
    story_.Subscribe("web", "visa");
    for (const std::string& bytes : story_.log().records) {
      records_.emplace_back().ParseFromString(bytes);
      EXPECT_TRUE(projections::Apply(records_.back(), records_.back(), rows_).ok());
    }
  }
  // What is found wrong first.
  std::string Check() const {
    SubjectsCheck check;
    for (const auto& record : records_) {
      const Names subjects = SubjectsByTheSchema(record.event(), "acme");
      if (const auto wrong = check.Take(record, subjects, rows_)) return *wrong;
    }
    return check.Finish(rows_).value_or("nothing");
  }

  Story story_;
  std::vector<storage::v1::Record> records_;
  RowsInMemory rows_;
};

TEST_F(SubjectsCheckTest, HoldsOfTheFold) { EXPECT_EQ(Check(), "nothing"); }

TEST_F(SubjectsCheckTest, NamesASubjectThatIsNotIndexed) {
  rows_.Delete(keys::Subject(1, "cards/visa", 3));
  EXPECT_TRUE(absl::StrContains(Check(), "concerns cards/visa")) << Check();
}

TEST_F(SubjectsCheckTest, NamesARecordThatItsAccountDoesNotIndex) {
  rows_.Delete(keys::Subject(1, "", 2));
  EXPECT_TRUE(absl::StrContains(Check(), "concerns its account")) << Check();
}

TEST_F(SubjectsCheckTest, FindsWhatIsIndexedAndNotConcerned) {
  rows_.Put(keys::Subject(1, "cards/amex", 2), "");
  EXPECT_TRUE(absl::StrContains(Check(), "does not concern")) << Check();
}

}  // namespace
}  // namespace billing::replay

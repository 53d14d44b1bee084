// What pays for many subscriptions, read at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "projections/keyvalue/key_value.h"
#include "projections/state/keys.h"
#include "projections/state/row_codec.h"
#include "projections/state/state_reader.h"
#include "tests/projections/log.h"

namespace billing::projections {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr AccountNumber kAccount = 7;

// Counts what is asked of other rows.
class CountedRows final : public RowReader {
 public:
  explicit CountedRows(const RowReader& rows) : rows_(rows) {}

  std::optional<std::string> Get(std::string_view key) const override {
    ++looks;
    return rows_.Get(key);
  }
  void Scan(const KeyRange& range, Order order,
            absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override {
    rows_.Scan(range, order, [&](std::string_view key, std::string_view value) {
      ++visits;
      return visit(key, value);
    });
  }
  absl::Status status() const override { return rows_.status(); }

  mutable int looks = 0;
  mutable int visits = 0;

 private:
  const RowReader& rows_;
};

class SubscriptionPayments : public testing::Test {
 protected:
  void Have(AccountNumber account, const std::string& id,
            const subscription::SubscriptionState& state) {
    rows_.Put(keys::Subscription(account, id), Encode(state));
  }
  // Paid by a card of the same name.
  void Have(const std::string& id) {
    Have(kAccount, id, {.state = v1::SUBSCRIPTION_STATE_ACTIVE, .card = CardNamed(id)});
  }

  // The ids that it found, as many as are paid by the card of the same name.
  std::vector<std::string> Found(const std::vector<std::string>& ids) {
    std::vector<kernel::SubscriptionId> asked;
    for (const std::string& id : ids) asked.push_back(SubscriptionNamed(id));
    std::vector<std::string> found;
    for (const auto& [id, payment] : StateReader(counted_).SubscriptionPayments(kAccount, asked)) {
      EXPECT_EQ(payment.card, CardNamed(id.value()));
      found.push_back(id.value());
    }
    return found;
  }

  MapRows rows_;
  CountedRows counted_{rows_};
};

TEST_F(SubscriptionPayments, AreWhatTheSubscriptionsSay) {
  const subscription::SubscriptionState state{
      .display_name = "Web",
      .kind = v1::SUBSCRIPTION_KIND_RESERVATION,
      .state = v1::SUBSCRIPTION_STATE_PAST_DUE,
      .card = CardNamed("visa"),
      .billing_profile = kernel::BillingProfileId::FromStored("east"),
      .pays_by_invoice = true,
      .active_since = {3'000'000},
      .create_time = {1'000'000},
      .update_time = {4'000'000},
      .etag = 13,
      .inactive_since = {5'000'000},
      .disabled_by_platform = true,
      .past_due_charges = 2,
      .pending_transfer = kernel::TransferId::FromStored("offer"),
  };
  Have(kAccount, "web", state);
  const std::vector ids = {SubscriptionNamed("web")};
  const auto payments = StateReader(rows_).SubscriptionPayments(kAccount, ids);
  ASSERT_THAT(payments, SizeIs(1));
  EXPECT_EQ(payments[0].first, SubscriptionNamed("web"));
  EXPECT_EQ(payments[0].second.state, state.state);
  EXPECT_EQ(payments[0].second.card, state.card);
  EXPECT_EQ(payments[0].second.billing_profile, state.billing_profile);
  EXPECT_EQ(payments[0].second.active_since, state.active_since);
}

TEST_F(SubscriptionPayments, SayNothingWhereNothingPays) {
  Have(kAccount, "web", {.state = v1::SUBSCRIPTION_STATE_ACTIVE});
  const std::vector ids = {SubscriptionNamed("web")};
  const auto payments = StateReader(rows_).SubscriptionPayments(kAccount, ids);
  ASSERT_THAT(payments, SizeIs(1));
  EXPECT_EQ(payments[0].second.card, std::nullopt);
  EXPECT_EQ(payments[0].second.billing_profile, std::nullopt);
}

TEST_F(SubscriptionPayments, OfNeighboursTakeOneWalk) {
  for (const char* id : {"a", "ab", "b", "c"}) Have(id);
  Have(kAccount + 1, "a", {.state = v1::SUBSCRIPTION_STATE_ACTIVE});
  EXPECT_THAT(Found({"a", "ab", "c"}), ElementsAre("a", "ab", "c"));
  EXPECT_EQ(counted_.visits, 4);
  EXPECT_EQ(counted_.looks, 0);
}

TEST_F(SubscriptionPayments, OfFewAmongManyAreLookedUp) {
  Have("a");
  for (int i = 0; i < 1'000; ++i) Have("m" + std::to_string(i));
  Have("z");
  EXPECT_THAT(Found({"a", "m500", "z"}), ElementsAre("a", "m500", "z"));
  EXPECT_EQ(counted_.visits, 4);
  EXPECT_EQ(counted_.looks, 2);
}

TEST_F(SubscriptionPayments, LeaveOutWhatIsNotThere) {
  EXPECT_THAT(Found({}), IsEmpty());
  EXPECT_THAT(Found({"a"}), IsEmpty());
  for (const char* id : {"b", "d"}) Have(id);
  EXPECT_THAT(Found({"a", "b", "c", "d", "e"}), ElementsAre("b", "d"));
  EXPECT_THAT(Found({"a", "d"}), ElementsAre("d"));
}

}  // namespace
}  // namespace billing::projections

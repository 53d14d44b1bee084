#include "projections/state/read_models.h"

#include <algorithm>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "tests/projections/log.h"
#include "tests/projections/random_history.h"
#include "tests/projections/random_payments.h"

namespace billing::projections {
namespace {

std::set<uint8_t> ViewsOfAllModels() {
  std::set<uint8_t> views;
  for (const ReadModel& model : ReadModels()) {
    views.insert(model.views.begin(), model.views.end());
  }
  return views;
}

TEST(ReadModels, AreSortedByNameAndSayWhatTheyAnswer) {
  const auto models = ReadModels();
  EXPECT_TRUE(std::ranges::is_sorted(models, std::ranges::less_equal(), &ReadModel::name));
  for (const ReadModel& model : models) {
    EXPECT_FALSE(model.description.empty()) << model.name;
    EXPECT_FALSE(model.views.empty()) << model.name;
    EXPECT_EQ(FindReadModel(model.name)->name, model.name);
  }
  EXPECT_EQ(FindReadModel("no-such-model"), nullptr);
  EXPECT_EQ(FindReadModel(""), nullptr);
}

TEST(ReadModels, ThoseOfTheDesignAreThere) {
  for (const char* name :
       {"accounts", "balances", "card-holders", "cards-in-use", "charges", "expiring-cards",
        "profiles", "roles", "subscriptions", "transfers", "wallet"}) {
    EXPECT_NE(FindReadModel(name), nullptr) << name;
  }
}

TEST(ReadModels, EveryViewIsPartOfOne) {
  const std::set<uint8_t> views = ViewsOfAllModels();
  ASSERT_FALSE(views.empty());
  // Views are numbered from 1 without gaps; 0 is the row store's own.
  EXPECT_EQ(*views.begin(), 1);
  EXPECT_EQ(views.size(), *views.rbegin()) << "a view between the first and the last is missing";
}

TEST(ReadModels, EveryRowOfAFoldIsPartOfOne) {
  const std::set<uint8_t> views = ViewsOfAllModels();
  const auto check = [&](const MapRows& rows) {
    ASSERT_FALSE(rows.rows().empty());
    for (const auto& [key, value] : rows.rows()) {
      EXPECT_TRUE(views.contains(static_cast<uint8_t>(key.front())))
          << "view " << static_cast<int>(key.front());
    }
  };
  check(RandomHistory(20'261'127, 300).log().Folded());
  check(RandomPayments(20'261'127, 300).log().Folded());
}

}  // namespace
}  // namespace billing::projections

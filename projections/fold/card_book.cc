#include "projections/fold/card_book.h"

#include <utility>

#include "projections/state/keys.h"
#include "projections/state/row_codec.h"

namespace billing::projections {
namespace {

std::optional<kernel::YearMonth> ListedUnder(const card::CardState& state) {
  if (!state.live()) return std::nullopt;
  if (state.holders.Total() == 0 && state.active_profiles == 0) return std::nullopt;
  return state.expiry;
}

}  // namespace

card::CardState* CardBook::Find(const kernel::CardId& id) {
  if (const auto page = pages_.find(id); page != pages_.end()) return &page->second.state;
  auto state = StateReader(rows_).Card(number_, id);
  if (!state) return nullptr;
  const auto listed = ListedUnder(*state);
  return &pages_.emplace(id, Page{*std::move(state), listed}).first->second.state;
}

void CardBook::Add(const kernel::CardId& id, card::CardState state) {
  pages_.emplace(id, Page{std::move(state), std::nullopt});
}

void CardBook::Store() {
  for (const auto& [id, page] : pages_) {
    rows_.Put(keys::Card(number_, id.value()), Encode(page.state));
    List(id, page);
  }
}

void CardBook::List(const kernel::CardId& id, const Page& page) {
  const auto listed = ListedUnder(page.state);
  if (listed == page.listed) return;
  if (page.listed) {
    rows_.Delete(keys::Expiring(*page.listed, number_, id.value()));
    rows_.Delete(keys::ExpiringOf(number_, *page.listed, id.value()));
  }
  if (listed) {
    rows_.Put(keys::Expiring(*listed, number_, id.value()), "");
    rows_.Put(keys::ExpiringOf(number_, *listed, id.value()), "");
  }
}

}  // namespace billing::projections

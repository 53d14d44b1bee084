// The cards that one record touches. Each row is read once and written once, however
// many subscriptions the record moves, and the keys of the expiring cards follow what
// changed.
#ifndef BILLING_PROJECTIONS_FOLD_CARD_BOOK_H_
#define BILLING_PROJECTIONS_FOLD_CARD_BOOK_H_

#include <map>
#include <optional>

#include "aggregates/card/card.h"
#include "aggregates/kernel/ids.h"
#include "projections/keyvalue/key_value.h"
#include "projections/state/state_reader.h"

namespace billing::projections {

class CardBook {
 public:
  // `rows` outlives the book.
  CardBook(AccountNumber number, RowWriter& rows) : number_(number), rows_(rows) {}

  // The card's state, to be changed in place; valid as long as the book. Null when there is
  // none, or the rows could not be read.
  card::CardState* Find(const kernel::CardId& id);
  // A card that is new in this record.
  void Add(const kernel::CardId& id, card::CardState state);
  // Writes every card that was found or added. Called once, last.
  void Store();

 private:
  struct Page {
    card::CardState state;
    // The month under which the expiring cards list it before this record.
    std::optional<kernel::YearMonth> listed;
  };
  void List(const kernel::CardId& id, const Page& page);

  AccountNumber number_;
  RowWriter& rows_;
  std::map<kernel::CardId, Page> pages_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_FOLD_CARD_BOOK_H_

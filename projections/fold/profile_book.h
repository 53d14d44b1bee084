// The billing profiles that one record touches. Each row is read once and written once.
#ifndef BILLING_PROJECTIONS_FOLD_PROFILE_BOOK_H_
#define BILLING_PROJECTIONS_FOLD_PROFILE_BOOK_H_

#include <map>

#include "aggregates/kernel/ids.h"
#include "aggregates/profile/profile.h"
#include "projections/keyvalue/key_value.h"
#include "projections/state/state_reader.h"

namespace billing::projections {

class ProfileBook {
 public:
  // `rows` outlives the book.
  ProfileBook(AccountNumber number, RowWriter& rows) : number_(number), rows_(rows) {}

  // The profile's state, to be changed in place; valid as long as the book. Null when
  // there is none, or the rows could not be read.
  profile::BillingProfileState* Find(const kernel::BillingProfileId& id);
  // A profile that is new in this record.
  void Add(const kernel::BillingProfileId& id, profile::BillingProfileState state);
  // Writes every profile that was found or added. Called once, last.
  void Store();

 private:
  AccountNumber number_;
  RowWriter& rows_;
  std::map<kernel::BillingProfileId, profile::BillingProfileState> profiles_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_FOLD_PROFILE_BOOK_H_

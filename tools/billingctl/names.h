// Names as people type and read them (`visa`) and as the wire has them
// (`billingAccounts/acme/cards/visa`).
#ifndef BILLING_TOOLS_BILLINGCTL_NAMES_H_
#define BILLING_TOOLS_BILLINGCTL_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace billing::billingctl {

// `acme` or `billingAccounts/acme` → `billingAccounts/acme`.
std::string AccountName(absl::string_view text);

// `billingAccounts/acme/cards/visa` → `visa`; empty stays empty.
std::string ShortName(absl::string_view name);
// `billingAccounts/acme/cards/visa` → `cards/visa`; the account itself → `acme`.
std::string RelativeName(absl::string_view name);
// `billingAccounts/acme/cards/visa` → `acme`.
std::string AccountOf(absl::string_view name);

// ` from visa`, or nothing without a name: for sentences.
std::string With(absl::string_view word, absl::string_view name);

// Makes full names below the account that --account names. Each function takes a bare
// id, a relative name (`cards/visa`) or a full name; empty stays empty. Throws
// CLI::ValidationError or CLI::RequiredError, which Run turns into a usage failure,
// when the name is of another kind or account, or when the account is missing.
class Names {
 public:
  // `account`: an id, a full name, `-` for all accounts, or empty. `flag` is the one that
  // gave it, for what is thrown.
  explicit Names(absl::string_view account, absl::string_view flag = "--account");

  bool HasAccount() const { return !account_.empty(); }
  std::string Account() const;
  // The account, or `-` for all.
  std::string AccountOrAll() const;
  std::string Card(absl::string_view text) const;
  std::string Subscription(absl::string_view text) const;
  std::string BillingProfile(absl::string_view text) const;
  std::string Charge(absl::string_view text) const;
  std::string Transfer(absl::string_view text) const;
  // A relative or full name of either; never a bare id.
  std::string ChargeOrCard(absl::string_view text) const;
  // A relative or full name of anything, the account included; never a bare id.
  std::string Subject(absl::string_view text) const;

 private:
  struct Wanted;
  std::string Below(const Wanted& wanted) const;
  std::string Full(absl::string_view text) const;

  // `billingAccounts/acme`, `-` or empty.
  std::string account_;
  std::string flag_;
};

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_NAMES_H_

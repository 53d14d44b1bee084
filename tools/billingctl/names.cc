#include "tools/billingctl/names.h"

#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace billing::billingctl {
namespace {

constexpr absl::string_view kAccounts = "billingAccounts/";
constexpr absl::string_view kAllAccounts = "-";

bool IsFull(absl::string_view text) { return absl::StartsWith(text, kAccounts); }

}  // namespace

struct Names::Wanted {
  absl::string_view collection;
  absl::string_view text;
};

std::string AccountName(absl::string_view text) {
  return IsFull(text) ? std::string(text) : absl::StrCat(kAccounts, text);
}

std::string ShortName(absl::string_view name) {
  return std::string(name.substr(name.rfind('/') + 1));
}

std::string RelativeName(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, kAccounts)) return std::string(name);
  const size_t slash = name.find('/');
  return std::string(slash == name.npos ? name : name.substr(slash + 1));
}

std::string AccountOf(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, kAccounts)) return "";
  return std::string(name.substr(0, name.find('/')));
}

std::string With(absl::string_view word, absl::string_view name) {
  return name.empty() ? "" : absl::StrCat(" ", word, " ", ShortName(name));
}

Names::Names(absl::string_view account, absl::string_view flag) : flag_(flag) {
  if (account.empty()) return;
  absl::ConsumePrefix(&account, kAccounts);
  account_ = account == kAllAccounts ? std::string(account) : AccountName(account);
}

std::string Names::Account() const {
  if (account_.empty()) throw CLI::RequiredError(flag_);
  if (account_ == kAllAccounts) {
    throw CLI::ValidationError(flag_, "names all accounts, one is needed here");
  }
  return account_;
}

std::string Names::AccountOrAll() const {
  if (account_.empty())
    throw CLI::RequiredError(absl::StrCat(flag_, " (or ", flag_, " - for all)"));
  return account_;
}

std::string Names::Card(absl::string_view text) const { return Below({"cards", text}); }

std::string Names::Subscription(absl::string_view text) const {
  return Below({"subscriptions", text});
}

std::string Names::BillingProfile(absl::string_view text) const {
  return Below({"billingProfiles", text});
}

std::string Names::Charge(absl::string_view text) const { return Below({"charges", text}); }

std::string Names::Transfer(absl::string_view text) const { return Below({"transfers", text}); }

std::string Names::ChargeOrCard(absl::string_view text) const {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  const absl::string_view collection = parts.size() < 2 ? "" : parts[parts.size() - 2];
  if (collection == "charges") return Charge(text);
  if (collection == "cards") return Card(text);
  throw CLI::ValidationError(
      std::string(text), collection.empty() ? "give its kind too: charges/ID or cards/ID"
                                            : "must be a charge or a card: charges/ID or cards/ID");
}

std::string Names::Subject(absl::string_view text) const {
  if (text.empty()) return "";
  if (IsFull(text)) return Full(text);
  if (!absl::StrContains(text, '/')) {
    throw CLI::ValidationError(
        "--subject", "give its kind too: cards/ID, charges/ID, subscriptions/ID, a full name");
  }
  return absl::StrCat(Account(), "/", text);
}

std::string Names::Below(const Wanted& wanted) const {
  if (wanted.text.empty()) return "";
  const std::vector<absl::string_view> parts = absl::StrSplit(wanted.text, '/');
  if (IsFull(wanted.text) && parts.size() == 4 && parts[2] == wanted.collection) {
    return Full(wanted.text);
  }
  if (parts.size() == 2 && parts[0] == wanted.collection) {
    return absl::StrCat(Account(), "/", wanted.text);
  }
  if (parts.size() == 1) return absl::StrCat(Account(), "/", wanted.collection, "/", parts[0]);
  throw CLI::ValidationError(
      std::string(wanted.text),
      absl::StrCat("should be an id, ", wanted.collection, "/ID or billingAccounts/ACCOUNT/",
                   wanted.collection, "/ID"));
}

std::string Names::Full(absl::string_view text) const {
  const bool another =
      !account_.empty() && account_ != kAllAccounts && account_ != AccountName(AccountOf(text));
  if (another) {
    throw CLI::ValidationError(std::string(text),
                               absl::StrCat("is not of the account ", ShortName(account_)));
  }
  return std::string(text);
}

}  // namespace billing::billingctl

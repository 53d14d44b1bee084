#include "tests/model/generator.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

#include "tests/model/invariants.h"
#include "tests/model/money.h"

namespace billing::model {
namespace {

// Accounts that are opened first: two of each agreement, two of one country.
constexpr int kAccounts = 4;

kernel::Caller CallerNamed(const std::string& principal) {
  return kernel::Caller{kernel::Principal::FromStored(principal)};
}

kernel::Caller With(kernel::Caller caller, kernel::PlatformRole role) {
  caller.roles.Add(role);
  return caller;
}

// A service that acts for a user; whatever roles it has do not count then.
kernel::Caller OnBehalfOf(const std::string& user) {
  kernel::Caller caller = With(CallerNamed("services/portal"), kernel::PlatformRole::kDelegate);
  caller.on_behalf_of = kernel::Principal::FromStored(user);
  return caller;
}

}  // namespace

kernel::Caller User(const std::string& name) { return CallerNamed("users/" + name); }
kernel::Caller Operator() {
  return With(CallerNamed("services/office"), kernel::PlatformRole::kOperator);
}
kernel::Caller Biller() {
  return With(CallerNamed("services/biller"), kernel::PlatformRole::kBiller);
}
kernel::Caller Scheduler() { return CallerNamed("services/scheduler"); }

const std::vector<std::string>& Users() {
  static const std::vector<std::string> users = {"users/alice", "users/bob", "users/carol",
                                                 "users/dave", "users/erin"};
  return users;
}

Generator::Generator(uint64_t seed, const World& world) : random_(seed), world_(world) {
  // An ordinary day, the end of a leap February, of a year, and of an ordinary February.
  const std::vector<Time> starts = {StartOfMonth(2026, 3) + 14 * kDay + 9 * kHour,
                                    StartOfMonth(2028, 2) + 27 * kDay + 22 * kHour,
                                    StartOfMonth(2026, 12) + 30 * kDay + 23 * kHour,
                                    StartOfMonth(2027, 2) + 27 * kDay + 1 * kHour};
  now_ = OneOf(starts);
}

const std::vector<Generator::Choice>& Generator::Choices() {
  static const std::vector<Choice> choices = {
      {1, &Generator::CreateBillingAccount},
      {3, &Generator::SetPolicy},
      {2, &Generator::UpdateBillingAccount},
      {5, &Generator::GrantRole},
      {4, &Generator::RevokeRole},
      {2, &Generator::HandOverAdministrator},
      {4, &Generator::RequestInvoicePayment},
      {4, &Generator::DecideInvoicePayment},
      {13, &Generator::AddCard},
      {4, &Generator::UpdateCard},
      {10, &Generator::RemoveCard},
      {9, &Generator::SetActive},
      {11, &Generator::CreateSubscription},
      {3, &Generator::UpdateSubscription},
      {4, &Generator::ChangeBillingProfile},
      {3, &Generator::DisableSubscription},
      {4, &Generator::CancelSubscription},
      {6, &Generator::ReactivateSubscription},
      {4, &Generator::DeleteSubscription},
      {7, &Generator::SwitchToInvoice},
      {5, &Generator::CreateBillingProfile},
      {6, &Generator::ReplacePaymentMethod},
      {7, &Generator::DetachPaymentMethod},
      {9, &Generator::RecordCharge},
      {12, &Generator::RecordPayment},
      {4, &Generator::VoidCharge},
      {8, &Generator::SettleBalance},
      {7, &Generator::SendTransfer},
      {9, &Generator::AcceptTransfer},
      {3, &Generator::DeclineTransfer},
      {3, &Generator::CancelTransfer},
      {3, &Generator::ExpireTransfer},
  };
  return choices;
}

Step Generator::Next() {
  Advance();
  step_ = Step{.now = now_};
  if (world_.accounts().size() < kAccounts) {
    CreateBillingAccount();
    return step_;
  }
  auto chosen = world_.accounts().begin();
  std::advance(chosen, Below(world_.accounts().size()));
  account_ = chosen->first;
  missing_account_ = Chance(2);
  Choose();
  if (Chance(8)) step_.caller = Somebody();
  const size_t version = Below(100);
  if (version < 12) step_.version = Version::kCurrent;
  if (version >= 96) step_.version = Version::kOther;
  AddCommonFields();
  return step_;
}

// What an account lacks is more likely to come than what would not find it. Half of the
// accounts make do with one card.
bool Generator::BuildUp() {
  const auto count = [](const auto& things, auto wanted) {
    return std::count_if(things.begin(), things.end(),
                         [&](const auto& each) { return wanted(each.second); });
  };
  const Account& account = this->account();
  const auto usable_cards = count(
      account.cards, [&](const Card& each) { return !each.removed && !each.ExpiredAt(now_); });
  const auto wanted_cards = account_.back() % 4 < 2 ? 3 : 1;
  if (usable_cards < wanted_cards &&
      account.LiveCards() < static_cast<size_t>(account.policy.max_cards())) {
    AddCard();
  } else if (account.by_profile() &&
             count(account.profiles, [](const Profile& each) { return each.active; }) < 2) {
    CreateBillingProfile();
  } else if (count(account.subscriptions, [](const Subscription& each) {
               return each.state == v1::SUBSCRIPTION_STATE_ACTIVE;
             }) < 3) {
    CreateSubscription();
  } else if (Chance(30) &&
             count(account.charges, [](const Charge& each) { return each.unpaid(); }) < 2) {
    RecordCharge();
  } else if (Chance(8) && account.invoice == v1::INVOICE_PAYMENT_STATE_REQUESTED) {
    DecideInvoicePayment();
  } else if (Chance(4) && account.invoice == v1::INVOICE_PAYMENT_STATE_NONE) {
    RequestInvoicePayment();
  } else {
    return false;
  }
  return true;
}

void Generator::Choose() {
  if (Chance(70) && BuildUp()) return;
  int total = 0;
  for (const Choice& choice : Choices()) total += choice.weight;
  int ticket = static_cast<int>(Below(static_cast<size_t>(total)));
  for (const Choice& choice : Choices()) {
    ticket -= choice.weight;
    if (ticket >= 0) continue;
    return (this->*choice.fill)();
  }
}

void Generator::AddCommonFields() {
  const auto* field = step_.wire.GetReflection()->GetOneofFieldDescriptor(
      step_.wire, step_.wire.GetDescriptor()->oneof_decl(0));
  google::protobuf::Message& request =
      *step_.wire.GetReflection()->MutableMessage(&step_.wire, field);
  const auto set = [&request](const char* name, const std::string& value) {
    request.GetReflection()->SetString(&request, request.GetDescriptor()->FindFieldByName(name),
                                       value);
  };
  if (Chance(30)) {
    std::ostringstream uuid;
    uuid << "0190b6f0-0000-7000-8000-" << std::setw(12) << std::setfill('0') << std::hex << ++ids_;
    set("request_id", uuid.str());
  }
  if (Chance(25)) set("reason", "the customer asked for it");
  if (Below(300) == 0) {
    set("reason", std::string("the card is ") + kCardNumber);
    step_.malformed = true;
  }
}

void Generator::Advance() {
  const size_t kind = Below(100);
  if (kind < 82) {
    now_ += static_cast<Time>(Below(10 * kSecond));
  } else if (kind < 92) {
    now_ += static_cast<Time>(Below(24)) * kHour;
  } else if (kind < 95) {
    now_ += static_cast<Time>(1 + Below(20)) * kDay;
  } else if (kind < 96) {
    now_ += static_cast<Time>(85 + Below(15)) * kDay;
  } else {
    now_ = std::max(now_, SomeDeadline() + static_cast<Time>(Below(3)) - 1);
  }
}

Time Generator::SomeDeadline() {
  std::vector<Time> deadlines = {now_};
  const auto consider = [&](Time deadline) {
    if (deadline > now_ && deadline < now_ + 120 * kDay) deadlines.push_back(deadline);
  };
  for (const auto& [id, account] : world_.accounts()) {
    for (const auto& [card_id, card] : account.cards) {
      if (card.removed) continue;
      consider(StartOfMonth(card.expiry_year, card.expiry_month + 1) + 12 * kHour);
    }
    for (const auto& [subscription_id, each] : account.subscriptions) {
      if (each.stopped()) consider(each.left_active + 90 * kDay);
    }
    for (const auto& [transfer_id, each] : account.transfers) {
      if (each.state == v1::TRANSFER_STATE_PENDING) consider(each.Deadline());
    }
  }
  return OneOf(deadlines);
}

kernel::Caller Generator::Somebody() {
  switch (Below(9)) {
    case 0:
      return Operator();
    case 1:
      return Biller();
    case 2:
      return Scheduler();
    case 3:
      return With(CallerNamed("services/audit"), kernel::PlatformRole::kAuditor);
    case 4: {
      kernel::Caller caller = With(OnBehalfOf(OneOf(Users())), kernel::PlatformRole::kOperator);
      return With(caller, kernel::PlatformRole::kBiller);
    }
    case 5:
      return With(CallerNamed(OneOf(Users())), kernel::PlatformRole::kOperator);
    case 6:
      return User("mallory");
    default:
      return CallerNamed(OneOf(Users()));
  }
}

void Generator::ByAdministrator() {
  const std::string& administrator = account().administrator;
  step_.caller = Chance(10) ? OnBehalfOf(administrator) : CallerNamed(administrator);
}

void Generator::ByProfileManager() {
  ByAdministrator();
  if (Chance(40)) step_.caller = CallerNamed(OneOf(Users()));
}

void Generator::ByPlatformOr(const kernel::Caller& platform) {
  step_.caller = platform;
  if (Chance(15)) ByAdministrator();
}

void Generator::BySubscriptionManager() {
  ByAdministrator();
  if (Chance(45)) step_.caller = Chance(50) ? Operator() : Biller();
}

std::string Generator::Fresh(const std::string& prefix) {
  return prefix + "-" + std::to_string(++ids_);
}

std::string Generator::CardReference() {
  return Reference<Card>("cards", &Account::cards, [](const Card& card) { return !card.removed; });
}

std::string Generator::SubscriptionReference() {
  return Reference<Subscription>("subscriptions", &Account::subscriptions,
                                 [](const Subscription& each) { return each.live(); });
}

std::string Generator::StoppedReference() {
  return Reference<Subscription>("subscriptions", &Account::subscriptions,
                                 [](const Subscription& each) { return each.stopped(); });
}

std::string Generator::ProfileReference() {
  return Reference<Profile>("billingProfiles", &Account::profiles,
                            [](const Profile& profile) { return profile.active; });
}

std::string Generator::ChargeReference() {
  return Reference<Charge>("charges", &Account::charges,
                           [](const Charge& charge) { return charge.unpaid(); });
}

std::string Generator::TransferReference(bool received) {
  std::vector<std::string> all = {AccountName() + "/transfers/nowhere"};
  std::vector<std::string> pending;
  for (const auto& [sender_id, sender] : world_.accounts()) {
    for (const auto& [id, transfer] : sender.transfers) {
      if ((received ? transfer.to_account : sender_id) != account_) continue;
      all.push_back("billingAccounts/" + sender_id + "/transfers/" + id);
      if (transfer.StateAt(now_) == v1::TRANSFER_STATE_PENDING) pending.push_back(all.back());
    }
  }
  return !pending.empty() && Chance(75) ? OneOf(pending) : OneOf(all);
}

v1::YearMonth Generator::Expiry() {
  const kernel::YearMonth now = kernel::MonthOf({now_});
  int months = Chance(50) ? static_cast<int>(Below(150)) : static_cast<int>(Below(6)) - 1;
  const int month = now.month - 1 + months;
  v1::YearMonth expiry;
  expiry.set_year(now.year + (month < 0 ? -1 : month / 12));
  expiry.set_month((month + 12) % 12 + 1);
  return expiry;
}

int64_t Generator::Amount() {
  // Two of the large ones do not fit into 64 bits together.
  if (Chance(3)) return int64_t{5'000'000'000'000'000'000} + static_cast<int64_t>(Below(1'000));
  return 1 + static_cast<int64_t>(Below(100'000));
}

void Generator::FillIn(v1::Policy& policy) {
  if (Chance(40)) {
    policy.add_holding_states(v1::SUBSCRIPTION_STATE_ACTIVE);
    policy.add_holding_states(v1::SUBSCRIPTION_STATE_PAST_DUE);
    if (Chance(60)) policy.add_holding_states(v1::SUBSCRIPTION_STATE_DISABLED);
    if (Chance(60)) policy.add_holding_states(v1::SUBSCRIPTION_STATE_CANCELLED);
  }
  if (Chance(30)) policy.set_cascade(v1::CASCADE_ALL_SUBSCRIPTIONS);
  if (Chance(30)) policy.set_profile_managers(v1::PROFILE_MANAGERS_SIGNED_UP_USER);
  policy.set_require_payment_method(Chance(40));
  policy.set_require_card_country_match(Chance(20));
  if (Chance(30)) policy.set_max_cards(2 + static_cast<int>(Below(5)));
}

void Generator::FillIn(v1::Card& card) {
  card.set_token(Fresh("token-of-a-card"));
  if (Chance(50)) card.set_fingerprint(Fresh("fingerprint"));
  const auto& cards = account().cards;
  if (!cards.empty() && Chance(10)) {
    auto same = cards.begin();
    std::advance(same, Below(cards.size()));
    if (Chance(50)) {
      card.set_token(same->second.token);
    } else {
      card.set_fingerprint(same->second.fingerprint);
    }
  }
  card.set_brand(Chance(65) ? v1::BRAND_VISA : static_cast<v1::Brand>(1 + Below(v1::Brand_MAX)));
  card.set_funding(Chance(80)   ? v1::FUNDING_CREDIT
                   : Chance(80) ? v1::FUNDING_DEBIT
                                : v1::FUNDING_PREPAID);
  card.set_virtual_(Chance(3));
  card.set_last_four("1111");
  *card.mutable_expiry() = Expiry();
  card.set_country(Chance(85) ? account().country : "DE");
  if (Chance(30)) card.set_holder_name("Alice Example");
  if (Chance(30)) card.mutable_billing_address()->set_city("Utrecht");
}

}  // namespace billing::model

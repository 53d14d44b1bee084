#include "projections/explain/search.h"

#include <algorithm>
#include <utility>

#include "aggregates/kernel/names.h"
#include "projections/explain/aspects.h"

namespace billing::projections {
namespace {

using billing::v1::Event;

// RoleGranted and RoleRevoked look alike.
template <class Fact>
bool IsAbout(const NamedRole& role, const Fact& fact) {
  return role.principal == fact.principal() && role.role == fact.role() &&
         role.billing_profile == fact.billing_profile();
}

}  // namespace

Search::Search(const storage::v1::Record& refusal, Past& past, const ExplainBounds& bounds)
    : refused_(refusal.event().command_refused()),
      account_(refusal.account()),
      named_(NamedIn(refused_.request())),
      past_(past),
      records_of_one_max_(bounds.records_of_one_max),
      records_left_(bounds.records_max) {}

FoundFacts Search::FactsOf(const Grounds& grounds, const std::string& blocking) {
  records_left_of_one_ = records_of_one_max_;
  cut_ = false;
  Facts facts;
  for (const Ground& ground : grounds) {
    for (const Subject& subject : SubjectsOf(ground.thing, blocking)) {
      Add(ground.aspect, subject, facts);
    }
  }
  return {.positions = {facts.begin(), facts.end()}, .incomplete = cut_};
}

std::vector<Search::Subject> Search::SubjectsOf(Thing thing, const std::string& blocking) {
  switch (thing) {
    case Thing::kNone:
      return {};
    case Thing::kAccount:
      return {{account_, ""}};
    case Thing::kTarget:
      if (!named_.target) return {};
      return named_.transfer.empty() ? std::vector<Subject>{{account_, *named_.target}}
                                     : Sent(named_.transfer);
    case Thing::kPayingCard:
      return Own(named_.paying_card);
    case Thing::kFailedCard:
      return Own(named_.failed_card);
    case Thing::kSubscription:
      return Own(named_.subscription);
    case Thing::kBillingProfile:
      return Own(named_.billing_profile);
    case Thing::kCharge:
      return Own(named_.charge);
    case Thing::kTransfer:
      return Sent(named_.transfer);
    case Thing::kExisting:
      return Existing();
    case Thing::kDebtor:
      return Debtor();
    case Thing::kSender:
      return Sender();
    case Thing::kOffered:
      return Offered();
    case Thing::kBlocking:
      return {{account_, blocking}};
  }
  return {};
}

// What other accounts have is only not found here, whatever it is.
std::vector<Search::Subject> Search::Own(const std::string& name) {
  if (name.empty()) return {};
  if (!kernel::IsFullName(name)) return {{account_, name}};
  const auto full = kernel::ParseName(name);
  if (!full || past_.FindAccount(full->account) != account_) return {};
  return {{account_, full->Relative()}};
}

std::vector<Search::Subject> Search::Sent(const std::string& transfer) {
  if (transfer.empty()) return {};
  if (!kernel::IsFullName(transfer)) return {{account_, transfer}};
  const auto full = kernel::ParseName(transfer);
  const auto sender = full ? past_.FindAccount(full->account) : std::nullopt;
  if (!sender) return {};
  return {{*sender, full->Relative()}};
}

std::vector<Search::Subject> Search::Sender() {
  std::vector<Subject> sender = Sent(named_.transfer);
  for (Subject& subject : sender) subject.name.clear();
  return sender;
}

std::vector<Search::Subject> Search::Offered() {
  // The sender's own command names the subscription itself.
  if (named_.transfer.empty()) return Own(named_.subscription);
  std::vector<Subject> offered;
  for (const Subject& transfer : Sent(named_.transfer)) {
    const auto sent = First(transfer);
    if (sent)
      offered.push_back({transfer.account, sent->transfer_sent().transfer().subscription()});
  }
  return offered;
}

std::vector<Search::Subject> Search::Existing() {
  for (const auto& detail : refused_.details()) {
    if (!detail.resource().empty()) return Own(detail.resource());
  }
  // Only an account's id is refused without saying which it is.
  return {{account_, ""}};
}

// Whoever reactivates is asked for what that subscription owes; all others for what the account
// does.
std::vector<Search::Subject> Search::Debtor() {
  if (refused_.request().has_reactivate_subscription()) return Own(named_.subscription);
  return {{account_, ""}};
}

void Search::Add(Aspect aspect, const Subject& subject, Facts& facts) {
  switch (aspect) {
    case Aspect::kMaking: {
      const auto made = First(subject);
      if (made) facts.insert(made->position());
      return;
    }
    case Aspect::kLastChange:
      if (subject.name.empty()) {
        return AddNewestOfAccount(
            subject, [](const Event& fact) { return Changes(fact, ""); }, facts);
      }
      return AddNewestOf(subject, Changes, facts);
    case Aspect::kRemoval:
      return AddNewestOf(subject, RemovesCard, facts);
    case Aspect::kExpiry:
      return AddNewestOf(subject, SetsExpiry, facts);
    case Aspect::kState:
      return AddNewestOf(subject, SetsState, facts);
    case Aspect::kRetirement:
      return AddRetirement(subject, facts);
    case Aspect::kMethod:
    case Aspect::kUsability:
    case Aspect::kHolding:
      return AddMethod(aspect, subject, facts);
    case Aspect::kPastDue:
      return AddPastDue(subject, facts);
    case Aspect::kDecline:
      return AddNewest(
          subject, [](const Event& fact) { return fact.has_payment_declined(); }, facts);
    case Aspect::kOffer:
      return AddNewest(
          subject, [](const Event& fact) { return fact.has_transfer_sent(); }, facts);
    case Aspect::kPolicy:
      return AddNewestOfAccount(subject, SetsPolicy, facts);
    case Aspect::kBusiness:
      return AddNewestOfAccount(subject, SetsBusiness, facts);
    case Aspect::kInvoicePayment:
      return AddNewestOfAccount(subject, SetsInvoicePayment, facts);
    case Aspect::kAdministrator:
      return AddNewestOfAccount(subject, SetsAdministrator, facts);
    case Aspect::kRole:
      return AddRole(subject, facts);
    case Aspect::kNewestCard:
      return AddNewest(
          subject, [](const Event& fact) { return fact.has_card_added(); }, facts);
    case Aspect::kNewestSubscription:
      return AddNewest(
          subject,
          [](const Event& fact) {
            return fact.has_subscription_created() || fact.has_subscription_transferred_in();
          },
          facts);
    case Aspect::kNewestBillingProfile:
      return AddNewest(
          subject, [](const Event& fact) { return fact.has_billing_profile_created(); }, facts);
    case Aspect::kNewestCharge:
      return AddNewest(
          subject, [](const Event& fact) { return fact.has_charge_recorded(); }, facts);
    case Aspect::kNewestRole:
      return AddNewestOfAccount(
          subject, [](const Event& fact) { return fact.has_role_granted(); }, facts);
    case Aspect::kSettlement:
      return AddSettlement(subject, facts);
  }
}

void Search::AddMethod(Aspect aspect, const Subject& subject, Facts& facts) {
  const auto set =
      Newest(subject, [&](const Event& fact) { return SetsMethod(fact, subject.name); });
  if (!set) return;
  facts.insert(set->position());
  const Method method = MethodIn(*set);
  if (aspect == Aspect::kMethod) return;
  if (!method.billing_profile.empty()) {
    AddNewestOf({subject.account, method.billing_profile}, SetsMethod, facts);
  }
  if (aspect == Aspect::kUsability && !method.card.empty()) {
    AddNewestOf({subject.account, method.card}, SetsExpiry, facts);
  }
}

// From the newest fact on: what came later decides what became of a charge.
void Search::AddPastDue(const Subject& subject, Facts& facts) {
  std::set<std::string> known;
  size_t found = 0;
  Visit({.account = subject.account, .subject = subject.name}, [&](const Event& fact) {
    for (std::string& charge : ChargesIn(fact)) {
      const bool is_news = known.insert(std::move(charge)).second;
      if (!is_news || !fact.has_payment_declined()) continue;
      facts.insert(fact.position());
      ++found;
    }
    return found < kPastDueFactsMax;
  });
}

void Search::AddSettlement(const Subject& account, Facts& facts) {
  const std::string& reference = named_.processor_reference;
  const auto card = past_.CardSettledUnder(account.account, reference);
  if (!card) return;
  AddNewest(
      {account.account, *card},
      [&reference](const Event& fact) {
        return fact.has_balance_settled() &&
               fact.balance_settled().processor_reference() == reference;
      },
      facts);
}

// A subscription that is disabled and then cancelled is retained from its disabling on.
void Search::AddRetirement(const Subject& subject, Facts& facts) {
  std::optional<uint64_t> retired;
  Visit({.account = subject.account, .subject = subject.name}, [&](const Event& fact) {
    if (!SetsState(fact, subject.name)) return true;
    if (!fact.has_subscription_disabled() && !fact.has_subscription_cancelled()) return false;
    retired = fact.position();
    return true;
  });
  if (retired) facts.insert(*retired);
}

void Search::AddRole(const Subject& account, Facts& facts) {
  if (!named_.role) return;
  const NamedRole& role = *named_.role;
  if (role.role == billing::v1::ROLE_ADMINISTRATOR) {
    return AddNewestOfAccount(account, SetsAdministrator, facts);
  }
  AddNewestOfAccount(
      account,
      [&role](const Event& fact) {
        return (fact.has_role_granted() && IsAbout(role, fact.role_granted())) ||
               (fact.has_role_revoked() && IsAbout(role, fact.role_revoked()));
      },
      facts);
}

void Search::Visit(const Past::Walk& walk, Is take) {
  status_.Update(past_.Each(walk, [&](const Event& fact) {
    cut_ = cut_ || std::min(records_left_, records_left_of_one_) == 0;
    if (cut_) return false;
    --records_left_;
    --records_left_of_one_;
    return take(fact);
  }));
}

std::optional<Event> Search::Found(const Past::Walk& walk, Is is) {
  std::optional<Event> found;
  Visit(walk, [&](const Event& fact) {
    if (!is(fact)) return true;
    found = fact;
    return false;
  });
  return found;
}

std::optional<Event> Search::First(const Subject& subject) {
  return Found({.account = subject.account, .subject = subject.name, .order = Order::kAscending},
               [&](const Event& fact) { return Makes(fact, subject.name); });
}

std::optional<Event> Search::Newest(const Subject& subject, Is is) {
  return Found({.account = subject.account, .subject = subject.name}, is);
}

void Search::AddNewest(const Subject& subject, Is is, Facts& facts) {
  const auto newest = Newest(subject, is);
  if (newest) facts.insert(newest->position());
}

void Search::AddNewestOf(const Subject& subject, IsOf is, Facts& facts) {
  AddNewest(
      subject, [&](const Event& fact) { return is(fact, subject.name); }, facts);
}

void Search::AddNewestOfAccount(const Subject& account, Is is, Facts& facts) {
  const auto newest = Found({.account = account.account,
                             .subject = "",
                             .before = past_.LastAccountChange(account.account) + 1},
                            is);
  if (newest) facts.insert(newest->position());
}

}  // namespace billing::projections

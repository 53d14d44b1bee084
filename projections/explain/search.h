// Finds the facts that a rule rests on. Internal to this room.
#ifndef BILLING_PROJECTIONS_EXPLAIN_SEARCH_H_
#define BILLING_PROJECTIONS_EXPLAIN_SEARCH_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "billing/storage/v1/record.pb.h"
#include "projections/explain/explain.h"
#include "projections/explain/named.h"
#include "projections/explain/past.h"
#include "projections/explain/rules.h"

namespace billing::projections {

// Of one refusal. What it gives means nothing unless status() is OK afterwards.
class Search {
 public:
  // The record and the past outlive it.
  Search(const storage::v1::Record& refusal, Past& past, const ExplainBounds& bounds);

  // The facts that the grounds ask for. `blocking` is the subject of the blocker that they are
  // of, relative.
  FoundFacts FactsOf(const Grounds& grounds, const std::string& blocking = "");

  const absl::Status& status() const { return status_; }

 private:
  // A resource of some account, as that account's index names it.
  struct Subject {
    AccountNumber account = 0;
    std::string name;
  };
  using Facts = std::set<uint64_t>;
  using Is = absl::FunctionRef<bool(const billing::v1::Event&)>;
  using IsOf = bool (*)(const billing::v1::Event&, std::string_view name);

  std::vector<Subject> SubjectsOf(Thing thing, const std::string& blocking);
  std::vector<Subject> Own(const std::string& name);
  std::vector<Subject> Sent(const std::string& transfer);
  std::vector<Subject> Sender();
  std::vector<Subject> Offered();
  std::vector<Subject> Existing();
  std::vector<Subject> Debtor();

  void Add(Aspect aspect, const Subject& subject, Facts& facts);
  void AddMethod(Aspect aspect, const Subject& subject, Facts& facts);
  void AddPastDue(const Subject& subject, Facts& facts);
  void AddSettlement(const Subject& account, Facts& facts);
  void AddRetirement(const Subject& subject, Facts& facts);
  void AddRole(const Subject& account, Facts& facts);

  // Until `take` answers false, or as many records were looked at as may be.
  void Visit(const Past::Walk& walk, Is take);
  // The first of the walk that is so.
  std::optional<billing::v1::Event> Found(const Past::Walk& walk, Is is);
  // What made the subject.
  std::optional<billing::v1::Event> First(const Subject& subject);
  std::optional<billing::v1::Event> Newest(const Subject& subject, Is is);
  void AddNewest(const Subject& subject, Is is, Facts& facts);
  void AddNewestOf(const Subject& subject, IsOf is, Facts& facts);
  // `is` only of facts that change the account's own fields.
  void AddNewestOfAccount(const Subject& account, Is is, Facts& facts);

  const billing::v1::CommandRefused& refused_;
  const AccountNumber account_;
  const Named named_;
  Past& past_;
  const uint64_t records_of_one_max_;
  // That may still be looked at: for all that is asked, and for what is looked for now.
  uint64_t records_left_;
  uint64_t records_left_of_one_ = 0;
  bool cut_ = false;
  absl::Status status_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_EXPLAIN_SEARCH_H_

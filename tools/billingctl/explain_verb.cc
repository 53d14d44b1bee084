// `billingctl explain`: why a recorded command was refused.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "billing/v1/history_service.grpc.pb.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/command_line.h"
#include "tools/billingctl/describe.h"
#include "tools/billingctl/names.h"
#include "tools/billingctl/options.h"
#include "tools/billingctl/timeline.h"
#include "tools/billingctl/times.h"

namespace billing::billingctl {
namespace {

using Stub = billing::v1::HistoryService::Stub;
using billing::v1::Event;
using billing::v1::ExplainedBlocker;
using billing::v1::ExplainRefusalResponse;
using Facts = google::protobuf::RepeatedPtrField<Event>;

class Explanation {
 public:
  explicit Explanation(const Context& context) : context_(context) {}

  void Print(const ExplainRefusalResponse& response) const {
    const Event& event = response.event();
    context_.out << Alarming(Describe(event, context_.zone), context_.style) << '\n';
    Line("who", WhoText(event));
    Line("when", absl::StrCat(TimeText(event.commit_time(), context_.zone), ", position ",
                              event.position(), ", judged at ", event.decided_at_position()));
    if (!event.reason().empty()) Line("asked because", event.reason());
    Line("rule", response.rule());
    Line("written in", response.rule_source());
    Print(response.facts(), response.facts_incomplete(), "");
    for (const ExplainedBlocker& blocker : response.blockers()) Print(blocker);
    const int unnamed = response.blocker_count() - response.blockers_size();
    if (unnamed > 0) context_.out << "and " << unnamed << " more blockers\n";
    if (!response.remedy().empty()) Line("what to do", response.remedy());
  }

 private:
  void Line(const char* name, const std::string& text) const {
    context_.out << name << ": " << Printable(text) << '\n';
  }

  void Print(const Facts& facts, bool incomplete, const char* indent) const {
    if (!facts.empty()) context_.out << indent << "because of:\n";
    for (const Event& fact : facts) {
      // The answer has a bound; GetEvent has the rest.
      const std::string what =
          fact.data_case() == Event::DATA_NOT_SET
              ? absl::StrCat(fact.type(), " (billingctl event ", fact.position(), " shows it)")
              : Describe(fact, context_.zone);
      context_.out << indent << "  " << fact.position() << "  "
                   << TimeText(fact.commit_time(), context_.zone) << "  "
                   << Printable(absl::StrCat(WhoText(fact), "  ", what)) << '\n';
    }
    if (incomplete) {
      context_.out << indent
                   << "and of what lies further back than the server looks; billing-replay explain "
                      "finds all of it\n";
    }
  }

  void Print(const ExplainedBlocker& blocker) const {
    context_.out << "blocked by "
                 << Highlighted(absl::StrCat(blocker.type(), " ", RelativeName(blocker.subject())),
                                context_.style)
                 << '\n';
    if (!blocker.rule().empty()) context_.out << "  " << Printable(blocker.rule()) << '\n';
    Print(blocker.facts(), blocker.facts_incomplete(), "  ");
    if (!blocker.remedy().empty()) {
      context_.out << "  what to do: " << Printable(blocker.remedy()) << '\n';
    }
  }

  const Context& context_;
};

}  // namespace

void AddExplainVerb(CommandLine& line) {
  auto position = std::make_shared<uint64_t>(0);
  CLI::App* verb = line.AddRead(
      {&line.root(), "explain",
       "Says why a command was refused: the rule, and the facts that made it so"},
      [position](const Context& context) {
        billing::v1::ExplainRefusalRequest request;
        request.set_position(*position);
        return Read(
            context, &Stub::ExplainRefusal, request,
            [&](const ExplainRefusalResponse& response) { Explanation(context).Print(response); });
      });
  verb->add_option("event", *position, "The refusal's position in the log, as its error says")
      ->required()
      ->check(FromOneOn());
}

}  // namespace billing::billingctl

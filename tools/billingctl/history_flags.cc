#include "tools/billingctl/history_flags.h"

#include <utility>

#include "billing/v1/event.pb.h"

namespace billing::billingctl {
namespace {

using billing::v1::Event;

// Names of the facts that this version knows: the messages in Event's oneof.
std::vector<std::string> FactTypes() {
  std::vector<std::string> types;
  const google::protobuf::OneofDescriptor& data = *Event::descriptor()->FindOneofByName("data");
  for (int i = 0; i < data.field_count(); ++i) {
    types.push_back(data.field(i)->message_type()->name());
  }
  return types;
}

}  // namespace

std::string EventScopeFlags::Parent(const Context& context) const {
  const std::string account = AccountOf(context.names.Subject(subject));
  if (!account.empty() && !context.names.HasAccount()) return AccountName(account);
  return context.names.AccountOrAll();
}

void AddEventScope(CommandLine& line, CLI::App* verb, std::shared_ptr<EventScopeFlags> scope) {
  line.AddAccount(verb);
  verb->add_option(
      "--subject", scope->subject,
      "Only what concerns this: cards/ID, charges/ID, subscriptions/ID … or a full name");
  AddWordList(verb, {"--type", "Only these kinds of fact"}, FactTypes(),
              [scope = std::move(scope)](const std::vector<std::string>& types) {
                scope->types.insert(scope->types.end(), types.begin(), types.end());
              });
}

}  // namespace billing::billingctl

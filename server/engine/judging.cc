#include "server/engine/judging.h"

#include "projections/recording/draft.h"

namespace billing::server {
namespace {

// The account that the command would be recorded in; the one that it names when there is
// none.
kernel::AccountId StreamAccountOf(const judge::Command& command,
                                  const projections::StateReader& states) {
  const auto stream = judge::StreamOf(command, states);
  const auto account = stream ? states.Account(*stream) : std::nullopt;
  return account ? account->id : judge::AccountOf(command);
}

}  // namespace

kernel::Context ContextOf(const request::Request& request, const kernel::Caller& caller,
                          kernel::Instant now) {
  return {.caller = caller, .now = now, .reason_given = !request.personal.reason.empty()};
}

Refused Unrecorded(const request::Request& request, const kernel::Refusal& refusal,
                   const projections::StateReader& states, uint64_t position) {
  return {.account_id = StreamAccountOf(request.command, states).value(),
          .refusal = projections::RefusedFact(request, refusal),
          .position = position,
          .bad_field = refusal.bad_field,
          .bad_field_description = refusal.bad_field_description};
}

void ShowPersonal(const request::Request& request, storage::v1::Answer& answer) {
  if (!answer.has_card() || !request.personal.has_card_fields()) return;
  answer.mutable_card()->set_holder_name(request.personal.holder_name);
  if (const auto& address = request.personal.billing_address) {
    *answer.mutable_card()->mutable_billing_address() = *address;
  }
}

judge::Sight SightFor(const kernel::Caller& caller, const Accepted& accepted,
                      const projections::StateReader& states) {
  const storage::v1::Answer& answer = *accepted.answer;
  if (!answer.has_card() && !answer.has_charge() && !answer.has_transfer()) return {};
  judge::Sight sight =
      judge::SightOf(caller, kernel::AccountId::FromStored(accepted.account_id), states);
  if (!states.status().ok()) return {};
  return sight;
}

}  // namespace billing::server

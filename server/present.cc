#include "server/present.h"

#include <cassert>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "aggregates/kernel/names.h"
#include "google/protobuf/descriptor.h"
#include "projections/history/history.h"
#include "server/engine/sealing.h"
#include "server/redaction.h"

namespace billing::server {
namespace {

using billing::v1::Card;

// The card in a fact, and the fact's field in Event; nothing where there is none.
struct CardInFact {
  Card* card = nullptr;
  std::string prefix;
};

CardInFact CardIn(billing::v1::Event& event) {
  using billing::v1::Event;
  switch (event.data_case()) {
    case Event::kCardAdded:
      return {event.mutable_card_added()->mutable_card(), "card_added.card."};
    case Event::kCardUpdated:
      return {event.mutable_card_updated()->mutable_card(), "card_updated.card."};
    case Event::kBillingAccountCreated:
    case Event::kPolicyChanged:
    case Event::kActiveCardChanged:
    case Event::kCardRemoved:
    case Event::kSubscriptionCreated:
    case Event::kSubscriptionUpdated:
    case Event::kBillingProfileChanged:
    case Event::kSubscriptionDisabled:
    case Event::kSubscriptionCancelled:
    case Event::kSubscriptionReactivated:
    case Event::kSubscriptionDeleted:
    case Event::kBillingAccountUpdated:
    case Event::kRoleGranted:
    case Event::kRoleRevoked:
    case Event::kAdministratorChanged:
    case Event::kSubscriptionBecamePastDue:
    case Event::kSubscriptionBecameCurrent:
    case Event::kBillingProfileCreated:
    case Event::kPaymentMethodReplaced:
    case Event::kPaymentMethodDetached:
    case Event::kChargeRecorded:
    case Event::kPaymentSucceeded:
    case Event::kPaymentDeclined:
    case Event::kChargeVoided:
    case Event::kBalanceSettled:
    case Event::kInvoicePaymentRequested:
    case Event::kInvoicePaymentApproved:
    case Event::kInvoicePaymentRejected:
    case Event::kSwitchedToInvoice:
    case Event::kTransferSent:
    case Event::kSubscriptionTransferredIn:
    case Event::kSubscriptionTransferredOut:
    case Event::kTransferDeclined:
    case Event::kTransferCancelled:
    case Event::kTransferExpired:
    case Event::kCommandRefused:
    case Event::kNothingChanged:
    case Event::DATA_NOT_SET:
      break;
  }
  return {};
}

// REQUIRES: the fact has a card.
const std::string& StoredCardName(const billing::v1::Event& event) {
  return event.has_card_added() ? event.card_added().card().name()
                                : event.card_updated().card().name();
}

void AddPaths(const std::vector<std::string>& paths, const std::string& prefix,
              google::protobuf::RepeatedPtrField<std::string>& redacted) {
  for (const std::string& path : paths) redacted.Add(prefix + path);
}

// Who called, with what request id: of no business to readers of another account.
void HideCaller(billing::v1::Event& event) {
  using billing::v1::Event;
  const auto& descriptor = *Event::descriptor();
  const auto& reflection = *event.GetReflection();
  for (const int number :
       {Event::kPrincipalFieldNumber, Event::kOnBehalfOfFieldNumber, Event::kRolesFieldNumber,
        Event::kRequestIdFieldNumber, Event::kTraceParentFieldNumber}) {
    const auto* field = descriptor.FindFieldByNumber(number);
    const bool is_set = field->is_repeated() ? reflection.FieldSize(event, field) > 0
                                             : reflection.HasField(event, field);
    if (!is_set) continue;
    reflection.ClearField(&event, field);
    event.add_redacted_fields(field->name());
  }
}

// Everything personal left out, whatever the role: for when a key is lost.
View WithoutPersonal(View view) {
  view.sight.personal = false;
  return view;
}

}  // namespace

void HideWhatItBecame(billing::v1::Transfer& transfer) {
  // Every accepted one became something, so that this tells no more than the state does.
  if (transfer.state() != billing::v1::TRANSFER_STATE_ACCEPTED) return;
  transfer.clear_to_subscription();
  transfer.add_redacted_fields("to_subscription");
}

// A sealed field as this view shows it.
struct Presenter::Opened {
  std::string text;
  bool redacted = false;
};

absl::StatusOr<Presenter::Opened> Presenter::Open(const storage::v1::SealedFields& sealed,
                                                  std::string_view bound_to, std::string_view bytes,
                                                  const judge::Sight& sight) const {
  if (bytes.empty()) return Opened{};
  if (!sight.personal) return Opened{.redacted = true};
  const eventstore::KeyRef key = KeyOf(sealed);
  auto text =
      in_memory_ ? vault_.OpenInMemory(key, bound_to, bytes) : vault_.Open(key, bound_to, bytes);
  if (absl::IsNotFound(text.status())) return Opened{.redacted = true};
  if (!text.ok()) return text.status();
  return Opened{.text = *std::move(text)};
}

// Opens what is sealed into `card`, hides what the view may not see, and gives the paths
// of what is left out. The sealed bytes are bound to the card's relative name.
absl::StatusOr<std::vector<std::string>> Presenter::OpenPersonal(
    const storage::v1::SealedFields& sealed, std::string_view relative_name, const View& view,
    billing::v1::Card& card) const {
  // What is in clear already need not be opened.
  std::string_view sealed_name;
  if (card.holder_name().empty()) sealed_name = sealed.holder_name();
  std::string_view sealed_address;
  if (!card.has_billing_address()) sealed_address = sealed.billing_address();
  auto holder_name = Open(sealed, HolderNameField(relative_name), sealed_name, view.sight);
  if (!holder_name.ok()) return holder_name.status();
  auto address = Open(sealed, BillingAddressField(relative_name), sealed_address, view.sight);
  if (!address.ok()) return address.status();
  if (!holder_name->text.empty()) card.set_holder_name(holder_name->text);
  if (!address->text.empty() && !card.mutable_billing_address()->ParseFromString(address->text)) {
    return absl::DataLossError("a sealed billing address does not parse");
  }
  std::vector<std::string> redacted;
  const bool hidden = !view.sight.personal;
  if (holder_name->redacted || (hidden && !card.holder_name().empty())) {
    redacted.push_back("holder_name");
    card.clear_holder_name();
  }
  if (address->redacted || (hidden && card.has_billing_address())) {
    redacted.push_back("billing_address");
    card.clear_billing_address();
  }
  return redacted;
}

absl::Status Presenter::Show(const storage::v1::SealedFields& sealed, const View& view,
                             billing::v1::Card& card) const {
  const auto personal = OpenPersonal(sealed, card.name(), view, card);
  if (!personal.ok()) return personal.status();
  const auto secrets = Redact(card, view.sight);
  AddPaths(secrets, "", *card.mutable_redacted_fields());
  AddPaths(*personal, "", *card.mutable_redacted_fields());
  projections::ExpandNames(card, view.account_id);
  return absl::OkStatus();
}

absl::StatusOr<billing::v1::Card> Presenter::Card(billing::v1::Card card,
                                                  const storage::v1::SealedFields& sealed,
                                                  const View& view) const {
  if (absl::Status shown = Show(sealed, view, card); !shown.ok()) return shown;
  return card;
}

billing::v1::Charge Presenter::Charge(billing::v1::Charge charge, const View& view) const {
  AddPaths(Redact(charge, view.sight), "", *charge.mutable_redacted_fields());
  projections::ExpandNames(charge, view.account_id);
  return charge;
}

bool Presenter::Answer(storage::v1::Answer& answer, const View& view) const {
  if (answer.has_card()) {
    auto& card = *answer.mutable_card();
    absl::Status shown = Show(answer.personal(), view, card);
    // Nothing is changed until all is open.
    if (in_memory_ && absl::IsUnavailable(shown)) return false;
    if (!shown.ok()) shown = Show(answer.personal(), WithoutPersonal(view), card);
    assert(shown.ok());
    answer.clear_personal();
  }
  if (answer.has_charge()) *answer.mutable_charge() = Charge(answer.charge(), view);
  const auto expand = [&](google::protobuf::Message* resource) {
    projections::ExpandNames(*resource, view.account_id);
  };
  if (answer.has_subscription()) expand(answer.mutable_subscription());
  if (answer.has_billing_account()) expand(answer.mutable_billing_account());
  if (answer.has_billing_profile()) expand(answer.mutable_billing_profile());
  if (answer.has_transfer()) {
    // Only the recipient's answers are about an accepted one: the view is of the receiving account.
    if (!view.sight.account) HideWhatItBecame(*answer.mutable_transfer());
    expand(answer.mutable_transfer());
  }
  for (auto* names : {answer.mutable_moved_subscriptions(), answer.mutable_charges()}) {
    for (std::string& name : *names) name = kernel::FullName(view.account_id, name);
  }
  return true;
}

absl::StatusOr<billing::v1::Event> Presenter::Event(const storage::v1::Record& record,
                                                    const storage::v1::Record& command,
                                                    std::string_view bytes, const View& view,
                                                    const judge::Sight& command_sight) const {
  billing::v1::Event event = projections::EventOf(record, command, bytes, view.account_id);
  auto& redacted = *event.mutable_redacted_fields();
  if (!command_sight.account) {
    HideCaller(event);
    if (!command.command().reason().reason().empty()) redacted.Add("reason");
  } else {
    const storage::v1::SealedFields& sealed = command.command().reason();
    auto reason = Open(sealed, kReasonField, sealed.reason(), command_sight);
    if (!reason.ok()) return reason.status();
    event.set_reason(reason->text);
    if (reason->redacted) redacted.Add("reason");
  }

  if (const CardInFact shown = CardIn(event); shown.card != nullptr) {
    const auto personal =
        OpenPersonal(record.personal(), StoredCardName(record.event()), view, *shown.card);
    if (!personal.ok()) return personal.status();
    AddPaths(*personal, shown.prefix, redacted);
  }
  AddPaths(Redact(event, view.sight), "", redacted);
  return event;
}

}  // namespace billing::server

#include "tools/replay/taking_over.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace billing::replay {
namespace {

using billing::v1::Event;
using projections::Draft;

constexpr size_t kSaltBytes = 16;
constexpr size_t kDigestBytes = 16;
// Nonce and tag of what is sealed.
constexpr int kSealedBytesMin = 28;
// The personal fields of a card.
constexpr char kHolderName[] = "holder_name";
constexpr char kBillingAddress[] = "billing_address";

// Whether the sealed fields name the key that they must, and hold what was sealed.
bool SealedUnder(const storage::v1::SealedFields& sealed, const eventstore::KeyRef& key) {
  const auto is_sealed = [](const std::string& bytes) {
    return bytes.empty() || bytes.size() >= kSealedBytesMin;
  };
  return key.slot != 0 && sealed.slot() == key.slot && sealed.generation() == key.generation &&
         is_sealed(sealed.holder_name()) && is_sealed(sealed.billing_address()) &&
         is_sealed(sealed.reason());
}

template <class Message>
bool MaskNames(const Message& message, std::string_view field) {
  const auto& paths = message.update_mask().paths();
  return std::find(paths.begin(), paths.end(), field) != paths.end();
}

// Whether the request, or the fact, may have had that field of the card.
bool MayHave(const billing::v1::Command& request, std::string_view field) {
  return request.has_add_card() ||
         (request.has_update_card() && MaskNames(request.update_card(), field));
}
bool MayHave(const Event& fact, std::string_view field) {
  return fact.has_card_added() ||
         (fact.has_card_updated() && MaskNames(fact.card_updated(), field));
}

// What of a fact's sealed fields cannot be right; `fact` as the rules give it.
std::optional<std::string> WrongPersonal(const storage::v1::SealedFields& sealed, const Event& fact,
                                         const eventstore::KeyRef& key) {
  const bool has_card = fact.has_card_added() || fact.has_card_updated();
  if (!has_card || !SealedUnder(sealed, key)) {
    return "personal fields are sealed under a key that is not the card's";
  }
  const bool has_name = !sealed.holder_name().empty();
  const bool has_address = !sealed.billing_address().empty();
  if (!sealed.reason().empty() || (!has_name && !has_address) ||
      (has_name && !MayHave(fact, kHolderName)) ||
      (has_address && !MayHave(fact, kBillingAddress))) {
    return "other personal fields are sealed than the card was given";
  }
  return std::nullopt;
}

// The first path that a fact, as the rules give it, cannot leave out there.
std::optional<std::string> WrongPath(const Event& recorded, const Event& fact) {
  const auto& left_out = recorded.redacted_fields();
  if (left_out.empty()) return std::nullopt;
  auto next = left_out.begin();
  if (fact.has_command_refused() || fact.has_nothing_changed()) {
    const bool refused = fact.has_command_refused();
    const auto& request =
        refused ? fact.command_refused().request() : fact.nothing_changed().request();
    for (const char* field : {kHolderName, kBillingAddress}) {
      const std::string path =
          absl::StrCat(refused ? "command_refused" : "nothing_changed", ".request.",
                       request.has_add_card() ? "add_card" : "update_card", ".card.", field);
      if (next != left_out.end() && *next == path && MayHave(request, field)) ++next;
    }
  }
  if (next == left_out.end()) return std::nullopt;
  return *next;
}

// What of the command's digests cannot be right: whether there is something that they cover is
// known, though not what.
std::optional<std::string> WrongDigests(const storage::v1::CommandHeader& header,
                                        const Draft& draft) {
  for (const std::string* digest : {&header.account_digest(), &header.card_digest()}) {
    if (digest->empty()) continue;
    if (header.request_id().empty()) return "there is a digest and no request id";
    if (digest->size() != kDigestBytes) return "a digest has not 16 bytes";
  }
  if (header.request_id().empty()) return std::nullopt;
  const bool has_sealed_card =
      std::any_of(draft.records.begin(), draft.records.end(),
                  [](const auto& record) { return record.has_personal(); });
  const bool left_out_some = !draft.first_fact().redacted_fields().empty();
  if (header.account_digest().empty() == (header.has_reason() || left_out_some) ||
      header.card_digest().empty() == has_sealed_card) {
    return "a digest is missing, or there is one of nothing";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> TakeOver(const Recorded& recorded, Draft& draft) {
  for (size_t i = 0; i < draft.records.size(); ++i) {
    const storage::v1::Record& from = *recorded.records()[i];
    storage::v1::Record& to = draft.records[i];
    if (from.salt().size() != kSaltBytes) return "the record's salt has not 16 bytes";
    to.set_salt(from.salt());
    if (from.has_personal()) {
      if (auto wrong = WrongPersonal(from.personal(), to.event(), draft.card_key)) return wrong;
      *to.mutable_personal() = from.personal();
    }
    if (const auto path = WrongPath(from.event(), to.event())) {
      return absl::StrCat("nothing is left out at ", *path);
    }
    *to.mutable_event()->mutable_redacted_fields() = from.event().redacted_fields();
  }
  const storage::v1::CommandHeader& from = recorded.first().command();
  if (from.has_reason()) {
    if (!SealedUnder(from.reason(), draft.account_key) || from.reason().reason().empty()) {
      return "the reason is sealed under a key that is not the account's";
    }
    if (!from.reason().holder_name().empty() || !from.reason().billing_address().empty()) {
      return "a card's fields are sealed where the reason is";
    }
    *draft.header().mutable_reason() = from.reason();
  }
  if (auto wrong = WrongDigests(from, draft)) return wrong;
  draft.header().set_account_digest(from.account_digest());
  draft.header().set_card_digest(from.card_digest());
  return std::nullopt;
}

}  // namespace billing::replay

// What the log and the rows hold, as the resources that one caller may see: full names,
// personal fields opened or left out, vault secrets, banks' codes and what a transfer became
// redacted. What is left out is empty and listed in `redacted_fields`.
#ifndef BILLING_SERVER_PRESENT_H_
#define BILLING_SERVER_PRESENT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "aggregates/judge/judge.h"
#include "billing/storage/v1/record.pb.h"
#include "billing/v1/card.pb.h"
#include "billing/v1/charge.pb.h"
#include "billing/v1/event.pb.h"
#include "billing/v1/transfer.pb.h"
#include "eventstore/vault/vault.h"

namespace billing::server {

// For whom an account's things are shown.
struct View {
  std::string account_id;
  judge::Sight sight;
};

// For who may not read the receiving account: what an accepted transfer became there.
void HideWhatItBecame(billing::v1::Transfer& transfer);

// Thread-safe.
class Presenter {
 public:
  // `vault` outlives the presenter.
  explicit Presenter(const eventstore::Vault& vault) : Presenter(vault, /*in_memory=*/false) {}
  // The same for who must not wait for a disk: what is sealed by a key that does not lie in memory
  // is not opened. Card and Event are Unavailable then.
  Presenter InMemory() const { return Presenter(vault_, /*in_memory=*/true); }

  // A card as projections::ToMessage gives it, with its sealed fields; a personal field
  // that is in clear already is the caller's own. A field whose key was erased is
  // redacted. DataLoss: a key is lost.
  absl::StatusOr<billing::v1::Card> Card(billing::v1::Card card,
                                         const storage::v1::SealedFields& sealed,
                                         const View& view) const;

  // A charge as projections::ToMessage gives it.
  billing::v1::Charge Charge(billing::v1::Charge charge, const View& view) const;

  // Makes of a command's answer what is shown of it. Never fails: the command has happened, so
  // what cannot be opened is redacted. False, and the answer is as it was: InMemory, and a key does
  // not lie there.
  [[nodiscard]] bool Answer(storage::v1::Answer& answer, const View& view) const;

  // A record as an event. `command` is the first record of the same command, `bytes` the
  // record exactly as stored. `command_sight` is what the view's caller may see of the
  // account in whose stream the command was recorded: another than the record's for what a
  // recipient does to a transfer. Whoever does not see that account sees the fact, and not
  // who called, with what request id and why. DataLoss: a key is lost.
  absl::StatusOr<billing::v1::Event> Event(const storage::v1::Record& record,
                                           const storage::v1::Record& command,
                                           std::string_view bytes, const View& view,
                                           const judge::Sight& command_sight) const;

 private:
  Presenter(const eventstore::Vault& vault, bool in_memory)
      : vault_(vault), in_memory_(in_memory) {}

  struct Opened;
  absl::StatusOr<Opened> Open(const storage::v1::SealedFields& sealed, std::string_view bound_to,
                              std::string_view bytes, const judge::Sight& sight) const;
  absl::StatusOr<std::vector<std::string>> OpenPersonal(const storage::v1::SealedFields& sealed,
                                                        std::string_view relative_name,
                                                        const View& view,
                                                        billing::v1::Card& card) const;

  // Card, in place. On failure some personal fields may be open already; without personal fields
  // it does not fail, and hides those too.
  absl::Status Show(const storage::v1::SealedFields& sealed, const View& view,
                    billing::v1::Card& card) const;

  const eventstore::Vault& vault_;
  const bool in_memory_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_PRESENT_H_

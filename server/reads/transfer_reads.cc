#include "server/reads/transfer_reads.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "projections/history/history.h"
#include "projections/resources/resources.h"

namespace billing::server {
namespace {

using billing::v1::ListTransfersResponse;
using kernel::AccountId;
using kernel::TransferId;
using Place = ListTransfersQuery::Place;
using ReceivedTransfer = projections::StateReader::ReceivedTransfer;

constexpr char kAtSent[] = "sent";
constexpr char kAtReceived[] = "received";

std::string CursorAt(const Place& place) {
  if (!place.received) return JoinCursor({kAtSent, "", place.sent});
  return JoinCursor(
      {kAtReceived, absl::StrCat(place.received->sender), place.received->transfer.value()});
}

std::optional<Place> PlaceAt(std::string_view cursor) {
  auto parts = SplitCursor(cursor, 3);
  if (!parts) return std::nullopt;
  if ((*parts)[0] == kAtSent) return Place{.sent = std::move((*parts)[2])};
  projections::AccountNumber sender = 0;
  if ((*parts)[0] != kAtReceived || !absl::SimpleAtoi((*parts)[1], &sender)) return std::nullopt;
  return Place{.received = ReceivedTransfer{
                   .sender = sender, .transfer = TransferId::FromStored(std::move((*parts)[2]))}};
}

struct SentTransfer {
  const AccountId& sender;
  projections::AccountNumber sender_number;
  const TransferId& id;
  const transfer::TransferState& state;
};

// `received` is the receiving account's row; nothing for who may not read that account.
billing::v1::Transfer Shown(const ReadContext& context, const SentTransfer& sent,
                            const std::optional<ReceivedTransfer>& received) {
  billing::v1::Transfer transfer = projections::ToMessage(sent.id, sent.state, context.now);
  projections::ExpandNames(transfer, sent.sender.value());
  if (!received) {
    HideWhatItBecame(transfer);
  } else if (received->to_subscription) {
    transfer.set_to_subscription(kernel::FullName(sent.state.to_account.value(),
                                                  kernel::Relative(*received->to_subscription)));
  }
  return transfer;
}

std::optional<ReceivedTransfer> ReceivedRow(const ReadContext& context, const SentTransfer& sent,
                                            const judge::Sight& receiver_sight) {
  if (!receiver_sight.account) return std::nullopt;
  return context.states.Received(sent.state.to_account, sent.sender_number, sent.id);
}

bool Administers(const ReadContext& context, const AccountId& id) {
  const auto number = context.states.FindAccount(id);
  const auto account = number ? context.states.Account(*number) : std::nullopt;
  return account && account->administrator == context.caller.actor();
}

// One answer being filled: first what was sent, then what was received.
class TransferPage {
 public:
  TransferPage(const ReadContext& context, const ReadableAccount& owner,
               const ListTransfersQuery& query)
      : context_(context), owner_(owner), query_(query), meter_(query.page.size) {}

  ListTransfersResponse Fill() && {
    const bool past_sent = query_.after && query_.after->received;
    if (past_sent || FillSent()) FillReceived();
    return std::move(response_);
  }

 private:
  // False when the page is full before they are all told.
  bool FillSent() {
    std::string last = query_.after ? query_.after->sent : "";
    for (const auto& [id, state] :
         context_.states.Transfers(owner_.number, last, query_.page.size + 1)) {
      if (meter_.full() || !AddSent(id, state)) return ContinueAt({.sent = last});
      last = id.value();
    }
    last_sent_ = std::move(last);
    return true;
  }

  void FillReceived() {
    const ReceivedTransfer* after =
        query_.after && query_.after->received ? &*query_.after->received : nullptr;
    const auto rows =
        context_.states.ReceivedTransfers(owner_.state.id, after, meter_.rows_left() + 1);
    const ReceivedTransfer* last = after;
    for (const ReceivedTransfer& row : rows) {
      if (meter_.full() || !AddReceived(row)) {
        ContinueAt(last == nullptr ? Place{.sent = last_sent_} : Place{.received = *last});
        return;
      }
      last = &row;
    }
  }

  // False when it is left to the next page.
  bool AddSent(const TransferId& id, const transfer::TransferState& state) {
    const SentTransfer sent{owner_.state.id, owner_.number, id, state};
    return Add(Shown(context_, sent, ReceivedRow(context_, sent, SightOf(state.to_account))));
  }

  bool AddReceived(const ReceivedTransfer& row) {
    const auto state = context_.states.Transfer(row.sender, row.transfer);
    const AccountId* sender = IdOf(row.sender);
    if (!state || sender == nullptr) return true;  // unreadable: states.status() says so
    return Add(Shown(context_, {*sender, row.sender, row.transfer, *state}, row));
  }

  bool Add(billing::v1::Transfer transfer) {
    return meter_.Add(std::move(transfer), *response_.mutable_transfers());
  }

  bool ContinueAt(const Place& place) {
    response_.set_next_page_token(query_.page.TokenAt(CursorAt(place)));
    return false;
  }

  const judge::Sight& SightOf(const AccountId& id) {
    const auto [found, is_new] = sights_.try_emplace(id);
    if (is_new) found->second = judge::SightOf(context_.caller, id, context_.states);
    return found->second;
  }

  const AccountId* IdOf(projections::AccountNumber number) {
    const auto [found, is_new] = ids_.try_emplace(number);
    if (is_new) {
      if (const auto account = context_.states.Account(number)) found->second = account->id;
    }
    return found->second ? &*found->second : nullptr;
  }

  const ReadContext& context_;
  const ReadableAccount& owner_;
  const ListTransfersQuery& query_;
  PageMeter meter_;
  std::string last_sent_;
  // Each read once for a page.
  std::map<AccountId, judge::Sight> sights_;
  std::map<projections::AccountNumber, std::optional<AccountId>> ids_;
  ListTransfersResponse response_;
};

}  // namespace

Parsed<GetTransferQuery> GetTransferQuery::Parse(const billing::v1::GetTransferRequest& request) {
  FieldChecks checks;
  const auto name = checks.Resource("name", request.name(), kernel::kTransfers);
  if (!checks.ok()) return checks.Take();
  return GetTransferQuery{name->account, TransferId::FromStored(name->id)};
}

Answered<billing::v1::GetTransferResponse> GetTransferQuery::Answer(
    const ReadContext& context) const {
  const auto opened = OpenAccount(context, account);
  const auto* refused = std::get_if<Problem>(&opened);
  const auto number = context.states.FindAccount(account);
  const auto state = number ? context.states.Transfer(*number, transfer) : std::nullopt;
  if (!state) return refused ? *refused : RefusedRead(kernel::Reason::kTransferNotFound);
  if (refused && !Administers(context, state->to_account)) return *refused;
  const SentTransfer sent{account, *number, transfer, *state};
  billing::v1::GetTransferResponse response;
  *response.mutable_transfer() =
      Shown(context, sent,
            ReceivedRow(context, sent,
                        judge::SightOf(context.caller, state->to_account, context.states)));
  return response;
}

Parsed<ListTransfersQuery> ListTransfersQuery::Parse(
    const billing::v1::ListTransfersRequest& request) {
  FieldChecks checks;
  auto account = checks.Account("parent", request.parent());
  auto page = checks.Page(request);
  auto after = checks.Place(page, PlaceAt);
  if (!checks.ok()) return checks.Take();
  return ListTransfersQuery{*std::move(account), std::move(after), std::move(page)};
}

Answered<ListTransfersResponse> ListTransfersQuery::Answer(const ReadContext& context) const {
  const auto opened = OpenAccount(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  return TransferPage(context, std::get<ReadableAccount>(opened), *this).Fill();
}

}  // namespace billing::server

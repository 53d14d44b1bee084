// A page of ListCardsInUse, written as it grows: what is asked for most of all lists has no
// message in between, whose making, measuring, writing and ending cost as much as all else.
#ifndef BILLING_SERVER_READS_CARDS_IN_USE_PAGE_H_
#define BILLING_SERVER_READS_CARDS_IN_USE_PAGE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "grpcpp/support/byte_buffer.h"
#include "projections/resources/resources.h"
#include "projections/state/row_fields.h"

namespace billing::server {

// The bytes of a billing::v1::ListCardsInUseResponse. REQUIRES: its fields are set in their
// order, each once.
class CardsInUsePage {
 public:
  // Adds a row of the account with this full name; the bytes that it has as a message.
  size_t Add(const projections::CardInUse& row, std::string_view account_name);
  void set_next_page_token(std::string_view token);
  void set_position(uint64_t position);

  // The response, which is the page's no more.
  grpc::ByteBuffer Take() &&;

 private:
  projections::RowOutput bytes_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_CARDS_IN_USE_PAGE_H_

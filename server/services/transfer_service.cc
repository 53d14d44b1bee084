#include "server/services/transfer_service.h"

#include "server/reads/transfer_reads.h"

namespace billing::server {

TransferServiceCalls::TransferServiceCalls(const CallParts& parts) : ServiceCalls(parts) {
  Command<v1::SendTransferResponse>("SendTransfer", &v1::Command::mutable_send_transfer);
  Command<v1::AcceptTransferResponse>("AcceptTransfer", &v1::Command::mutable_accept_transfer);
  Command<v1::DeclineTransferResponse>("DeclineTransfer", &v1::Command::mutable_decline_transfer);
  Command<v1::CancelTransferResponse>("CancelTransfer", &v1::Command::mutable_cancel_transfer);
  Read<GetTransferQuery, v1::GetTransferRequest, v1::GetTransferResponse>("GetTransfer");
  Read<ListTransfersQuery, v1::ListTransfersRequest, v1::ListTransfersResponse>("ListTransfers");
}

}  // namespace billing::server

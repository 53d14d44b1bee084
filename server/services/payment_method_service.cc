#include "server/services/payment_method_service.h"

#include "server/reads/card_reads.h"
#include "server/reads/removal_read.h"
#include "server/reads/subscription_reads.h"

namespace billing::server {

PaymentMethodServiceCalls::PaymentMethodServiceCalls(const CallParts& parts) : ServiceCalls(parts) {
  Command<v1::AddCardResponse>("AddCard", &v1::Command::mutable_add_card);
  Command<v1::UpdateCardResponse>("UpdateCard", &v1::Command::mutable_update_card);
  Command<v1::SetActiveResponse>("SetActive", &v1::Command::mutable_set_active);
  Command<v1::RemoveCardResponse>("RemoveCard", &v1::Command::mutable_remove_card);
  Read<CheckRemovalQuery, v1::CheckRemovalRequest, v1::CheckRemovalResponse>("CheckRemoval");
  Read<GetCardQuery, v1::GetCardRequest, v1::GetCardResponse>("GetCard");
  Read<ListCardsQuery, v1::ListCardsRequest, v1::ListCardsResponse>("ListCards");
  Read<ListCardsInUseQuery, v1::ListCardsInUseRequest, CardsInUsePage>("ListCardsInUse");
  Read<ListExpiringCardsQuery, v1::ListExpiringCardsRequest, v1::ListExpiringCardsResponse>(
      "ListExpiringCards");
}

}  // namespace billing::server

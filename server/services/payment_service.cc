#include "server/services/payment_service.h"

#include "server/reads/charge_reads.h"
#include "server/reads/guidance_read.h"

namespace billing::server {

PaymentServiceCalls::PaymentServiceCalls(const CallParts& parts) : ServiceCalls(parts) {
  Command<v1::RecordChargeResponse>("RecordCharge", &v1::Command::mutable_record_charge);
  Command<v1::RecordPaymentResponse>("RecordPayment", &v1::Command::mutable_record_payment);
  Command<v1::VoidChargeResponse>("VoidCharge", &v1::Command::mutable_void_charge);
  Command<v1::SettleBalanceResponse>("SettleBalance", &v1::Command::mutable_settle_balance);
  Read<GetBalanceQuery, v1::GetBalanceRequest, v1::GetBalanceResponse>("GetBalance");
  Read<GetChargeQuery, v1::GetChargeRequest, v1::GetChargeResponse>("GetCharge");
  Read<ListChargesQuery, v1::ListChargesRequest, v1::ListChargesResponse>("ListCharges");
  Read<GetPaymentGuidanceQuery, v1::GetPaymentGuidanceRequest, v1::GetPaymentGuidanceResponse>(
      "GetPaymentGuidance");
}

}  // namespace billing::server

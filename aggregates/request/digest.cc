#include <cstdint>
#include <string>
#include <string_view>

#include "aggregates/request/request.h"
#include "aggregates/request/visit.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace billing::request {

namespace {

std::string DeterministicBytes(const google::protobuf::Message& message) {
  std::string bytes(message.ByteSizeLong(), '\0');
  google::protobuf::io::ArrayOutputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeWithCachedSizes(&coded);
  coded.Trim();
  return bytes;
}

// A part and its length, so that no two lists of parts give the same bytes.
std::string Part(std::string_view bytes) {
  std::string part;
  const uint64_t length = bytes.size();
  for (int shift = 56; shift >= 0; shift -= 8) {
    part.push_back(static_cast<char>((length >> shift) & 0xFF));
  }
  return part.append(bytes);
}

// The ids of new resources. A request that makes none has none to clear.
template <class Request>
void ClearNewId(Request&) {}
void ClearNewId(v1::CreateBillingAccountRequest& request) { request.clear_billing_account_id(); }
void ClearNewId(v1::AddCardRequest& request) { request.clear_card_id(); }
void ClearNewId(v1::CreateSubscriptionRequest& request) { request.clear_subscription_id(); }
void ClearNewId(v1::CreateBillingProfileRequest& request) { request.clear_billing_profile_id(); }
void ClearNewId(v1::RecordChargeRequest& request) { request.clear_charge_id(); }
void ClearNewId(v1::SendTransferRequest& request) { request.clear_transfer_id(); }
void ClearNewId(v1::AcceptTransferRequest& request) { request.clear_subscription_id(); }

v1::Command WithoutNewId(v1::Command decided) {
  VisitRequest(decided, [](auto& request) { ClearNewId(request); });
  return decided;
}

}  // namespace

std::string NameOf(const v1::Command& command) {
  constexpr std::string_view kSuffix = "Request";
  const google::protobuf::FieldDescriptor* field = command.GetReflection()->GetOneofFieldDescriptor(
      command, v1::Command::descriptor()->oneof_decl(0));
  if (field == nullptr) return {};
  const std::string& request = field->message_type()->name();
  return request.substr(0, request.size() - kSuffix.size());
}

std::vector<std::string> PersonalPaths(const v1::Command& decided, const Personal& personal) {
  std::vector<std::string> paths;
  // Only these two have a card, and both call it `card`.
  if (!decided.has_add_card() && !decided.has_update_card()) return paths;
  if (!personal.holder_name.empty()) paths.push_back("card.holder_name");
  if (personal.billing_address.ByteSizeLong() > 0) paths.push_back("card.billing_address");
  return paths;
}

std::string ClearDigestInput(const v1::Command& decided, const kernel::AccountId& account,
                             bool id_generated) {
  // The account that is being opened is named by the request, or by nobody.
  const bool names_its_account = decided.has_create_billing_account();
  return Part(NameOf(decided)) + Part(names_its_account ? "" : account.value()) +
         Part(DeterministicBytes(id_generated ? WithoutNewId(decided) : decided));
}

std::string CardDigestInput(const Personal& personal) {
  if (!personal.has_card_fields()) return {};
  return Part(personal.holder_name) + Part(DeterministicBytes(personal.billing_address));
}

std::string ReasonDigestInput(const Personal& personal) { return personal.reason; }

}  // namespace billing::request

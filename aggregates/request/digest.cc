#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "aggregates/request/request.h"
#include "aggregates/request/visit.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace billing::request {

namespace {

// A part of a digest's input goes after its length, so that no two lists of parts give the same
// bytes.
constexpr size_t kLengthBytes = sizeof(uint64_t);

void AppendLength(uint64_t length, std::string& input) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    input.push_back(static_cast<char>((length >> shift) & 0xFF));
  }
}

void AppendPart(std::string_view part, std::string& input) {
  AppendLength(part.size(), input);
  input.append(part);
}

// `size` is the message's, which has just been asked for it.
void AppendPart(const google::protobuf::Message& part, size_t size, std::string& input) {
  AppendLength(size, input);
  const size_t begin = input.size();
  input.resize(begin + size);
  google::protobuf::io::ArrayOutputStream stream(&input[begin], static_cast<int>(size));
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  part.SerializeWithCachedSizes(&coded);
  coded.Trim();
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
  if (personal.billing_address) paths.push_back("card.billing_address");
  return paths;
}

std::string ClearDigestInput(const v1::Command& decided, const kernel::AccountId& account,
                             bool id_generated) {
  // The account that is being opened is named by the request, or by nobody.
  const std::string_view named =
      decided.has_create_billing_account() ? std::string_view() : account.value();
  const std::string name = NameOf(decided);
  const std::optional<v1::Command> cleared =
      id_generated ? std::optional(WithoutNewId(decided)) : std::nullopt;
  const v1::Command& covered = cleared ? *cleared : decided;
  const size_t size = covered.ByteSizeLong();
  std::string input;
  input.reserve(3 * kLengthBytes + name.size() + named.size() + size);
  AppendPart(name, input);
  AppendPart(named, input);
  AppendPart(covered, size, input);
  return input;
}

std::string CardDigestInput(const Personal& personal) {
  if (!personal.has_card_fields()) return {};
  const auto& address = personal.billing_address;
  const size_t size = address ? address->ByteSizeLong() : 0;
  std::string input;
  input.reserve(2 * kLengthBytes + personal.holder_name.size() + size);
  AppendPart(personal.holder_name, input);
  if (address) {
    AppendPart(*address, size, input);
  } else {
    AppendPart("", input);
  }
  return input;
}

std::string ReasonDigestInput(const Personal& personal) { return personal.reason; }

}  // namespace billing::request

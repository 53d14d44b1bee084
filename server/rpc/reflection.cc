#include "server/rpc/reflection.h"

#include <set>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "server/calls/messages.h"
#include "server/status.h"

namespace billing::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using grpc::reflection::v1alpha::ServerReflectionRequest;
using grpc::reflection::v1alpha::ServerReflectionResponse;

const DescriptorPool& Pool() { return *DescriptorPool::generated_pool(); }

void NotFound(const std::string& what, ServerReflectionResponse& response) {
  auto& error = *response.mutable_error_response();
  error.set_error_code(static_cast<int>(grpc::StatusCode::NOT_FOUND));
  error.set_error_message(what + " is not known here.");
}

void AddFile(const FileDescriptor& file, std::set<const FileDescriptor*>& added,
             ServerReflectionResponse& response) {
  if (!added.insert(&file).second) return;
  google::protobuf::FileDescriptorProto proto;
  file.CopyTo(&proto);
  response.mutable_file_descriptor_response()->add_file_descriptor_proto(proto.SerializeAsString());
  for (int i = 0; i < file.dependency_count(); ++i) {
    AddFile(*file.dependency(i), added, response);
  }
}

void AnswerFile(const FileDescriptor* file, const std::string& asked,
                ServerReflectionResponse& response) {
  if (file == nullptr) return NotFound(asked, response);
  std::set<const FileDescriptor*> added;
  AddFile(*file, added, response);
}

void AnswerExtension(const grpc::reflection::v1alpha::ExtensionRequest& asked,
                     ServerReflectionResponse& response) {
  const Descriptor* type = Pool().FindMessageTypeByName(asked.containing_type());
  const FieldDescriptor* extension =
      type == nullptr ? nullptr : Pool().FindExtensionByNumber(type, asked.extension_number());
  AnswerFile(extension == nullptr ? nullptr : extension->file(),
             asked.containing_type() + " with that extension", response);
}

void AnswerExtensionNumbers(const std::string& asked, ServerReflectionResponse& response) {
  const Descriptor* type = Pool().FindMessageTypeByName(asked);
  if (type == nullptr) return NotFound(asked, response);
  std::vector<const FieldDescriptor*> extensions;
  Pool().FindAllExtensions(type, &extensions);
  auto& numbers = *response.mutable_all_extension_numbers_response();
  numbers.set_base_type_name(asked);
  for (const FieldDescriptor* extension : extensions) {
    numbers.add_extension_number(extension->number());
  }
}

}  // namespace

ServerReflectionResponse Reflect(const ServerReflectionRequest& request,
                                 const std::vector<std::string>& services) {
  ServerReflectionResponse response;
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case ServerReflectionRequest::kFileByFilename:
      AnswerFile(Pool().FindFileByName(request.file_by_filename()), request.file_by_filename(),
                 response);
      break;
    case ServerReflectionRequest::kFileContainingSymbol:
      AnswerFile(Pool().FindFileContainingSymbol(request.file_containing_symbol()),
                 request.file_containing_symbol(), response);
      break;
    case ServerReflectionRequest::kFileContainingExtension:
      AnswerExtension(request.file_containing_extension(), response);
      break;
    case ServerReflectionRequest::kAllExtensionNumbersOfType:
      AnswerExtensionNumbers(request.all_extension_numbers_of_type(), response);
      break;
    case ServerReflectionRequest::kListServices:
      for (const std::string& service : services) {
        response.mutable_list_services_response()->add_service()->set_name(service);
      }
      break;
    case ServerReflectionRequest::MESSAGE_REQUEST_NOT_SET:
      response.mutable_error_response()->set_error_code(
          static_cast<int>(grpc::StatusCode::INVALID_ARGUMENT));
      response.mutable_error_response()->set_error_message("Nothing is asked.");
      break;
  }
  return response;
}

// Question, answer, question, answer.
class Reflection::InfoCall final : public Reactor {
 public:
  InfoCall(Reflection& reflection, Call& call) : Reactor(call), reflection_(reflection) {}

  void Begin() {
    const std::lock_guard lock(reflection_.mutex_);
    if (reflection_.stopped_) return End(ToGrpcStatus(Stopping()));
    reflection_.calls_.insert(this);
    StartRead(&question_);
  }

  // REQUIRES: the reflection's mutex.
  void End(const grpc::Status& status) {
    if (std::exchange(ended_, true)) return;
    reflection_.calls_.erase(this);
    Finish(status);
  }

 private:
  void OnReadDone(bool ok) override {
    const std::lock_guard lock(reflection_.mutex_);
    if (!ok) return End(grpc::Status::OK);
    if (ended_) return;
    ServerReflectionRequest request;
    auto unreadable = ReadMessage(question_, request);
    if (!unreadable.empty()) return End(ToGrpcStatus(InvalidRequest(std::move(unreadable))));
    StartWrite(WriteMessage(Reflect(request, reflection_.services_)));
  }
  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(reflection_.mutex_);
    if (!ok) return End(grpc::Status::CANCELLED);
    if (!ended_) StartRead(&question_);
  }
  void OnCancel() override {
    const std::lock_guard lock(reflection_.mutex_);
    End(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

  Reflection& reflection_;
  grpc::ByteBuffer question_;
  bool ended_ = false;
};

Reflection::Reflection(std::vector<std::string> services) : services_(std::move(services)) {}

void Reflection::AddTo(Methods& methods) {
  methods["/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"] = {
      .start = [this](Call& call,
                      const grpc::ByteBuffer&) { (new InfoCall(*this, call))->Begin(); },
      .has_request = false};
}

void Reflection::Stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  // Ending takes one out.
  const std::set<InfoCall*> calls = calls_;
  for (InfoCall* call : calls) call->End(ToGrpcStatus(Stopping()));
}

}  // namespace billing::server

#include "tools/replay/subjects_check.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/container/node_hash_map.h"
#include "absl/strings/str_cat.h"
#include "billing/v1/annotations.pb.h"
#include "google/protobuf/descriptor.h"
#include "projections/state/keys.h"

namespace billing::replay {
namespace {

using billing::v1::Event;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
namespace keys = projections::keys;

constexpr std::string_view kAccounts = "billingAccounts/";
constexpr std::string_view kTransfers = "transfers/";

// A field in which there may be names: a marked one, or a message that has such fields.
struct FieldToVisit {
  const FieldDescriptor* field;
  // What it says of itself, each time at the price of a call.
  bool is_repeated;
  bool is_message;
};

// No message type of ours holds itself.
const std::vector<FieldToVisit>& FieldsToVisit(const Descriptor& type) {
  // Asking for the option costs more than all else here.
  thread_local absl::node_hash_map<const Descriptor*, std::vector<FieldToVisit>> known;
  if (const auto found = known.find(&type); found != known.end()) return found->second;
  std::vector<FieldToVisit> fields;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    const bool is_name = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
                         field->options().GetExtension(billing::v1::reference);
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    const bool holds_names = is_message && !FieldsToVisit(*field->message_type()).empty();
    if (is_name || holds_names) fields.push_back({field, field->is_repeated(), is_message});
  }
  return known.emplace(&type, std::move(fields)).first->second;
}

// The subject that a name in a fact of the account stands for; empty: none.
std::string_view SubjectOf(std::string_view name, std::string_view account_id) {
  if (!name.starts_with(kAccounts)) return name;
  const std::string_view rest = name.substr(kAccounts.size());
  const size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view relative = rest.substr(slash + 1);
  if (rest.substr(0, slash) == account_id) return relative;
  return relative.starts_with(kTransfers) ? name : std::string_view();
}

class Walk {
 public:
  explicit Walk(std::string_view account_id) : account_id_(account_id) {}

  void Visit(const Message& message) {
    const auto& reflection = *message.GetReflection();
    for (const FieldToVisit& visited : FieldsToVisit(*message.GetDescriptor())) {
      if (visited.is_repeated) {
        const int count = reflection.FieldSize(message, visited.field);
        for (int i = 0; i < count; ++i) VisitField(reflection, message, visited, i);
      } else if (reflection.HasField(message, visited.field)) {
        VisitField(reflection, message, visited, 0);
      }
    }
  }

  std::vector<std::string_view> Found() && {
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return std::move(found_);
  }

 private:
  void VisitField(const Reflection& reflection, const Message& message, const FieldToVisit& visited,
                  int i) {
    const FieldDescriptor* field = visited.field;
    if (visited.is_message) {
      return Visit(visited.is_repeated ? reflection.GetRepeatedMessage(message, field, i)
                                       : reflection.GetMessage(message, field));
    }
    // Our strings are plain ones: a reference to one never needs it.
    std::string scratch;
    const std::string_view subject = SubjectOf(
        visited.is_repeated ? reflection.GetRepeatedStringReference(message, field, i, &scratch)
                            : reflection.GetStringReference(message, field, &scratch),
        account_id_);
    if (!subject.empty()) found_.push_back(subject);
  }

  const std::string_view account_id_;
  std::vector<std::string_view> found_;
};

}  // namespace

std::vector<std::string_view> SubjectsByTheSchema(const Event& event, std::string_view account_id) {
  static const auto* const facts = Event::descriptor()->FindOneofByName("data");
  const auto& reflection = *event.GetReflection();
  Walk walk(account_id);
  if (const auto* fact = reflection.GetOneofFieldDescriptor(event, facts)) {
    walk.Visit(reflection.GetMessage(event, fact));
  }
  return std::move(walk).Found();
}

std::optional<std::string> SubjectsCheck::Take(const storage::v1::Record& record,
                                               std::span<const std::string_view> subjects,
                                               const RowsInMemory& rows) {
  const auto is_indexed = [&](std::string_view subject) {
    return rows.Has(keys::Subject(record.account(), subject, record.event().position()));
  };
  if (!is_indexed("")) return "the record concerns its account, which does not index it";
  for (const std::string_view subject : subjects) {
    if (is_indexed(subject)) continue;
    return absl::StrCat("the record concerns ", std::string(subject), ", which does not index it");
  }
  rows_ += 1 + subjects.size();
  return std::nullopt;
}

std::optional<std::string> SubjectsCheck::Finish(const RowsInMemory& rows) const {
  const size_t indexed = rows.CountLike(keys::Subject(0, "", 0));
  if (indexed == rows_) return std::nullopt;
  return absl::StrCat("the fold indexes something that the record does not concern: ", indexed,
                      " rows, of which the log gives ", rows_);
}

}  // namespace billing::replay

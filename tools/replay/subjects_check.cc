#include "tools/replay/subjects_check.h"

#include <algorithm>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "billing/v1/annotations.pb.h"
#include "google/protobuf/descriptor.h"
#include "projections/state/keys.h"

namespace billing::replay {
namespace {

using billing::v1::Event;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
namespace keys = projections::keys;

constexpr std::string_view kAccounts = "billingAccounts/";
constexpr std::string_view kTransfers = "transfers/";

bool IsMarked(const FieldDescriptor* field) {
  // Asking for the option costs more than all else here.
  thread_local absl::flat_hash_map<const FieldDescriptor*, bool> known;
  const auto [marked, is_new] = known.try_emplace(field);
  if (is_new) marked->second = field->options().GetExtension(billing::v1::reference);
  return marked->second;
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
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
      for (int i = 0; i < count; ++i) VisitField(message, field, i);
    }
  }

  std::vector<std::string> Found() && {
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return std::move(found_);
  }

 private:
  void VisitField(const Message& message, const FieldDescriptor* field, int i) {
    const auto& reflection = *message.GetReflection();
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Visit(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                 : reflection.GetMessage(message, field));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && IsMarked(field)) {
      std::string scratch;
      const std::string_view subject = SubjectOf(
          field->is_repeated() ? reflection.GetRepeatedStringReference(message, field, i, &scratch)
                               : reflection.GetStringReference(message, field, &scratch),
          account_id_);
      if (!subject.empty()) found_.emplace_back(subject);
    }
  }

  const std::string_view account_id_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> SubjectsByTheSchema(const Event& event, const std::string& account_id) {
  static const auto* const facts = Event::descriptor()->FindOneofByName("data");
  const auto& reflection = *event.GetReflection();
  Walk walk(account_id);
  if (const auto* fact = reflection.GetOneofFieldDescriptor(event, facts)) {
    walk.Visit(reflection.GetMessage(event, fact));
  }
  return std::move(walk).Found();
}

std::optional<std::string> SubjectsCheck::Take(const storage::v1::Record& record,
                                               std::span<const std::string> subjects,
                                               const RowsInMemory& rows) {
  const auto is_indexed = [&](std::string_view subject) {
    return rows.Has(keys::Subject(record.account(), subject, record.event().position()));
  };
  if (!is_indexed("")) return "the record concerns its account, which does not index it";
  for (const std::string& subject : subjects) {
    if (is_indexed(subject)) continue;
    return absl::StrCat("the record concerns ", subject, ", which does not index it");
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

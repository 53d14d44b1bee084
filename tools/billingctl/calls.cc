#include "tools/billingctl/calls.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace billing::billingctl {
namespace {

// What the server allows at most.
constexpr int kRowsPerPageMax = 500;

}  // namespace

ExitCode Fail(const Context& context, const Failure& failure) {
  context.err << (context.json ? JsonOf(failure) : TextOf(failure));
  return failure.exit_code;
}

std::string Sentence(const Deed& deed, const billing::v1::Receipt& receipt,
                     const Context& context) {
  if (context.writes.validate_only) {
    return absl::StrCat(deed.subject, " would be ", deed.done, " (judged at position ",
                        receipt.position(), ", nothing recorded)\n");
  }
  return absl::StrCat(deed.subject, " ", deed.done, " at position ", receipt.position(),
                      receipt.replayed() ? " (the first answer to this request id, again)" : "",
                      "\n");
}

std::string IdsText(const google::protobuf::RepeatedPtrField<std::string>& names) {
  return absl::StrJoin(names, ", ", [](std::string* out, const std::string& name) {
    absl::StrAppend(out, ShortName(name));
  });
}

std::string MovedText(const google::protobuf::RepeatedPtrField<std::string>& subscriptions,
                      const Context& context) {
  if (subscriptions.empty()) return "";
  const char* when = context.writes.validate_only ? "would become active on " : "active now on ";
  return absl::StrCat(when, IdsText(subscriptions), "\n");
}

std::string Subject(absl::string_view kind, absl::string_view name) {
  return name.empty() ? absl::StrCat("a ", kind) : absl::StrCat(kind, " ", ShortName(name));
}

std::string QuotedEtag(absl::string_view etag) {
  if (etag.empty() || absl::StartsWith(etag, "\"")) return std::string(etag);
  return absl::StrCat("\"", etag, "\"");
}

ExitCode PrintJson(const Context& context, const google::protobuf::Message& message,
                   JsonLayout layout) {
  const absl::StatusOr<std::string> json = JsonOf(message, layout);
  if (!json.ok()) return Fail(context, InternalFailure(std::string(json.status().message())));
  context.out << *json;
  return ExitCode::kOk;
}

int RowsOf(const google::protobuf::Message& page) {
  int rows = 0;
  const google::protobuf::Descriptor& type = *page.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->is_repeated()) {
      rows += page.GetReflection()->FieldSize(page, type.field(i));
    }
  }
  return rows;
}

int PageSize(const ListFlags& flags, int got) {
  return flags.limit == 0 ? kRowsPerPageMax : std::min(kRowsPerPageMax, flags.limit - got);
}

bool IsEnough(const ListFlags& flags, int got) { return flags.limit != 0 && got >= flags.limit; }

void SayMore(const Context& context, const std::string& next_page_token) {
  if (next_page_token.empty() || context.json) return;
  context.err << "more: go on with --page-token " << Printable(next_page_token) << "\n";
}

}  // namespace billing::billingctl

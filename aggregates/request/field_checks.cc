#include "aggregates/request/field_checks.h"

#include <algorithm>
#include <utility>

#include "aggregates/kernel/card_number.h"
#include "aggregates/kernel/countries.h"
#include "aggregates/kernel/currencies.h"
#include "aggregates/kernel/etag.h"
#include "aggregates/kernel/unicode.h"
#include "aggregates/kernel/uuid.h"

namespace billing::request {

namespace {

constexpr int kAddressLinesMax = 5;
constexpr size_t kAddressPartCharactersMax = 100;
constexpr size_t kPostalCodeCharactersMax = 20;
constexpr size_t kAddressBytesMax = 1'024;
constexpr size_t kVaultReferenceLengthMin = 8;
constexpr size_t kVaultReferenceLengthMax = 128;
constexpr size_t kLastFourDigits = 4;
constexpr int kMonthMax = 12;
constexpr int kYearMin = 1'000;
constexpr int kYearMax = 9'999;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool IsVaultReference(std::string_view text) {
  return text.size() >= kVaultReferenceLengthMin && text.size() <= kVaultReferenceLengthMax &&
         std::any_of(text.begin(), text.end(), IsLetter) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return IsLetter(c) || IsDigit(c) ||
                  std::string_view("._:-").find(c) != std::string::npos;
         });
}

// A UUID is typed: its digits are no card number's.
bool IdHoldsCardNumber(std::string_view id) {
  return !kernel::IsUuid(id) && kernel::HoldsCardNumber(id);
}

std::string Path(std::string_view parent, std::string_view child) {
  return std::string(parent).append(".").append(child);
}

std::string ShapeOf(std::initializer_list<std::string_view> collections) {
  std::string shape = "must be a full name";
  std::string_view separator = ", ";
  for (const std::string_view collection : collections) {
    shape.append(separator).append("billingAccounts/{account}");
    if (collection != kTheAccount) shape.append("/").append(collection).append("/{id}");
    separator = " or ";
  }
  return shape;
}

std::string AtMost(size_t characters) {
  return "must have at most " + std::to_string(characters) + " characters";
}

struct TextContent {
  size_t characters = 0;
  bool valid = true;
  bool controls = false;  // other than line breaks and tabs
  bool breaks = false;    // line breaks and tabs
  bool visible = false;   // anything but spaces
};

TextContent ContentOf(std::string_view text) {
  TextContent content;
  while (!text.empty()) {
    const kernel::CodePoint point = kernel::FirstCodePoint(text);
    text.remove_prefix(point.bytes);
    ++content.characters;
    if (!point.valid) content.valid = false;
    const bool is_break = point.value == U'\n' || point.value == U'\r' || point.value == U'\t';
    if (is_break) content.breaks = true;
    if (!is_break && kernel::IsControl(point.value)) content.controls = true;
    if (!kernel::IsSpace(point.value) && !kernel::IsInvisible(point.value)) content.visible = true;
  }
  return content;
}

}  // namespace

void FieldChecks::Add(std::string_view path, std::string_view description) {
  if (std::ranges::find(violations_, path, &Violation::field) != violations_.end()) return;
  violations_.push_back({std::string(path), std::string(description)});
}

std::optional<kernel::AccountId> FieldChecks::Account(Field name) {
  std::optional<kernel::ResourceName> resource = Resource(name, kTheAccount);
  if (!resource) return std::nullopt;
  return std::move(resource->account);
}

std::optional<kernel::ResourceName> FieldChecks::Resource(
    Field name, std::initializer_list<std::string_view> collections) {
  if (!home_) return Checked(name, kernel::ParseName(name.value), collections);
  const bool is_home =
      name.value.empty() && std::ranges::find(collections, kTheAccount) != collections.end();
  return Checked(name,
                 is_home ? kernel::ResourceName{*home_, kTheAccount, {}}
                         : kernel::ParseNameIn(*home_, name.value),
                 collections);
}

void FieldChecks::OtherAccount(Field name) {
  Checked(name, kernel::ParseName(name.value), {kTheAccount});
}

std::string FieldChecks::InFull(std::string_view name) const {
  return home_ ? kernel::FullName(home_->value(), name) : std::string(name);
}

std::optional<kernel::ResourceName> FieldChecks::Checked(
    Field name, std::optional<kernel::ResourceName> resource,
    std::initializer_list<std::string_view> collections) {
  if (name.value.empty() && !resource) {
    Add(name.path, kIsRequired);
  } else if (!resource ||
             std::ranges::find(collections, resource->collection) == collections.end()) {
    Add(name.path, ShapeOf(collections));
    return std::nullopt;
  } else if (IdHoldsCardNumber(resource->id) || IdHoldsCardNumber(resource->account.value())) {
    Add(name.path, kNoCardNumber);
  }
  return resource;
}

void FieldChecks::ChosenId(Field id) {
  if (id.value.empty() || kernel::IsChosenId(id.value)) return;
  Add(id.path,
      "must be 1 to 63 of the characters a-z 0-9 and -, not - at either end, with at least one "
      "letter and no run of 12 or more digits, or a UUID in lower case");
}

void FieldChecks::Principal(Field principal) {
  if (principal.value.empty()) {
    Add(principal.path, kIsRequired);
  } else if (!kernel::IsPrincipal(principal.value)) {
    Add(principal.path,
        "must be users/ or services/ and 1 to 128 of the characters A-Z a-z 0-9 . _ @ + -");
  } else if (kernel::IsCardNumber(kernel::IdOf(principal.value))) {
    Add(principal.path, kNoCardNumber);
  } else if (principal.value == kernel::kScheduler) {
    Add(principal.path, "must not be services/scheduler, which exists only inside the server");
  }
}

std::string FieldChecks::RequestId(Field id) {
  if (id.value.empty()) return {};
  std::optional<std::string> bytes = kernel::UuidBytes(id.value);
  if (!bytes) Add(id.path, "must be a UUID, hexadecimal digits in groups of 8-4-4-4-12");
  return std::move(bytes).value_or("");
}

std::string FieldChecks::Etag(Field etag) {
  if (etag.value.empty()) return {};
  const std::optional<uint64_t> position = kernel::PositionOf(etag.value);
  if (!position) {
    Add(etag.path, "must be an etag as a resource shows it, a whole number in double quotes");
    return {};
  }
  if (kernel::IsCardNumber(std::to_string(*position))) Add(etag.path, kNoCardNumber);
  return std::string(etag.value);
}

void FieldChecks::NoEtag(Field etag) {
  if (etag.value.empty()) return;
  Add(etag.path, "must be empty: this command is not about one existing resource");
}

void FieldChecks::Line(Field text, size_t characters_max) {
  Text(text, characters_max, Shape::kLine);
}

std::string FieldChecks::Prose(Field text, size_t characters_max) {
  Text(text, characters_max, Shape::kProse);
  return ContentOf(text.value).visible ? std::string(text.value) : std::string();
}

void FieldChecks::Text(Field text, size_t characters_max, Shape shape) {
  if (text.value.empty()) return;
  const TextContent content = ContentOf(text.value);
  if (!content.valid) {
    Add(text.path, "must be UTF-8");
  } else if (content.characters > characters_max) {
    Add(text.path, AtMost(characters_max));
  } else if (content.controls || (content.breaks && shape == Shape::kLine)) {
    Add(text.path, "must not hold control characters");
  } else if (!content.visible && shape == Shape::kLine) {
    Add(text.path, "must not be only spaces");
  } else if (kernel::HoldsCardNumber(text.value)) {
    Add(text.path, kNoCardNumber);
  }
}

void FieldChecks::Address(std::string_view path, const v1::PostalAddress& address) {
  const size_t found_before = violations_.size();
  // A number may be spread over all that is read in a row.
  std::string whole = AddressLines(Path(path, "lines"), address);
  Line({Path(path, "city"), address.city()}, kAddressPartCharactersMax);
  Line({Path(path, "region"), address.region()}, kAddressPartCharactersMax);
  Line({Path(path, "postal_code"), address.postal_code()}, kPostalCodeCharactersMax);
  if (!address.country().empty()) Country({Path(path, "country"), address.country()});
  for (const std::string& part : {address.city(), address.region(), address.postal_code()}) {
    whole.append(part).append("\n");
  }
  const bool parts_are_good = violations_.size() == found_before;
  if (parts_are_good && kernel::HoldsCardNumber(whole)) Add(path, kNoCardNumber);
  if (address.ByteSizeLong() > kAddressBytesMax) {
    Add(path, "must have at most 1,024 bytes in all");
  }
}

std::string FieldChecks::AddressLines(const std::string& path, const v1::PostalAddress& address) {
  const size_t found_before = violations_.size();
  std::string all_lines;
  for (int i = 0; i < std::min(address.lines_size(), kAddressLinesMax); ++i) {
    const std::string line_path = path + '[' + std::to_string(i) + ']';
    if (address.lines(i).empty()) Add(line_path, "must have 1 to 200 characters");
    Line({line_path, address.lines(i)}, kNameCharactersMax);
    all_lines.append(address.lines(i)).append("\n");
  }
  if (address.lines_size() > kAddressLinesMax) {
    Add(path, "must have at most 5 lines");
  } else if (violations_.size() == found_before && kernel::HoldsCardNumber(all_lines)) {
    // A number may be spread over the lines.
    Add(path, kNoCardNumber);
  }
  return all_lines;
}

void FieldChecks::VaultReference(Field reference) {
  if (!IsVaultReference(reference.value)) {
    Add(reference.path,
        "must be 8 to 128 of the characters A-Z a-z 0-9 . _ : -, with at least one letter");
  } else if (kernel::IsCardNumber(reference.value)) {
    Add(reference.path, kNoCardNumber);
  }
}

void FieldChecks::LastFour(Field digits) {
  if (digits.value.size() == kLastFourDigits &&
      std::all_of(digits.value.begin(), digits.value.end(), IsDigit)) {
    return;
  }
  Add(digits.path, "must be exactly 4 digits");
}

void FieldChecks::Country(Field code) {
  if (kernel::IsCountry(code.value)) return;
  Add(code.path, "must be an assigned ISO 3166-1 alpha-2 code in upper case");
}

void FieldChecks::Currency(Field code) {
  if (kernel::IsCurrency(code.value)) return;
  Add(code.path, "must be the ISO 4217 code, in upper case, of a currency in use");
}

void FieldChecks::Expiry(std::string_view path, const v1::YearMonth& expiry, kernel::Instant now) {
  if (expiry.month() < 1 || expiry.month() > kMonthMax) {
    Add(Path(path, "month"), "must be 1 to 12");
  }
  if (expiry.year() < kYearMin || expiry.year() > kYearMax) {
    Add(Path(path, "year"), "must have four digits");
  } else if (expiry.year() > kernel::MonthOf(now).year + kExpiryYearsAheadMax) {
    Add(Path(path, "year"), "must be at most 20 years ahead");
  }
}

std::vector<std::string> FieldChecks::Mask(const google::protobuf::FieldMask& mask,
                                           std::span<const std::string_view> legal) {
  std::vector<std::string> paths;
  for (const std::string_view path : legal) {
    if (std::ranges::find(mask.paths(), path) != mask.paths().end()) paths.emplace_back(path);
  }
  const bool all_legal = std::ranges::all_of(mask.paths(), [legal](const std::string& path) {
    return std::ranges::find(legal, path) != legal.end();
  });
  if (paths.empty() || !all_legal) {
    std::string description = "must name at least one field, and none but:";
    for (const std::string_view path : legal) description.append(" ").append(path);
    Add("update_mask", description);
  }
  return paths;
}

}  // namespace billing::request

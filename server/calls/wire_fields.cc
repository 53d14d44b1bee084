#include "server/calls/wire_fields.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>

#include "aggregates/kernel/unicode.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format.h"

namespace billing::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormat;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// Deeper than any message of ours.
constexpr int kDepthMax = 32;
// A request that keeps its bounds has far fewer.
constexpr int kFieldsMeasured = 4'096;
// Tag and length of a message that holds nothing.
constexpr int kMessageHeaderBytes = 2;

// Walks over the fields of a message, those of nested messages included.
class Walk {
 public:
  explicit Walk(int fields_max) : fields_left_(fields_max) {}
  virtual ~Walk() = default;

  // False when the walk was stopped, by its end or a Leaf, or the bytes make no sense.
  bool Over(const Descriptor& type, CodedInputStream& input, const std::string& prefix) {
    if (++depth_ > kDepthMax) return false;
    std::map<int, int> seen;
    for (;;) {
      const int start = input.CurrentPosition();
      const uint32_t tag = input.ReadTag();
      if (tag == 0) break;
      if (fields_left_-- == 0) return false;
      const int number = WireFormatLite::GetTagFieldNumber(tag);
      const FieldDescriptor* field = type.FindFieldByNumber(number);
      const std::string path = field == nullptr ? prefix : PathOf(*field, prefix, seen[number]++);
      if (!Past(field, tag, input, path)) return false;
      const bool is_message = field != nullptr && field->message_type() != nullptr;
      if (!is_message) Measure(path, input.CurrentPosition() - start);
    }
    --depth_;
    return input.ConsumedEntireMessage();
  }

 protected:
  // Reads or skips the `length` bytes of a known field that is no message. False stops.
  virtual bool Leaf(const FieldDescriptor& field, CodedInputStream& input, int length,
                    const std::string& path) = 0;
  // `bytes` more of the message are this path's.
  virtual void Measure(const std::string& path, int bytes) = 0;
  virtual std::string PathOf(const FieldDescriptor& field, const std::string& prefix,
                             int index) const = 0;

 private:
  bool Past(const FieldDescriptor* field, uint32_t tag, CodedInputStream& input,
            const std::string& path) {
    if (field == nullptr ||
        WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      return WireFormat::SkipField(&input, tag, nullptr);
    }
    int length = 0;
    if (!input.ReadVarintSizeAsInt(&length)) return false;
    if (field->message_type() == nullptr) return Leaf(*field, input, length, path);
    // What its fields do not explain is the message's own: very many of them, empty.
    Measure(path, kMessageHeaderBytes);
    const auto limit = input.PushLimit(length);
    if (!Over(*field->message_type(), input, path)) return false;
    input.PopLimit(limit);
    return true;
  }

  int fields_left_;
  int depth_ = 0;
};

std::string Below(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + '.' + name;
}

class Measuring final : public Walk {
 public:
  Measuring() : Walk(kFieldsMeasured) {}
  std::string Largest() const {
    const auto largest =
        std::ranges::max_element(bytes_, {}, [](const auto& entry) { return entry.second; });
    return largest == bytes_.end() ? "" : largest->first;
  }

 private:
  bool Leaf(const FieldDescriptor&, CodedInputStream& input, int length,
            const std::string&) override {
    return input.Skip(length);
  }
  void Measure(const std::string& path, int bytes) override { bytes_[path] += bytes; }
  std::string PathOf(const FieldDescriptor& field, const std::string& prefix, int) const override {
    return Below(prefix, field.name());
  }

  std::map<std::string, int64_t> bytes_;
};

class FindingBadStrings final : public Walk {
 public:
  explicit FindingBadStrings(size_t count_max)
      : Walk(std::numeric_limits<int>::max()), count_max_(count_max) {}
  std::vector<std::string> Take() && { return std::move(found_); }

 private:
  bool Leaf(const FieldDescriptor& field, CodedInputStream& input, int length,
            const std::string& path) override {
    if (field.type() != FieldDescriptor::TYPE_STRING) return input.Skip(length);
    std::string value;
    if (!input.ReadString(&value, length)) return false;
    if (kernel::CountCodePoints(value)) return true;
    // A field that is not repeated can still come twice.
    if (std::ranges::find(found_, path) == found_.end()) found_.push_back(path);
    return found_.size() < count_max_;
  }
  void Measure(const std::string&, int) override {}
  std::string PathOf(const FieldDescriptor& field, const std::string& prefix,
                     int index) const override {
    const std::string path = Below(prefix, field.name());
    return field.is_repeated() ? path + '[' + std::to_string(index) + ']' : path;
  }

  const size_t count_max_;
  std::vector<std::string> found_;
};

}  // namespace

std::string LargestField(const Descriptor& type, google::protobuf::io::ZeroCopyInputStream& bytes) {
  CodedInputStream input(&bytes);
  Measuring measuring;
  // How far it came does not matter: what was measured tells.
  static_cast<void>(measuring.Over(type, input, ""));
  return measuring.Largest();
}

std::vector<std::string> BadStrings(const Descriptor& type,
                                    google::protobuf::io::ZeroCopyInputStream& bytes,
                                    size_t count_max) {
  CodedInputStream input(&bytes);
  FindingBadStrings finding(count_max);
  static_cast<void>(finding.Over(type, input, ""));
  return std::move(finding).Take();
}

std::optional<uint64_t> NumberIn(int field_number,
                                 google::protobuf::io::ZeroCopyInputStream& bytes) {
  CodedInputStream input(&bytes);
  const uint32_t wanted = WireFormatLite::MakeTag(field_number, WireFormatLite::WIRETYPE_VARINT);
  std::optional<uint64_t> found;
  while (const uint32_t tag = input.ReadTag()) {
    if (tag != wanted) {
      if (!WireFormat::SkipField(&input, tag, nullptr)) break;
      continue;
    }
    uint64_t number = 0;
    if (!input.ReadVarint64(&number)) break;
    found = number;
  }
  return found;
}

}  // namespace billing::server

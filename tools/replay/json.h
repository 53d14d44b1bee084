// A JSON object whose members stay in the order in which they were added, on one line.
#ifndef BILLING_TOOLS_REPLAY_JSON_H_
#define BILLING_TOOLS_REPLAY_JSON_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace billing::replay {

class JsonObject {
 public:
  JsonObject& Text(std::string_view key, std::string_view value);
  // Up to 2^64 - 1: for readers that keep whole numbers whole.
  JsonObject& Number(std::string_view key, uint64_t value);
  JsonObject& Flag(std::string_view key, bool value);
  JsonObject& Object(std::string_view key, const JsonObject& value);
  JsonObject& List(std::string_view key, std::span<const JsonObject> values);
  std::string Done() const;

 private:
  JsonObject& Raw(std::string_view key, std::string_view json);
  std::string members_;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_JSON_H_

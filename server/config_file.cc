#include "server/config_file.h"

#include <toml++/toml.h>

#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "fmt/format.h"
#include "server/settings.h"

namespace billing::server {
namespace {

// What is wrong with the value; empty when it was taken.
std::string Apply(Config& config, std::string_view key, const toml::node& value) {
  for (const TextSetting& setting : TextSettings()) {
    if (setting.key != key) continue;
    const auto text = value.value_exact<std::string>();
    return text && setting.set(config, *text) ? "" : std::string(setting.expected);
  }
  for (const NumberSetting& setting : NumberSettings()) {
    if (setting.key != key) continue;
    const auto number = value.value_exact<int64_t>();
    if (!number || *number < setting.min || *number > setting.max) return ExpectedOf(setting);
    setting.set(config, *number);
    return "";
  }
  for (const SwitchSetting& setting : SwitchSettings()) {
    if (setting.key != key) continue;
    if (setting.flag_only) return "is for one start: use " + FlagOf(key);
    const auto on = value.value_exact<bool>();
    if (!on) return "must be true or false";
    config.*setting.value = *on;
    return "";
  }
  return "is not a setting";
}

absl::StatusOr<toml::table> Parsed(const std::string& path) {
  // One can be opened, and reads as an empty file.
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown)) {
    return absl::InvalidArgumentError(fmt::format("{}: is a directory", path));
  }
  try {
    return toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    return absl::InvalidArgumentError(
        fmt::format("{}:{}: {}", path, error.source().begin.line, error.description()));
  }
}

}  // namespace

absl::StatusOr<Config> WithFile(Config config, const std::string& path) {
  const auto table = Parsed(path);
  if (!table.ok()) return table.status();
  for (const auto& [key, value] : *table) {
    const std::string wrong = Apply(config, key.str(), value);
    if (wrong.empty()) continue;
    return absl::InvalidArgumentError(
        fmt::format("{}:{}: {} {}", path, key.source().begin.line, key.str(), wrong));
  }
  return config;
}

}  // namespace billing::server

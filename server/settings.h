// The table of settings: the one place that names them, for flags and file alike.
#ifndef BILLING_SERVER_SETTINGS_H_
#define BILLING_SERVER_SETTINGS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "server/config.h"

namespace billing::server {

struct TextSetting {
  std::string_view key;   // as in the file
  std::string_view type;  // as in the help: `FILE`
  std::string_view help;
  std::string_view expected;
  // False when the value is not what is expected.
  bool (*set)(Config& config, const std::string& value);
};

struct NumberSetting {
  std::string_view key;
  std::string_view help;
  int64_t min;
  int64_t max;
  // REQUIRES: within the bounds.
  void (*set)(Config& config, int64_t value);
};

struct SwitchSetting {
  std::string_view key;
  std::string_view help;
  bool Config::*value;
  // Said anew on every start: a flag, never in the file.
  bool flag_only;
};

std::span<const TextSetting> TextSettings();
std::span<const NumberSetting> NumberSettings();
std::span<const SwitchSetting> SwitchSettings();

// `data_dir` → `--data-dir`.
std::string FlagOf(std::string_view key);
// `1..64`.
std::string RangeOf(const NumberSetting& setting);
// `must be a whole number from 1 to 64`.
std::string ExpectedOf(const NumberSetting& setting);

}  // namespace billing::server

#endif  // BILLING_SERVER_SETTINGS_H_

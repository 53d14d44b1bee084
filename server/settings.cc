#include "server/settings.h"

#include <algorithm>
#include <array>
#include <utility>

#include "fmt/format.h"

namespace billing::server {
namespace {

bool SetDataDir(Config& config, const std::string& value) {
  config.data_dir = value;
  return !value.empty();
}

bool SetListen(Config& config, const std::string& value) {
  const auto address = ListenAddress::Parse(value);
  if (address) config.listen = *address;
  return address.has_value();
}

bool SetSigningKey(Config& config, const std::string& value) {
  config.signing_key = value;
  return !value.empty();
}

bool SetPreviousSigningKey(Config& config, const std::string& value) {
  config.previous_signing_key = value;
  return !value.empty();
}

constexpr char kNone[] = "none";

bool SetHttpListen(Config& config, const std::string& value) {
  config.http_listen = ListenAddress::Parse(value);
  return value == kNone || config.http_listen.has_value();
}

bool SetLogLevel(Config& config, const std::string& value) {
  static constexpr std::array<std::pair<std::string_view, LogLevel>, 6> kLevels = {{
      {"debug", LogLevel::kDebug},
      {"info", LogLevel::kInfo},
      {"warning", LogLevel::kWarning},
      {"error", LogLevel::kError},
      {"critical", LogLevel::kCritical},
      {"off", LogLevel::kOff},
  }};
  for (const auto& [name, level] : kLevels) {
    if (name != value) continue;
    config.log_level = level;
    return true;
  }
  return false;
}

}  // namespace

std::span<const TextSetting> TextSettings() {
  static constexpr TextSetting kSettings[] = {
      {"data_dir", "DIR", "directory of log, anchor, keys and views; made when missing (./data)",
       "must be a directory", SetDataDir},
      {"signing_key", "FILE",
       "PEM file with the Ed25519 key that signs checkpoints; made when the log has none yet "
       "(keys/signing.pem in the data directory)",
       "must be a file", SetSigningKey},
      {"previous_signing_key", "FILE",
       "the key before it: while given, checkpoints carry both signatures", "must be a file",
       SetPreviousSigningKey},
      {"listen", "ADDRESS:PORT", "gRPC address; port 0 takes a free one (127.0.0.1:50051)",
       "must be address:port", SetListen},
      {"http_listen", "ADDRESS:PORT", "address of /healthz and /metrics, or none (127.0.0.1:8080)",
       "must be address:port, or none", SetHttpListen},
      {"log_level", "LEVEL", "debug, info, warning, error, critical or off (info)",
       "must be debug, info, warning, error, critical or off", SetLogLevel},
  };
  return kSettings;
}

std::span<const NumberSetting> NumberSettings() {
  static constexpr NumberSetting kSettings[] = {
      {"refusals_per_minute",
       "recorded refusals per account, principal and minute; 0: no limit (600)", 0, 1'000'000,
       [](Config& c, int64_t v) { c.refusals_per_minute = static_cast<uint32_t>(v); }},
      {"queue_max", "commands that may wait (8192)", 1, 1'000'000,
       [](Config& c, int64_t v) { c.queue_max = static_cast<uint32_t>(v); }},
      {"free_bytes_min", "bytes of free disk space below which commands are refused (536870912)", 0,
       int64_t{1} << 50, [](Config& c, int64_t v) { c.free_bytes_min = static_cast<uint64_t>(v); }},
      {"min_position_wait_ms", "milliseconds that a read waits for its min_position (2000)", 0,
       60'000, [](Config& c, int64_t v) { c.min_position_wait_ms = static_cast<uint32_t>(v); }},
      {"read_threads", "threads that answer reads (2)", 1, 64,
       [](Config& c, int64_t v) { c.read_threads = static_cast<uint32_t>(v); }},
  };
  return kSettings;
}

std::span<const SwitchSetting> SwitchSettings() {
  static constexpr SwitchSetting kSettings[] = {
      {"insecure_dev",
       "believe the headers x-principal, x-roles and x-on-behalf-of, without TLS; loopback only",
       &Config::insecure_dev, false},
      {"channelz",
       "serve grpc.channelz.v1: gRPC's own account of its connections, with their addresses",
       &Config::channelz, false},
      {"accept_clock", "start although the clock is behind the last record", &Config::accept_clock,
       true},
      {"rebuild_views", "throw the views away and build them again from the log",
       &Config::rebuild_views, true},
      {"check_config", "check flags, file and the keys that they name, then exit",
       &Config::check_config, true},
  };
  return kSettings;
}

std::string FlagOf(std::string_view key) {
  std::string flag = fmt::format("--{}", key);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::string RangeOf(const NumberSetting& setting) {
  return fmt::format("{}..{}", setting.min, setting.max);
}

std::string ExpectedOf(const NumberSetting& setting) {
  return fmt::format("must be a whole number from {} to {}", setting.min, setting.max);
}

}  // namespace billing::server

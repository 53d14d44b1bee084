// Settings of billingd: defaults, overridden by the file named by --config, overridden by
// flags. A key in the file is the flag's name with underscores.
#ifndef BILLING_SERVER_CONFIG_H_
#define BILLING_SERVER_CONFIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "server/exit_code.h"
#include "server/listen_socket.h"
#include "server/log.h"

namespace billing::server {

struct Config {
  // Holds `log`, `anchor`, `keys` and `views`.
  std::string data_dir = "./data";
  // The key that signs checkpoints; empty: `keys/signing.pem` in the data directory.
  std::string signing_key = {};
  // The key before it, which signs too while it is given; empty: none.
  std::string previous_signing_key = {};
  ListenAddress listen = {.host = "127.0.0.1", .port = 50051};
  // Nothing: no HTTP.
  std::optional<ListenAddress> http_listen = ListenAddress{.host = "127.0.0.1", .port = 8080};
  // Plaintext, and whoever calls is believed: for development on loopback only.
  bool insecure_dev = false;
  // Recorded refusals per account, principal and minute; 0: no limit.
  uint32_t refusals_per_minute = 600;
  // Commands that may wait.
  uint32_t queue_max = 8'192;
  // Below this much free disk space commands are refused.
  uint64_t free_bytes_min = uint64_t{512} << 20;
  // How long a read waits for its min_position.
  uint32_t min_position_wait_ms = 2'000;
  uint32_t read_threads = 2;
  // Whoever may connect may ask what gRPC knows of the connections.
  bool channelz = false;
  LogLevel log_level = LogLevel::kInfo;

  // For one start; flags only.
  bool accept_clock = false;
  bool rebuild_views = false;
  bool check_config = false;
};

// The process ends with `code` after printing `text`: to stdout when the code is kOk
// (--help, --version), to stderr otherwise.
struct EarlyEnd {
  ExitCode code;
  std::string text;
};

// Reads flags and file. On anything wrong: one line that names the flag, or file and
// line, and what would be right.
std::variant<Config, EarlyEnd> ReadConfig(int argc, const char* const* argv);

}  // namespace billing::server

#endif  // BILLING_SERVER_CONFIG_H_

// The configuration file, in TOML: one table, a key per setting.
#ifndef BILLING_SERVER_CONFIG_FILE_H_
#define BILLING_SERVER_CONFIG_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "server/config.h"

namespace billing::server {

// `config` with what the file says. InvalidArgument on anything wrong, an unknown key
// included: one line, `file:line: what`.
absl::StatusOr<Config> WithFile(Config config, const std::string& path);

}  // namespace billing::server

#endif  // BILLING_SERVER_CONFIG_FILE_H_

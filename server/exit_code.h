// How the process ends: for scripts and service managers.
#ifndef BILLING_SERVER_EXIT_CODE_H_
#define BILLING_SERVER_EXIT_CODE_H_

namespace billing::server {

enum class ExitCode {
  kOk = 0,
  kUsage = 2,          // a flag or the configuration file is wrong
  kDataDirectory = 3,  // unwritable, foreign, or in use by another process
  kRefusedStart = 4,   // data is missing or damaged, or the clock cannot be trusted
  kAddressInUse = 5,   // a listening address is taken
  kStorageFailed = 6,  // storage failed or was full, at the start, while running or on the way out
};

}  // namespace billing::server

#endif  // BILLING_SERVER_EXIT_CODE_H_

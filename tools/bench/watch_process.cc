#include "tools/bench/watch_process.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/bench/now.h"
#include "tools/bench/watchers.h"

namespace billing::bench {
namespace {

constexpr char kCame[] = "came_ns=";

absl::Status Hold(const std::string& address, const std::vector<std::string>& accounts,
                  size_t events) {
  const auto watchers = Watchers::Open(address, accounts);
  if (!watchers.ok()) return watchers.status();
  absl::PrintF("watching listen=%s \n", address);
  std::fflush(stdout);
  if (events > 0) {
    const absl::Status came = (*watchers)->Await(events);
    if (!came.ok()) return came;
    absl::PrintF("%s%d \n", kCame, NowNs());
    std::fflush(stdout);
  }
  // A signal ends it all.
  for (;;) pause();
}

}  // namespace

absl::StatusOr<std::unique_ptr<WatchProcess>> WatchProcess::Start(const std::string& program,
                                                                  const std::string& folder,
                                                                  const Order& order) {
  const std::string watched = folder + "/watched.accounts";
  std::ofstream file(watched, std::ios::trunc);
  for (const std::string& account : order.accounts) file << account << '\n';
  file.close();
  if (!file) return absl::UnavailableError("cannot write " + watched);
  auto child = Child::Start({program, "hold-watches", "--address", order.address, "--watched",
                             watched, "--tell-after", absl::StrCat(order.events)},
                            folder + "/watching.log");
  if (!child.ok()) return child.status();
  return std::unique_ptr<WatchProcess>(new WatchProcess(*std::move(child)));
}

absl::StatusOr<int64_t> WatchProcess::Await() {
  const auto came = child_->AwaitValue(kCame);
  if (!came.ok()) return came.status();
  int64_t came_ns = 0;
  if (!absl::SimpleAtoi(*came, &came_ns)) return absl::InternalError("no time: " + *came);
  return came_ns;
}

int HoldWatches(const std::string& address, const std::string& accounts_file, size_t events) {
  std::ifstream file(accounts_file);
  std::vector<std::string> accounts;
  for (std::string account; std::getline(file, account);) accounts.push_back(account);
  const absl::Status status = Hold(address, accounts, events);
  absl::FPrintF(stderr, "billing-bench: %s\n", status.message());
  return 1;
}

}  // namespace billing::bench

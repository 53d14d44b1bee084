#include "tools/bench/commands.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "billing/v1/billing_account_service.pb.h"
#include "billing/v1/payment_method_service.pb.h"
#include "tools/bench/child.h"
#include "tools/bench/load.h"

namespace billing::bench {
namespace {

// An account takes 100 cards by default.
constexpr size_t kCardsPerAccount = 90;
constexpr size_t kOneClientCommands = 2'000;
constexpr size_t kSyncs = 500;
constexpr char kAddCard[] = "/billing.v1.PaymentMethodService/AddCard";

std::string AccountId(size_t run, size_t index) {
  return absl::StrFormat("acct-%d-%d", run, index);
}

std::string OpenAccountRequest(size_t run, size_t index) {
  billing::v1::CreateBillingAccountRequest request;
  request.set_billing_account_id(AccountId(run, index));
  auto& account = *request.mutable_billing_account();
  account.set_agreement(billing::v1::AGREEMENT_PAY_AS_YOU_GO);
  account.set_administrator("users/alice");
  account.set_country("NL");
  account.set_currency("EUR");
  return request.SerializeAsString();
}

// A time-ordered UUIDv7: the clock's milliseconds, then a counter.
std::string RequestId(size_t index) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count();
  return absl::StrFormat("%08x-%04x-7000-8000-%012x", ms >> 16, ms & 0xffff, index);
}

std::string AddCardRequest(size_t run, size_t index) {
  billing::v1::AddCardRequest request;
  request.set_parent("billingAccounts/" + AccountId(run, index / kCardsPerAccount));
  request.set_card_id(absl::StrFormat("card-%d", index));
  request.set_request_id(RequestId(index));
  auto& card = *request.mutable_card();
  card.set_token(absl::StrFormat("tok_%d_%d", run, index + 10'000'000));
  card.set_brand(billing::v1::BRAND_VISA);
  card.set_funding(billing::v1::FUNDING_CREDIT);
  card.set_last_four("1111");
  card.mutable_expiry()->set_year(2035);
  card.mutable_expiry()->set_month(4);
  card.set_holder_name("Alice Example");
  card.set_country("NL");
  return request.SerializeAsString();
}

// Median of one data sync of 300 appended bytes on the store's disk.
int64_t SyncMedianUs(const std::string& folder) {
  const std::string path = folder + "/sync-probe";
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return 0;
  const std::string bytes(300, 'x');
  std::vector<int64_t> times_us;
  for (size_t i = 0; i < kSyncs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    if (write(file, bytes.data(), bytes.size()) < 0 || fdatasync(file) != 0) break;
    times_us.push_back(std::chrono::duration_cast<std::chrono::microseconds>(
                           std::chrono::steady_clock::now() - start)
                           .count());
  }
  close(file);
  std::filesystem::remove(path);
  std::sort(times_us.begin(), times_us.end());
  return times_us.empty() ? 0 : times_us[times_us.size() / 2];
}

struct Measured {
  double per_second = 0;
  double cpu_us = 0;  // server CPU per call
  int64_t p50_us = 0;
  int64_t p99_us = 0;
  int64_t one_client_p50_us = 0;
  size_t reply_bytes = 0;
  size_t failed = 0;
  std::string first_failure;
};

LoadOptions OptionsFor(const CommandsOptions& options, const std::string& address) {
  LoadOptions load;
  load.address = address;
  load.method = kAddCard;
  load.metadata = {{"x-principal", "users/alice"}};
  load.connections = options.connections;
  load.in_flight = options.in_flight;
  load.calls = options.commands;
  return load;
}

Measured Measure(const CommandsOptions& options, const Child& server, size_t run) {
  LoadOptions load = OptionsFor(options, server.address());
  load.request = [run](size_t index) { return AddCardRequest(run, index); };
  const double cpu_before = server.CpuSeconds();
  const LoadResult many = RunLoad(load);
  const double cpu_used = server.CpuSeconds() - cpu_before;

  load.connections = 1;
  load.in_flight = 1;
  load.calls = kOneClientCommands;
  const size_t first = options.commands;
  load.request = [run, first](size_t index) { return AddCardRequest(run, first + index); };
  const LoadResult one = RunLoad(load);

  Measured measured;
  measured.per_second = many.CallsPerSecond();
  measured.cpu_us = cpu_used * 1e6 / static_cast<double>(options.commands);
  measured.p50_us = many.PercentileUs(0.5);
  measured.p99_us = many.PercentileUs(0.99);
  measured.one_client_p50_us = one.PercentileUs(0.5);
  measured.reply_bytes = many.reply_bytes;
  measured.failed = many.failed + one.failed;
  measured.first_failure = many.failed > 0 ? many.first_failure : one.first_failure;
  return measured;
}

LoadResult OpenAccounts(const CommandsOptions& options, const std::string& address, size_t run) {
  LoadOptions load = OptionsFor(options, address);
  load.method = "/billing.v1.BillingAccountService/CreateBillingAccount";
  load.metadata = {{"x-principal", "services/bench"}, {"x-roles", "operator"}};
  load.calls = (options.commands + kOneClientCommands) / kCardsPerAccount + 1;
  load.request = [run](size_t index) { return OpenAccountRequest(run, index); };
  return RunLoad(load);
}

void Print(const CommandsOptions& options, const Measured& commands, const Measured& echo,
           int64_t sync_us) {
  const double one_client_base = static_cast<double>(echo.one_client_p50_us + sync_us);
  const double ratio = commands.per_second / echo.per_second;
  const double cpu_ratio = commands.cpu_us / echo.cpu_us;
  const double latency_ratio = static_cast<double>(commands.one_client_p50_us) / one_client_base;
  if (options.json) {
    absl::PrintF(
        "{\"figure\":\"commands\",\"commands_per_second\":%.0f,\"echo_calls_per_second\":%.0f,"
        "\"ratio\":%.3f,\"cpu_us_per_command\":%.1f,\"cpu_us_per_echo_call\":%.1f,"
        "\"cpu_ratio\":%.2f,\"p50_us\":%d,\"p99_us\":%d,\"one_client_p50_us\":%d,"
        "\"echo_one_client_p50_us\":%d,\"sync_p50_us\":%d,\"one_client_ratio\":%.2f}\n",
        commands.per_second, echo.per_second, ratio, commands.cpu_us, echo.cpu_us, cpu_ratio,
        commands.p50_us, commands.p99_us, commands.one_client_p50_us, echo.one_client_p50_us,
        sync_us, latency_ratio);
    return;
  }
  absl::PrintF("durable AddCard   %8.0f /s   server CPU %6.1f us   p50 %d us   p99 %d us\n",
               commands.per_second, commands.cpu_us, commands.p50_us, commands.p99_us);
  absl::PrintF("echo              %8.0f /s   server CPU %6.1f us   p50 %d us   p99 %d us\n",
               echo.per_second, echo.cpu_us, echo.p50_us, echo.p99_us);
  absl::PrintF("ratio             %8.2f      %17.2f\n", ratio, cpu_ratio);
  absl::PrintF("one client        %8d us  echo %d us + data sync %d us   ratio %.2f\n",
               commands.one_client_p50_us, echo.one_client_p50_us, sync_us, latency_ratio);
}

}  // namespace

int MeasureCommands(const CommandsOptions& options) {
  std::string pattern = options.folder + "/billing-bench-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    absl::FPrintF(stderr, "billing-bench: cannot make a folder in %s\n", options.folder);
    return 1;
  }
  int code = 0;
  auto billingd = Child::Start({options.billingd, "--data-dir", pattern + "/data", "--listen",
                                "127.0.0.1:0", "--http-listen", "127.0.0.1:0", "--insecure-dev"});
  if (!billingd.ok()) {
    absl::FPrintF(stderr, "billing-bench: %s\n", billingd.status().ToString());
    code = 1;
  }
  for (size_t run = 0; code == 0 && run < options.runs; ++run) {
    const LoadResult opened = OpenAccounts(options, (*billingd)->address(), run);
    const Measured commands = Measure(options, **billingd, run);
    auto echo =
        Child::Start({options.self, "echo", "--reply-bytes", absl::StrCat(commands.reply_bytes)});
    if (!echo.ok() || opened.failed + commands.failed > 0) {
      absl::FPrintF(stderr, "billing-bench: %d calls failed: %s%s\n",
                    opened.failed + commands.failed, opened.first_failure, commands.first_failure);
      code = 1;
      break;
    }
    Print(options, commands, Measure(options, **echo, run), SyncMedianUs(pattern));
  }
  if (billingd.ok()) billingd->reset();
  std::filesystem::remove_all(pattern);
  return code;
}

}  // namespace billing::bench

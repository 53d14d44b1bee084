#include "tools/bench/bench.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/bench/machine.h"

namespace billing::bench {
namespace {

Words DescribeSettings(const Options& options) {
  return {{"billingd", options.address.empty() ? options.billingd : options.address},
          {"runs", absl::StrCat(options.runs)},
          {"commands", absl::StrCat(options.commands)},
          {"events", absl::StrCat(options.events)},
          {"accounts", absl::StrCat(options.accounts)},
          {"one_client", absl::StrCat(options.one_client)},
          {"connections", absl::StrCat(options.connections)},
          {"in_flight", absl::StrCat(options.in_flight)},
          {"streams", absl::StrCat(options.streams.streams)},
          {"window", absl::StrCat(options.streams.window)},
          {"watchers", absl::StrCat(options.watchers)},
          {"log_events", absl::StrCat(options.log_events)},
          {"account_events", absl::StrCat(options.account_events)},
          {"seed", absl::StrCat(options.seed)}};
}

absl::StatusOr<Run> RunOf(const LoadResult& result, double cpu_seconds) {
  if (result.failed > 0) {
    return absl::InternalError(absl::StrCat(result.failed, " of ", result.latencies_ns.count(),
                                            " calls failed, the first: ", result.first_failure));
  }
  const auto us = [&](double share) {
    return static_cast<double>(result.latencies_ns.ValueAt(share)) * 1e-3;
  };
  return Run{.per_second = result.PerSecond(),
             .cpu_us = cpu_seconds * 1e6 / static_cast<double>(result.latencies_ns.count()),
             .p50_us = us(0.5),
             .p99_us = us(0.99),
             .p999_us = us(0.999),
             .max_us = static_cast<double>(result.latencies_ns.max()) * 1e-3,
             .reply_bytes = result.reply_bytes};
}

}  // namespace

Bench::Bench(const Options& options, std::string_view verb, std::string folder)
    : options_(options),
      folder_(std::move(folder)),
      setting_{.verb = std::string(verb),
               .machine = DescribeMachine(folder_),
               .settings = DescribeSettings(options)} {}

absl::StatusOr<Server> Bench::StartBillingd(const std::string& store,
                                            const std::vector<std::string>& flags) {
  Server server;
  std::string address = options_.address;
  if (address.empty()) {
    const std::string path = absl::StrCat(folder_, "/", store);
    std::vector<std::string> command = {options_.billingd, "--data-dir",    path,
                                        "--listen",        "127.0.0.1:0",   "--http-listen",
                                        "127.0.0.1:0",     "--insecure-dev"};
    command.insert(command.end(), flags.begin(), flags.end());
    auto process = Child::Start(command, path + ".log");
    if (!process.ok()) return process.status();
    server.process = *std::move(process);
    address = server.process->address();
  }
  auto client = LoadClient::Connect(address, options_.connections);
  if (!client.ok()) return client.status();
  server.client = *std::move(client);
  server.address = std::move(address);
  return server;
}

absl::StatusOr<Server> Bench::StartEcho(size_t reply_bytes) {
  auto process = Child::Start({options_.self, "echo", "--reply-bytes", absl::StrCat(reply_bytes)},
                              folder_ + "/echo.log");
  if (!process.ok()) return process.status();
  auto client = LoadClient::Connect((*process)->address(), options_.connections);
  if (!client.ok()) return client.status();
  const std::string address = (*process)->address();
  return Server{.address = address, .process = *std::move(process), .client = *std::move(client)};
}

absl::StatusOr<Run> Bench::Saturate(Server& server, const Traffic& traffic,
                                    size_t in_flight) const {
  const double cpu_before = server.CpuSeconds();
  const LoadResult result = server.client->Saturate(traffic, in_flight);
  return RunOf(result, server.CpuSeconds() - cpu_before);
}

absl::StatusOr<Run> Bench::SaturateStreams(Server& server, const Traffic& traffic,
                                           const StreamShape& shape) const {
  const double cpu_before = server.CpuSeconds();
  const LoadResult result = bench::SaturateStreams(server.client->channels(), traffic, shape);
  return RunOf(result, server.CpuSeconds() - cpu_before);
}

absl::StatusOr<Run> Bench::Follow(Server& server, const Traffic& traffic, double per_second,
                                  uint64_t seed) const {
  const double cpu_before = server.CpuSeconds();
  const LoadResult result = server.client->Follow(traffic, Schedule(per_second, seed));
  return RunOf(result, server.CpuSeconds() - cpu_before);
}

absl::StatusOr<std::vector<std::string>> Bench::OpenAccounts(Server& server, size_t count) {
  Openings openings = bench::OpenAccounts(names_, count);
  const auto run = Saturate(server, openings.traffic, options_.in_flight);
  if (!run.ok()) return run.status();
  return std::move(openings.accounts);
}

void Bench::Tell(const Figure& figure) {
  if (options_.json) {
    absl::PrintF("%s\n", JsonOf(figure, setting_));
  } else {
    if (!told_) absl::PrintF("%s\n", TextOf(setting_));
    absl::PrintF("%s", TextOf(figure));
  }
  told_ = true;
  std::fflush(stdout);
}

void Bench::Say(const std::string& what) const {
  if (isatty(STDERR_FILENO) != 0) absl::FPrintF(stderr, "%s\n", what);
}

std::vector<double> PerSecondOf(const std::vector<Run>& runs) {
  return Each(runs, [](const Run& run) { return run.per_second; });
}

std::vector<double> CpuUsOf(const std::vector<Run>& runs) {
  return Each(runs, [](const Run& run) { return run.cpu_us; });
}

std::vector<double> Ratios(const std::vector<double>& ours, const std::vector<double>& theirs) {
  std::vector<double> ratios;
  for (size_t i = 0; i < ours.size(); ++i) ratios.push_back(ours[i] / theirs[i]);
  return ratios;
}

}  // namespace billing::bench

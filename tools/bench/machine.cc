#include "tools/bench/machine.h"

#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace billing::bench {
namespace {

constexpr int kSyncs = 300;
constexpr size_t kRecordBytes = 300;

std::string Processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

// The type of the mount that `folder` lies on: the longest mount point above it.
std::string FileSystemOf(const std::string& folder) {
  std::error_code error;
  const std::string path = std::filesystem::canonical(folder, error).string() + "/";
  std::ifstream file("/proc/self/mounts");
  std::string best = "unknown";
  size_t best_length = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string device;
    std::string point;
    std::string type;
    fields >> device >> point >> type;
    if (!point.ends_with('/')) point += '/';
    if (path.starts_with(point) && point.size() >= best_length) {
      best = type;
      best_length = point.size();
    }
  }
  return best;
}

std::string Kernel() {
  utsname names{};
  return uname(&names) == 0 ? absl::StrCat(names.sysname, " ", names.release) : "unknown";
}

}  // namespace

Words DescribeMachine(const std::string& folder) {
  const double memory_gib = static_cast<double>(sysconf(_SC_PHYS_PAGES)) *
                            static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 30);
  return {{"processor", Processor()},
          {"cores", absl::StrCat(sysconf(_SC_NPROCESSORS_ONLN))},
          {"memory_gib", absl::StrFormat("%.0f", memory_gib)},
          {"kernel", Kernel()},
          {"file_system", FileSystemOf(folder)},
          {"grpc", grpc::Version()}};
}

absl::StatusOr<double> MeasureSyncUs(const std::string& folder) {
  const std::string path = folder + "/sync-probe";
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return absl::ErrnoToStatus(errno, path);
  const std::string bytes(kRecordBytes, 'x');
  std::vector<double> times_us;
  absl::Status status;
  for (int i = 0; i < kSyncs && status.ok(); ++i) {
    const auto start = std::chrono::steady_clock::now();
    if (write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
        fdatasync(file) != 0) {
      status = absl::ErrnoToStatus(errno, path);
    }
    times_us.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
            .count());
  }
  close(file);
  std::filesystem::remove(path);
  if (!status.ok()) return status;
  return MedianOf(std::move(times_us));
}

}  // namespace billing::bench

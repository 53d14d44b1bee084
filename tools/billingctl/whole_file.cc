#include "tools/billingctl/whole_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace billing::billingctl {

WholeFile::WholeFile(const Place& place) {
  std::error_code missing;
  const std::filesystem::path there = std::filesystem::canonical(place.path, missing);
  target_ = missing ? place.path : there.string();
  if (!missing && !std::filesystem::is_regular_file(there)) {
    out_.setstate(std::ios::failbit);
  } else {
    Begin(place.permissions);
  }
}

WholeFile::~WholeFile() {
  if (!unfinished_.empty()) std::remove(unfinished_.c_str());
}

void WholeFile::Begin(mode_t permissions) {
  const std::string name = absl::StrCat(target_, ".new.", getpid());
  // Of a process that had this number before.
  std::remove(name.c_str());
  const int descriptor = open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions);
  if (descriptor < 0) return out_.setstate(std::ios::failbit);
  close(descriptor);
  unfinished_ = name;
  out_.open(name, std::ios::binary);
}

bool WholeFile::Finish() {
  out_.close();
  if (!out_ || std::rename(unfinished_.c_str(), target_.c_str()) != 0) return false;
  unfinished_.clear();
  return true;
}

}  // namespace billing::billingctl

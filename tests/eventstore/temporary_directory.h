// A directory of the test's own, removed with all it holds.
#ifndef BILLING_TESTS_EVENTSTORE_TEMPORARY_DIRECTORY_H_
#define BILLING_TESTS_EVENTSTORE_TEMPORARY_DIRECTORY_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace billing::eventstore {

class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Whole files; a test that damages bytes reads, changes and writes them.
std::string FileContents(const std::string& path);
void SetFileContents(const std::string& path, std::string_view contents);
// Changes one bit of the byte at `offset`.
void FlipBit(const std::string& path, uint64_t offset);

}  // namespace billing::eventstore

#endif  // BILLING_TESTS_EVENTSTORE_TEMPORARY_DIRECTORY_H_

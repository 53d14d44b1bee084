// The journal of power_loss.cc: what was done to the files of a folder, in the order in which it
// was done. power_loss.py reads it.
#ifndef BILLING_TESTS_SYSTEM_POWER_JOURNAL_H_
#define BILLING_TESTS_SYSTEM_POWER_JOURNAL_H_

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace billing::power_loss {

constexpr uint64_t kNoInode = 0;

enum class Kind : uint32_t {
  kWrite = 1,   // bytes at an offset of a file
  kResize = 2,  // of a file, to the length in `offset`
  kCreate = 3,  // of a file, whose inode stands in the line that it is done
  kMakeFolder = 4,
  kLink = 5,
  kRename = 6,
  kRemove = 7,
  kRemoveFolder = 8,
  kSync = 9,   // of a file or folder: of what was done before
  kDone = 10,  // `number` is that of the operation, `offset` what it returned
};

struct Operation {
  Kind kind;
  uint64_t inode = kNoInode;
  int64_t offset = 0;
  std::string path = {};
  std::string other_path = {};
  std::string_view data = {};
};

// Empty when it is not in the environment.
const char* Setting(const char* name);

// Says so and ends the process, as a failed assertion does.
[[noreturn]] void GiveUp(const char* what, const std::string& path);

// In the folder BILLING_POWER_JOURNAL: the file `journal`, and copies and links of the files that
// an operation is about to change or to take a name from. Ends the process when it cannot be
// written.
class Journal {
 public:
  static Journal& Get();

  // Held from an operation's first line to its second, but for that of a sync.
  std::mutex& one_at_a_time() { return one_at_a_time_; }

  // The operation's number. REQUIRES, as everything below: one_at_a_time().
  uint64_t Begin(const Operation& operation);
  // Leaves errno as it is.
  void Done(uint64_t number, int64_t result, uint64_t inode);

  // A file with nothing to keep.
  void Made(uint64_t inode) { kept_.insert(inode); }
  // Its contents as they were when the process started.
  void KeepContents(uint64_t inode, const std::string& path);
  // The file itself, which is about to lose a name.
  void KeepFile(const std::string& path);

 private:
  Journal();
  std::string Beside(const char* what, uint64_t inode) const;
  void Write(const Operation& operation, uint64_t number);

  std::mutex one_at_a_time_;
  const std::string folder_;
  const uint64_t cut_at_;
  const int descriptor_;
  uint64_t number_ = 0;
  std::set<uint64_t> kept_;
};

}  // namespace billing::power_loss

#endif  // BILLING_TESTS_SYSTEM_POWER_JOURNAL_H_

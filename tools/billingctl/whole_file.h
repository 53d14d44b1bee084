// A file that is there whole or not at all, for what an earlier one was kept for.
#ifndef BILLING_TOOLS_BILLINGCTL_WHOLE_FILE_H_
#define BILLING_TOOLS_BILLINGCTL_WHOLE_FILE_H_

#include <sys/types.h>

#include <fstream>
#include <string>

namespace billing::billingctl {

// Not thread-safe.
class WholeFile {
 public:
  struct Place {
    std::string path;
    // Before the umask takes its part.
    mode_t permissions = 0666;
  };

  // Begins a file beside the place, or beside what a link there leads to.
  explicit WholeFile(const Place& place);
  // Removes what was begun and not finished.
  ~WholeFile();
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;

  // Bad when nothing could be begun: also where something is that is no regular file.
  std::ostream& out() { return out_; }
  // Puts it in its place. False when something failed: what was there is there still.
  bool Finish();

 private:
  void Begin(mode_t permissions);

  std::string target_;
  // Empty: there is nothing to be removed.
  std::string unfinished_;
  std::ofstream out_;
};

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_WHOLE_FILE_H_

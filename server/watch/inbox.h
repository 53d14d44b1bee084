// What other threads leave for the hub's.
#ifndef BILLING_SERVER_WATCH_INBOX_H_
#define BILLING_SERVER_WATCH_INBOX_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace billing::server {

class Watch;

// Thread-safe.
class Inbox {
 public:
  enum class Kind {
    kJoined,   // a new watch
    kDrained,  // its reader has taken everything that waited
    kGone,     // its peer is gone
    kLooked,   // a page of the log was looked at for it
  };
  struct Word {
    Kind kind;
    std::shared_ptr<Watch> watch;
  };

  // False once it is closed: nobody will see it.
  bool Leave(Word word);
  // There may be new records.
  void LeaveNews();
  void Close();

  struct Content {
    std::vector<Word> words;
    bool news = false;
    bool closed = false;
  };
  // Waits until there is something, at most so long.
  Content Take(int64_t wait_us);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Content content_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_WATCH_INBOX_H_

#include "server/watch/inbox.h"

#include <chrono>
#include <utility>

namespace billing::server {

bool Inbox::Leave(Word word) {
  {
    const std::lock_guard lock(mutex_);
    if (content_.closed) return false;
    content_.words.push_back(std::move(word));
  }
  changed_.notify_one();
  return true;
}

void Inbox::LeaveNews() {
  {
    const std::lock_guard lock(mutex_);
    content_.news = true;
  }
  changed_.notify_one();
}

void Inbox::Close() {
  {
    const std::lock_guard lock(mutex_);
    content_.closed = true;
  }
  changed_.notify_one();
}

Inbox::Content Inbox::Take(int64_t wait_us) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::microseconds(wait_us),
                    [this] { return content_.news || content_.closed || !content_.words.empty(); });
  Content taken = std::exchange(content_, Content());
  content_.closed = taken.closed;
  return taken;
}

}  // namespace billing::server

// The one thread that serves gRPC's completion queue: it receives calls and what becomes of
// them, and does what others leave it to do. One thread and one queue cost least by far:
// every other that waits for the same sockets is woken in vain (tools/bench/FIGURES.md).
//
// It works in turns: it takes what has happened, handles what is alike in a row, and gives all
// answers at the end, those to one connection in one burst. Each step's code and data then stay
// at hand in the processor's caches, and each answer costs no packet of its own.
#ifndef BILLING_SERVER_RPC_CALL_LOOP_H_
#define BILLING_SERVER_RPC_CALL_LOOP_H_

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "grpcpp/alarm.h"
#include "grpcpp/completion_queue.h"
#include "server/rpc/answer_burst.h"

namespace billing::server {

// Something that was asked of gRPC; its address is the tag.
class CallEvent {
 public:
  // The order within a turn.
  enum class Step { kArrival, kRequest, kOther };

  explicit CallEvent(Step step) : step_(step) {}
  Step step() const { return step_; }
  // It has happened; or did not, because the peer is gone or the server ends. On the loop's
  // thread; must not block.
  virtual void Happened(bool ok) = 0;

 protected:
  ~CallEvent() = default;

 private:
  const Step step_;
};

// Something to do on the loop's thread, or instead of it (CallLoop::RunOrPost); must not block.
class LoopWork {
 public:
  virtual void RunOnLoop() = 0;

 protected:
  ~LoopWork() = default;
};

// The answer to a call.
class LoopAnswer {
 public:
  // Where it goes: Connection::peer.
  virtual std::string peer() const = 0;
  // Hands it to gRPC, on whichever thread. Nothing is called back from within.
  virtual void Give() = 0;

 protected:
  ~LoopAnswer() = default;
};

class CallLoop {
 public:
  // As much as happened is taken into one turn, and so many answers are given by its end; when
  // there are more, before. Whoever is first in a turn shall not wait for many more.
  static constexpr size_t kEventsMax = 128;
  static constexpr size_t kAnswersMax = 64;
  // Of what others leave it to do, so much is done in one turn: more than most batches of the
  // writer leave, much less than there are reads that may wait for one position.
  static constexpr size_t kWorksMax = 512;
  // The same of those that are posted behind; each may be a whole read.
  static constexpr size_t kWorksBehindMax = 32;

  // `connections` outlives it.
  CallLoop(std::unique_ptr<grpc::ServerCompletionQueue> queue, const Connections& connections);
  CallLoop(const CallLoop&) = delete;
  CallLoop& operator=(const CallLoop&) = delete;
  // REQUIRES: Stop was called, or Run never was.
  ~CallLoop();

  // REQUIRES: nothing that its events would do comes before it returns.
  void Run();
  // Waits until every call that began has ended, and ends the thread. REQUIRES: the server
  // is shut down, so that no call begins any more.
  void Stop();

  // Runs it soon, in the order in which works were posted. Thread-safe; never blocks.
  // REQUIRES: a call that has not ended.
  void Post(LoopWork& work);
  // The same, but behind the others of a turn, and only kWorksBehindMax of them in one. For what
  // many wait with at once, so that nobody else waits for all of them.
  void PostBehind(LoopWork& work);
  // As Post; but when the loop has nothing to do it is done at once on the caller's thread,
  // at most kDirectMax times until the loop has woken: waking a thread costs whoever waits more
  // than the work does. REQUIRES: besides, the work may be done on any thread.
  void RunOrPost(LoopWork& work);

  // Gives the answer: at the end of the turn when called on the loop's thread, else at once.
  // Thread-safe. REQUIRES: it stays until it was given.
  void Answer(LoopAnswer& answer);

  // Around everything that waits for an event or posts work. Thread-safe.
  void CallBegins();
  void CallEnds();

  grpc::ServerCompletionQueue& queue() { return *queue_; }

 private:
  class Wake final : public CallEvent {
   public:
    explicit Wake(CallLoop& loop) : CallEvent(Step::kOther), loop_(loop) {}
    void Happened(bool ok) override;

   private:
    CallLoop& loop_;
  };

  // Answers to a handful of callers. Whoever has more to give leaves it to the loop.
  static constexpr int kDirectMax = 2;

  struct Happening {
    CallEvent* event;
    bool ok;
  };

  void Loop();
  bool TakeEvents();
  void Take(void* tag, bool ok);
  void HandleEvents();
  void GiveAnswers();
  void RunPosted();
  // REQUIRES: mutex_, all three.
  void Put(std::deque<LoopWork*>& works, LoopWork& work);
  // From the front of them into running_.
  void TakeWorks(std::deque<LoopWork*>& works, size_t works_max);
  void WakeUp();
  bool MayRunDirectly();

  const std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::thread thread_;
  Wake wake_{*this};

  std::mutex mutex_;
  std::condition_variable no_calls_;
  size_t calls_ = 0;
  std::deque<LoopWork*> posted_;
  std::deque<LoopWork*> posted_behind_;
  bool waking_ = false;
  grpc::Alarm alarm_;
  // How many works may be done at once by those who bring them: none while the loop is at work.
  std::atomic<int> direct_left_ = 0;

  // Of the loop's thread.
  std::array<std::vector<Happening>, 3> happened_;  // by CallEvent::Step
  std::vector<LoopWork*> running_;
  std::vector<LoopAnswer*> answers_;
  AnswerBurst burst_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_RPC_CALL_LOOP_H_

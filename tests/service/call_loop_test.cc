// The thread that serves gRPC's queue: who does the work that others leave to it, and in which
// order a turn goes.
#include "server/rpc/call_loop.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "grpcpp/alarm.h"
#include "gtest/gtest.h"
#include "tests/service/connection_ends.h"
#include "tests/service/loop_works.h"

namespace billing::server {
namespace {

class CallLoopTest : public ::testing::Test {
 protected:
  // Waits until the turn has ended that has taken all that happened until now.
  void AwaitTurn() {
    for (int turn = 0; turn < 2; ++turn) {
      Work work;
      loop_->Post(work);
      work.RanOn();
    }
  }

  Connections connections_;
  LoopAlone loop_{connections_};
};

TEST_F(CallLoopTest, WhatIsPostedRunsOnTheLoopInOrder) {
  Hold hold;
  loop_->Post(hold);
  hold.AwaitBegin();
  std::vector<int> order;
  class Note final : public LoopWork {
   public:
    Note(std::vector<int>& order, int number) : order_(order), number_(number) {}
    void RunOnLoop() override { order_.push_back(number_); }

   private:
    std::vector<int>& order_;
    const int number_;
  } first(order, 1), second(order, 2);
  Work last;
  loop_->Post(first);
  loop_->Post(second);
  loop_->Post(last);
  hold.End();
  EXPECT_NE(last.RanOn(), std::this_thread::get_id());
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST_F(CallLoopTest, ALoopAtWorkDoesWhatOthersBring) {
  Hold hold;
  loop_->Post(hold);
  hold.AwaitBegin();
  Work work;
  loop_->RunOrPost(work);
  hold.End();
  EXPECT_NE(work.RanOn(), std::this_thread::get_id());
}

TEST_F(CallLoopTest, WhileTheLoopIsIdleAFewWorksAreDoneByThoseWhoBringThem) {
  for (;;) {  // until the loop has come to rest; ends by the test's own time limit
    std::vector<Work> works(3);
    for (Work& work : works) loop_->RunOrPost(work);
    int direct = 0;
    for (Work& work : works) direct += work.RanOn() == std::this_thread::get_id() ? 1 : 0;
    // A third one wakes it.
    ASSERT_LE(direct, 2);
    if (direct == 2) return;
  }
}

using Notes = std::vector<std::string>;

class NotedAnswer final : public LoopAnswer {
 public:
  explicit NotedAnswer(Notes& notes) : notes_(notes) {}
  std::string peer() const override { return "ipv4:192.0.2.1:1"; }
  void Give() override { notes_.push_back("answer"); }

 private:
  Notes& notes_;
};

// Notes that it has happened, and answers.
class NotedEvent final : public CallEvent {
 public:
  NotedEvent(Step step, std::string name, CallLoop& loop, Notes& notes, size_t answers = 1)
      : CallEvent(step), name_(std::move(name)), loop_(loop), notes_(notes) {
    while (answers_.size() < answers) answers_.push_back(std::make_unique<NotedAnswer>(notes));
  }

  void Happened(bool) override {
    notes_.push_back(name_);
    for (const auto& answer : answers_) loop_.Answer(*answer);
  }
  // It has happened once the queue comes to it.
  void Queue() {
    alarm_.Set(&loop_.queue(), gpr_time_0(GPR_CLOCK_MONOTONIC), static_cast<CallEvent*>(this));
  }

 private:
  const std::string name_;
  CallLoop& loop_;
  Notes& notes_;
  std::vector<std::unique_ptr<NotedAnswer>> answers_;
  grpc::Alarm alarm_;
};

TEST_F(CallLoopTest, ATurnHandlesWhatIsAlikeInARowAndGivesItsAnswersAtItsEnd) {
  Notes notes;
  NotedEvent other(CallEvent::Step::kOther, "other", *loop_, notes);
  NotedEvent request(CallEvent::Step::kRequest, "request", *loop_, notes);
  NotedEvent arrival(CallEvent::Step::kArrival, "arrival", *loop_, notes);
  NotedEvent request_too(CallEvent::Step::kRequest, "request too", *loop_, notes);
  Hold hold;
  loop_->Post(hold);
  hold.AwaitBegin();
  for (NotedEvent* event : {&other, &request, &arrival, &request_too}) event->Queue();
  hold.End();
  AwaitTurn();
  EXPECT_EQ(notes, (Notes{"arrival", "request", "request too", "other", "answer", "answer",
                          "answer", "answer"}));
}

TEST_F(CallLoopTest, ATurnWithManyAnswersGivesTheFirstOfThemBeforeItsEnd) {
  Notes notes;
  NotedEvent first(CallEvent::Step::kRequest, "first", *loop_, notes, CallLoop::kAnswersMax + 1);
  NotedEvent second(CallEvent::Step::kOther, "second", *loop_, notes, 0);
  Hold hold;
  loop_->Post(hold);
  hold.AwaitBegin();
  first.Queue();
  second.Queue();
  hold.End();
  AwaitTurn();
  Notes expected{"first"};
  expected.resize(1 + CallLoop::kAnswersMax, "answer");
  expected.insert(expected.end(), {"second", "answer"});
  EXPECT_EQ(notes, expected);
}

TEST_F(CallLoopTest, WhatHappensIsNotHeldUpByManyWorks) {
  class Note final : public LoopWork {
   public:
    explicit Note(Notes& notes) : notes_(notes) {}
    void RunOnLoop() override { notes_.push_back("work"); }

   private:
    Notes& notes_;
  };
  Notes notes;
  std::vector<Note> works(CallLoop::kWorksMax + 1, Note(notes));
  NotedEvent event(CallEvent::Step::kOther, "event", *loop_, notes, 0);
  Hold hold;
  loop_->Post(hold);
  hold.AwaitBegin();
  for (Note& work : works) loop_->Post(work);
  event.Queue();
  hold.End();
  AwaitTurn();
  ASSERT_EQ(notes.size(), works.size() + 1);
  EXPECT_EQ(notes.back(), "work") << "the event came before the last";
}

TEST_F(CallLoopTest, WhatIsPostedBehindHoldsUpNobody) {
  class Note final : public LoopWork {
   public:
    Note(Notes& notes, std::string note) : notes_(notes), note_(std::move(note)) {}
    void RunOnLoop() override { notes_.push_back(note_); }

   private:
    Notes& notes_;
    const std::string note_;
  };
  Notes notes;
  std::vector<Note> behind(2 * CallLoop::kWorksBehindMax, Note(notes, "behind"));
  Note work(notes, "work");
  NotedEvent event(CallEvent::Step::kOther, "event", *loop_, notes, 0);
  Work last;
  Hold hold;
  loop_->Post(hold);
  hold.AwaitBegin();
  for (Note& each : behind) loop_->PostBehind(each);
  loop_->PostBehind(last);
  loop_->Post(work);
  event.Queue();
  hold.End();
  EXPECT_NE(last.RanOn(), std::this_thread::get_id());
  ASSERT_EQ(notes.size(), behind.size() + 2);
  EXPECT_EQ(notes.front(), "work");
  EXPECT_EQ(notes.back(), "behind") << "the event came before the last of them";
}

TEST_F(CallLoopTest, AnAnswerFromAnotherThreadIsGivenAtOnce) {
  Notes notes;
  NotedAnswer answer(notes);
  Hold hold;
  loop_->Post(hold);
  hold.AwaitBegin();
  loop_->Answer(answer);
  EXPECT_EQ(notes, Notes{"answer"});
  hold.End();
  AwaitTurn();
}

// Notes whether what is written to its connection waits as it is given.
class WaitingAnswer final : public LoopAnswer {
 public:
  WaitingAnswer(const Ends& ends, const Connection& connection, std::vector<bool>& waits)
      : ends_(ends), connection_(connection), waits_(waits) {}
  std::string peer() const override { return connection_.peer(); }
  void Give() override { waits_.push_back(ends_.IsHeld()); }

 private:
  const Ends& ends_;
  const Connection& connection_;
  std::vector<bool>& waits_;
};

// Gives all of them in one turn.
class AnswerAll final : public LoopWork {
 public:
  AnswerAll(CallLoop& loop, std::vector<WaitingAnswer>& answers) : loop_(loop), answers_(answers) {}
  void RunOnLoop() override {
    for (WaitingAnswer& answer : answers_) loop_.Answer(answer);
  }

 private:
  CallLoop& loop_;
  std::vector<WaitingAnswer>& answers_;
};

class CallLoopBurstTest : public CallLoopTest {
 protected:
  CallLoopBurstTest() { connections_.Add(connection_); }

  // Which of so many answers of one turn wait as they are given.
  std::vector<bool> WaitsOf(size_t answers_in_turn) {
    std::vector<bool> waits;
    std::vector<WaitingAnswer> answers(answers_in_turn, WaitingAnswer(ends_, *connection_, waits));
    AnswerAll work(*loop_, answers);
    loop_->Post(work);
    AwaitTurn();
    return waits;
  }

  const Ends ends_{"127.0.0.1"};
  const std::shared_ptr<Connection> connection_ = ends_.Duplicate();
};

TEST_F(CallLoopBurstTest, TheAnswersOfATurnToOneConnectionLeaveInABurstThatEndsWithIt) {
  EXPECT_EQ(WaitsOf(3), (std::vector<bool>{false, true, true}));
  EXPECT_FALSE(ends_.IsHeld());
}

TEST_F(CallLoopBurstTest, ATurnsOnlyAnswerIsNoBurst) {
  EXPECT_EQ(WaitsOf(1), (std::vector<bool>{false}));
  EXPECT_EQ(WaitsOf(1), (std::vector<bool>{false}));
}

}  // namespace
}  // namespace billing::server

// A scheduler over a whole engine, stepped by the test under the test's clock.
#ifndef BILLING_TESTS_ENGINE_SCHEDULER_FIXTURE_H_
#define BILLING_TESTS_ENGINE_SCHEDULER_FIXTURE_H_

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "billing/storage/v1/record.pb.h"
#include "server/engine/scheduler.h"
#include "tests/engine/engine_fixture.h"

namespace billing::server {

inline constexpr int64_t kSecondUs = 1'000'000;
inline constexpr int64_t kDayUs = 86'400 * kSecondUs;
inline constexpr char kSchedulerTestOperator[] = "services/operator";

class SchedulerTest : public EngineTest {
 protected:
  ~SchedulerTest() override;

  // Starts the engine, with an account `acme` when the log is empty.
  void StartEngineWithAccount();
  // Over engine_, or another one.
  void StartScheduler(Engine* engine = nullptr);
  // ... and lets the clock be steady for long enough.
  void StartSteadyScheduler(Engine* engine = nullptr);
  // As SIGTERM does: first the scheduler, then the engine.
  void StopAll();

  // Steps and waits until everything that was given is answered: how many were given.
  size_t Step();
  // Waits until so many commands were answered since the scheduler started.
  void WaitForAnswers(size_t count);

  // By an operator; `DISABLED`, or a failure.
  void Disable(const std::string& subscription);
  // Many at once: made and disabled, `sub-0` and so on.
  void DisableMany(size_t count);
  // Sets both clocks forward to a moment.
  void AdvanceTo(std::chrono::sys_seconds time);

  // What the readers see.
  billing::v1::SubscriptionState StateOf(const std::string& subscription);
  // All there is in the log.
  std::vector<storage::v1::Record> Records();
  // Deletions of subscriptions in the log.
  size_t Deletions();

  std::mutex mutex_;
  std::condition_variable answered_;
  // Each with what Describe says of it.
  std::vector<std::pair<ScheduledCommand, std::string>> answers_;
  std::vector<absl::Status> failures_;
  std::unique_ptr<Scheduler> scheduler_;
};

billing::v1::Command DisableCommand(const std::string& subscription);
billing::v1::Command CancelCommand(const std::string& subscription);
billing::v1::Command ReactivateCommand(const std::string& subscription);
billing::v1::Command DeleteCommand(const std::string& subscription);

// `Accepted`, or what it was instead, in words.
std::string Describe(const Outcome& outcome);

}  // namespace billing::server

#endif  // BILLING_TESTS_ENGINE_SCHEDULER_FIXTURE_H_

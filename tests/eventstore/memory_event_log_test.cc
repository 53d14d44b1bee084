#include "eventstore/memory/memory_event_log.h"

#include "tests/eventstore/event_log_contract.h"

namespace billing::eventstore {
namespace {

class MemoryStore final : public StoreUnderTest {
 public:
  EventLog& log() override { return *log_; }

 private:
  std::unique_ptr<EventLog> log_ = NewMemoryEventLog();
};

INSTANTIATE_TEST_SUITE_P(Memory, EventLogContract,
                         testing::Values(+[]() -> std::unique_ptr<StoreUnderTest> {
                           return std::make_unique<MemoryStore>();
                         }));

}  // namespace
}  // namespace billing::eventstore

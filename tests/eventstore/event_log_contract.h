// The contract of EventLog as tests: every store passes them. A store's test file
// instantiates them in a few lines:
//
//   INSTANTIATE_TEST_SUITE_P(Memory, EventLogContract,
//                            testing::Values(&MakeMemoryStore));
#ifndef BILLING_TESTS_EVENTSTORE_EVENT_LOG_CONTRACT_H_
#define BILLING_TESTS_EVENTSTORE_EVENT_LOG_CONTRACT_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/event_log.h"

namespace billing::eventstore {

// An empty log and what it stands on.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual EventLog& log() = 0;
};

using MakeStore = std::unique_ptr<StoreUnderTest> (*)();

class EventLogContract : public testing::TestWithParam<MakeStore> {
 protected:
  EventLog& log() { return store_->log(); }

 private:
  std::unique_ptr<StoreUnderTest> store_ = GetParam()();
};

// Appends texts, or says in words what happened instead.
absl::Status AppendTexts(EventLog& log, Position expected_head,
                         const std::vector<std::string>& texts);

// "1:first 2:second", or the error's code in words.
std::string ReadTexts(const EventLog& log, Position from, size_t limit);
std::string ReadTextsAt(const EventLog& log, const std::vector<Position>& positions);

}  // namespace billing::eventstore

#endif  // BILLING_TESTS_EVENTSTORE_EVENT_LOG_CONTRACT_H_

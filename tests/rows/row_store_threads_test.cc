// Readers, the writer and the flusher at the same time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/rows/row_store_fixture.h"
#include "tests/rows/rows_of.h"

namespace billing::projections {
namespace {

using ::testing::Optional;

// Every batch writes its position to both ends of the key space and moves one marker row
// along: a version that mixes two batches shows it.
void StageBatch(RowStore& store, uint64_t position) {
  const std::string value = std::to_string(position);
  store.Stage("first", value, position);
  store.Stage("moving " + std::to_string((position - 1) % 7), std::nullopt, position);
  store.Stage("moving " + std::to_string(position % 7), value, position);
  store.Stage("other " + value, std::string(100, 'x'), position);
  store.Stage("z last", value, position);
}

void ExpectOneBatch(const Version& version) {
  const std::string value = std::to_string(version.position());
  ASSERT_THAT(version.Get("first"), Optional(value));
  ASSERT_THAT(version.Get("z last"), Optional(value));
  const Rows moving{{"moving " + std::to_string(version.position() % 7), value}};
  for (const Order order : {Order::kAscending, Order::kDescending}) {
    ASSERT_EQ(RowsOf(version, KeysWithPrefix("moving "), order), moving);
    ASSERT_EQ(RowsOf(version, KeysWithPrefix("z"), order), (Rows{{"z last", value}}));
  }
  ASSERT_TRUE(version.status().ok()) << version.status();
}

TEST_F(RowStoreTest, ReadersSeeWholeBatchesDuringWritesAndFlushes) {
  constexpr uint64_t kBatches = 1'500;
  RowStoreOptions options = Options();
  options.layer_bytes = 20'000;
  options.idle_ms = 1;
  const auto store = Open(options);
  StageBatch(*store, 1);
  ASSERT_TRUE(store->Publish(1, "1").ok());

  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      std::shared_ptr<const Version> held = store->Current();
      for (int reads = 0; !done || reads < 10; ++reads) {
        const auto version = store->Current();
        ExpectOneBatch(*version);
        ExpectOneBatch(*held);
        if (reads % 20 == 0) held = version;
        if (testing::Test::HasFatalFailure()) return;
      }
    });
  }
  readers.emplace_back([&] {
    while (!done) {
      ASSERT_TRUE(store->Flush().ok());
      ASSERT_LE(store->records_behind(), kBatches);
    }
  });
  for (uint64_t position = 2; position <= kBatches; ++position) {
    StageBatch(*store, position);
    ASSERT_THAT(store->Staged()->Get("first"), Optional(std::to_string(position)));
    ASSERT_TRUE(store->Publish(position, std::to_string(position)).ok());
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  ASSERT_TRUE(store->Flush().ok());
  EXPECT_EQ(store->stored_mark(), std::to_string(kBatches));
  ExpectOneBatch(*store->Current());
}

}  // namespace
}  // namespace billing::projections

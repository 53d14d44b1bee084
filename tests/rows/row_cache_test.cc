#include "projections/rows/row_cache.h"

#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace billing::projections {
namespace {

std::string KeyOf(int number) { return "key-" + std::to_string(number); }

TEST(RowCache, GivesBackWhatItKeptAndNothingElse) {
  RowCache cache;
  EXPECT_EQ(cache.Find("visa"), std::nullopt);
  cache.Keep("visa", "1111");
  cache.Keep("empty", "");
  EXPECT_EQ(cache.Find("visa"), "1111");
  EXPECT_EQ(cache.Find("empty"), "");
  EXPECT_EQ(cache.Find("vis"), std::nullopt);
}

TEST(RowCache, NeverGivesOneKeyTheRowOfAnother) {
  RowCache cache;
  constexpr int kRows = 3 * static_cast<int>(RowCache::kPlaces);
  for (int i = 0; i < kRows; ++i) cache.Keep(KeyOf(i), std::to_string(i));
  int kept = 0;
  for (int i = 0; i < kRows; ++i) {
    const auto value = cache.Find(KeyOf(i));
    if (!value) continue;
    EXPECT_EQ(*value, std::to_string(i));
    ++kept;
  }
  EXPECT_GT(kept, static_cast<int>(RowCache::kPlaces) / 2);
  EXPECT_LE(kept, static_cast<int>(RowCache::kPlaces));
}

TEST(RowCache, KeepsNoLargeRow) {
  RowCache cache;
  cache.Keep("fits", std::string(RowCache::kRowBytesMax - 4, 'x'));
  cache.Keep("large", std::string(RowCache::kRowBytesMax - 4, 'x'));
  EXPECT_TRUE(cache.Find("fits"));
  EXPECT_FALSE(cache.Find("large"));
}

TEST(RowCache, IsSharedByThreads) {
  RowCache cache;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&cache] {
      for (int i = 0; i < 20'000; ++i) {
        const std::string key = KeyOf(i % 100);
        const auto value = cache.Find(key);
        EXPECT_EQ(value.value_or(key + key), key + key);
        cache.Keep(key, key + key);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace billing::projections

#include "projections/rows/row_cache.h"

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace billing::projections {
namespace {

constexpr RowCache::Bounds kBounds{.places = 32'768, .bytes_max = 1'024};

std::string KeyOf(int number) { return "key-" + std::to_string(number); }

std::optional<std::string> Find(const RowCache& cache, std::string_view key) {
  std::optional<std::string> value;
  const bool found = cache.Look(key, [&](std::string_view kept) { value = kept; });
  EXPECT_EQ(found, value.has_value());
  return value;
}

TEST(RowCache, GivesBackWhatItKeptAndNothingElse) {
  RowCache cache(kBounds);
  EXPECT_EQ(Find(cache, "visa"), std::nullopt);
  cache.Keep("visa", "1111");
  cache.Keep("empty", "");
  EXPECT_EQ(Find(cache, "visa"), "1111");
  EXPECT_EQ(Find(cache, "empty"), "");
  EXPECT_EQ(Find(cache, "vis"), std::nullopt);
}

TEST(RowCache, NeverGivesOneKeyTheRowOfAnother) {
  RowCache cache(kBounds);
  constexpr int kRows = 3 * static_cast<int>(kBounds.places);
  for (int i = 0; i < kRows; ++i) cache.Keep(KeyOf(i), std::to_string(i));
  int kept = 0;
  for (int i = 0; i < kRows; ++i) {
    const auto value = Find(cache, KeyOf(i));
    if (!value) continue;
    EXPECT_EQ(*value, std::to_string(i));
    ++kept;
  }
  EXPECT_GT(kept, static_cast<int>(kBounds.places) / 2);
  EXPECT_LE(kept, static_cast<int>(kBounds.places));
}

TEST(RowCache, KeepsTheLastOnesWherePlacesAreFew) {
  RowCache cache({.places = RowCache::kPlacesPerKey, .bytes_max = 100});
  constexpr int kRows = static_cast<int>(RowCache::kPlacesPerKey) + 3;
  for (int i = 0; i < kRows; ++i) cache.Keep(KeyOf(i), std::to_string(i));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Find(cache, KeyOf(i)), std::nullopt) << i;
  for (int i = 3; i < kRows; ++i) EXPECT_EQ(Find(cache, KeyOf(i)), std::to_string(i));
}

TEST(RowCache, KeepsNoLargeRow) {
  for (const size_t bytes_max : {size_t{1'024}, RowCache::kBytesMax}) {
    RowCache cache({.places = 1'024, .bytes_max = bytes_max});
    const std::string largest(bytes_max - 4, 'x');
    cache.Keep("fits", largest);
    cache.Keep("large", largest);
    EXPECT_EQ(Find(cache, "fits"), largest);
    EXPECT_EQ(Find(cache, "large"), std::nullopt);
  }
}

TEST(RowCache, IsSharedByThreads) {
  RowCache cache(kBounds);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&cache] {
      for (int i = 0; i < 20'000; ++i) {
        const std::string key = KeyOf(i % 100);
        const auto value = Find(cache, key);
        EXPECT_EQ(value.value_or(key + key), key + key);
        cache.Keep(key, key + key);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace billing::projections

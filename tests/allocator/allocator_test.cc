// What programs that link billing_allocator get: jemalloc answers them, set as it is meant to be.
// A misspelt name would be neither a compiler's error nor a linker's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <jemalloc/jemalloc.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace {

using testing::StrEq;

template <typename T>
T Option(const char* name) {
  T value{};
  size_t size = sizeof(value);
  EXPECT_EQ(mallctl(name, &value, &size, nullptr, 0), 0) << name;
  return value;
}

// Unless MALLOC_CONF in the environment of the test says otherwise.
TEST(Allocator, IsSetAsTheProgramSays) {
  EXPECT_THAT(Option<const char*>("opt.thp"), StrEq("always"));
  EXPECT_THAT(Option<const char*>("opt.metadata_thp"), StrEq("always"));
  EXPECT_TRUE(Option<bool>("opt.background_thread"));
}

TEST(Allocator, GivesTheMemoryThatNewAsksFor) {
  const auto before = Option<uint64_t>("thread.allocated");
  const std::string piece(1'000'000, 'x');
  EXPECT_GE(Option<uint64_t>("thread.allocated") - before, piece.size());
}

}  // namespace

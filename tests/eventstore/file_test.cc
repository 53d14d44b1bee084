#include "eventstore/file/file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <string>

#include "tests/eventstore/temporary_directory.h"

namespace billing::eventstore {
namespace {

using testing::HasSubstr;

// Nobody writes to the pipe: whoever waits for that waits for ever.
TEST(FileTest, ASecretInAPipeIsRefusedAtOnce) {
  const TemporaryDirectory directory;
  const std::string pipe = directory / "signing.pem";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const absl::Status refused = ReadSecretFile(pipe, 32).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("is not a file"));
}

TEST(FileTest, ASecretIsReadFromAFile) {
  const TemporaryDirectory directory;
  const std::string path = directory / "secret";
  ASSERT_TRUE(CreateFile(path, "secret bytes").ok());
  EXPECT_EQ(*ReadSecretFile(path, 6), "secret");
}

}  // namespace
}  // namespace billing::eventstore

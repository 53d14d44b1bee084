#include "aggregates/kernel/uuid.h"

#include <gtest/gtest.h>

namespace billing::kernel {
namespace {

constexpr std::string_view kText = "01890a5d-ac96-774b-bcce-b302099a8057";
constexpr std::string_view kBytes =
    "\x01\x89\x0a\x5d\xac\x96\x77\x4b\xbc\xce\xb3\x02\x09\x9a\x80\x57";

TEST(UuidBytes, AreTheSixteenThatTheTextSays) { EXPECT_EQ(UuidBytes(kText), kBytes); }

TEST(UuidBytes, AreTheSameInEitherCase) {
  EXPECT_EQ(UuidBytes("01890A5D-AC96-774B-BCCE-B302099A8057"), kBytes);
}

TEST(UuidBytes, TakeEveryVersion) {
  EXPECT_TRUE(UuidBytes("00000000-0000-0000-0000-000000000000").has_value());
  EXPECT_TRUE(UuidBytes("ffffffff-ffff-ffff-ffff-ffffffffffff").has_value());
}

TEST(UuidBytes, RefuseEveryOtherForm) {
  for (const std::string_view text :
       {"", "01890a5dac96774bbcceb302099a8057", "{01890a5d-ac96-774b-bcce-b302099a8057}",
        "01890a5d-ac96-774b-bcce-b302099a805", "01890a5d-ac96-774b-bcce-b302099a80577",
        "01890a5dac-96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a805g",
        "01890a5d-ac96-774b-bcce_b302099a8057", "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057"}) {
    EXPECT_FALSE(UuidBytes(text).has_value()) << text;
  }
}

TEST(UuidText, IsLowerCaseAndReadsBack) {
  EXPECT_EQ(UuidText(kBytes), kText);
  EXPECT_EQ(UuidBytes(UuidText(kBytes)), kBytes);
}

TEST(UuidV7Text, HoldsTimeVersionVariantAndTheRandomBits) {
  // The example of RFC 9562, A.6.
  EXPECT_EQ(
      UuidV7Text(0x017F22E279B0, {0x0C, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F}),
      "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

TEST(UuidV7Text, KeepsVersionAndVariantWhateverTheRandomBits) {
  EXPECT_EQ(UuidV7Text(0, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), "00000000-0000-7000-8000-000000000000");
  EXPECT_EQ(UuidV7Text((int64_t{1} << 48) - 1,
                       {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
            "ffffffff-ffff-7fff-bfff-ffffffffffff");
}

TEST(UuidV8Text, HoldsTheBitsButForVersionAndVariant) {
  // The bits of the name-based example of RFC 9562, B.2: SHA-256 of the DNS namespace and
  // `www.example.com`.
  EXPECT_EQ(UuidV8Text({0x5c, 0x14, 0x6b, 0x14, 0x3c, 0x52, 0x4a, 0xfd, 0x93, 0x8a, 0x37, 0x5d,
                        0x0d, 0xf1, 0xfb, 0xf6}),
            "5c146b14-3c52-8afd-938a-375d0df1fbf6");
  std::array<uint8_t, kUuidBytes> ones{};
  ones.fill(0xFF);
  EXPECT_EQ(UuidV8Text(ones), "ffffffff-ffff-8fff-bfff-ffffffffffff");
  EXPECT_EQ(UuidV8Text({}), "00000000-0000-8000-8000-000000000000");
}

TEST(UuidV7Text, SortsByTime) {
  EXPECT_LT(UuidV7Text(1'000, {0xFF, 0xFF}), UuidV7Text(1'001, {0, 0}));
}

}  // namespace
}  // namespace billing::kernel

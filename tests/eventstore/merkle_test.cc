#include "eventstore/integrity/merkle.h"

#include <gtest/gtest.h>

#include <bit>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tests/eventstore/naive_tree.h"

namespace billing::eventstore {
namespace {

TEST(Sha256, MatchesFips180) {
  EXPECT_EQ(Hex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Hex(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(HmacSha256, MatchesRfc4231) {
  EXPECT_EQ(Hex(HmacSha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(Hex(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(Hex(HmacSha256(std::string(131, '\xaa'),
                           "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacSha256, TakesEmptyKeysAndEmptyText) {
  EXPECT_EQ(Hex(HmacSha256({}, {})),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

// The eight leaves that Certificate Transparency's own implementations are tested with.
TEST(Frontier, MatchesTheKnownRootsOfCertificateTransparency) {
  const std::vector<std::string> leaves_hex = {"",
                                               "00",
                                               "10",
                                               "2021",
                                               "3031",
                                               "40414243",
                                               "5051525354555657",
                                               "606162636465666768696a6b6c6d6e6f"};
  const std::vector<std::string> roots = {
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  Frontier frontier;
  EXPECT_EQ(Hex(frontier.Root()), Hex(Sha256("")));
  for (size_t i = 0; i < roots.size(); ++i) {
    frontier.Append(LeafHash(absl::HexStringToBytes(leaves_hex[i])));
    EXPECT_EQ(frontier.size(), i + 1);
    EXPECT_EQ(Hex(frontier.Root()), roots[i]) << "tree of " << i + 1;
  }
}

TEST(Frontier, MatchesTheNaiveTreeOfEverySizeTo300) {
  Frontier frontier;
  std::vector<Hash> leaves;
  for (int size = 0; size <= 300; ++size) {
    ASSERT_EQ(Hex(frontier.Root()), Hex(NaiveRoot(leaves))) << "tree of " << size;
    leaves.push_back(LeafHash(absl::StrCat("record ", size)));
    frontier.Append(leaves.back());
  }
}

TEST(Frontier, GoesOnAfterItWasStored) {
  Frontier whole;
  for (int i = 0; i < 100; ++i) {
    std::string stored = whole.Serialize();
    EXPECT_EQ(stored.size(), 8 + 32 * static_cast<size_t>(std::popcount(unsigned(i))));
    std::optional<Frontier> again = Frontier::Parse(stored);
    ASSERT_TRUE(again.has_value());
    const Hash leaf = LeafHash(absl::StrCat(i));
    whole.Append(leaf);
    again->Append(leaf);
    ASSERT_EQ(again->size(), whole.size());
    ASSERT_EQ(Hex(again->Root()), Hex(whole.Root()));
  }
}

TEST(Frontier, RefusesOtherBytes) {
  Frontier three;
  for (const char* leaf : {"a", "b", "c"}) three.Append(LeafHash(leaf));
  const std::string stored = three.Serialize();
  EXPECT_TRUE(Frontier::Parse(stored).has_value());
  EXPECT_FALSE(Frontier::Parse("").has_value());
  EXPECT_FALSE(Frontier::Parse(stored.substr(0, 7)).has_value());
  EXPECT_FALSE(Frontier::Parse(stored.substr(0, stored.size() - 1)).has_value());
  EXPECT_FALSE(Frontier::Parse(stored + "x").has_value());
  EXPECT_FALSE(Frontier::Parse(stored.substr(0, stored.size() - 32)).has_value());
}

TEST(ToHex, WritesLowerCase) { EXPECT_EQ(ToHex(std::string("\x00\xab\xff", 3)), "00abff"); }

}  // namespace
}  // namespace billing::eventstore

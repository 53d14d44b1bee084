// Sources the script into a real bash and asks it what it would offer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

#include "tests/billingctl/fake_server.h"

namespace billing::billingctl {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

class Completion : public testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/billingctl-completion-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern), nullptr);
    folder_ = pattern;
    FakeServer server;
    const Printed printed = RunLine(server, {"completion", "bash"});
    ASSERT_EQ(printed.code, ExitCode::kOk);
    std::ofstream(Script()) << printed.out;
  }

  void TearDown() override {
    std::remove(Script().c_str());
    std::remove(folder_.c_str());
  }

  // What is offered for the last of these words; the first is `billingctl`.
  std::vector<std::string> Offered(const std::string& words) const {
    const std::string command = "bash -c 'set -e; source " + Script() + "; COMP_WORDS=(" + words +
                                "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _billingctl; "
                                "printf \"%s\\n\" \"${COMPREPLY[@]}\"' 2>&1";
    std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
    std::vector<std::string> offered;
    char line[4096];
    while (std::fgets(line, sizeof line, pipe.get()) != nullptr) {
      std::string word = line;
      word.pop_back();
      if (!word.empty()) offered.push_back(word);
    }
    return offered;
  }

 private:
  std::string Script() const { return folder_ + "/script"; }

  std::string folder_;
};

TEST_F(Completion, OffersNounsAndVerbs) {
  EXPECT_THAT(Offered("billingctl sub"), ElementsAre("subscription"));
  EXPECT_THAT(Offered("billingctl card re"), ElementsAre("remove"));
  EXPECT_THAT(Offered("billingctl charge record"), ElementsAre("record", "record-payment"));
  EXPECT_THAT(Offered("billingctl ba"), ElementsAre("balance"));
  EXPECT_THAT(Offered("billingctl im"), ElementsAre("import"));
  EXPECT_THAT(Offered("billingctl import --f"), ElementsAre("--failed"));
  EXPECT_THAT(Offered("billingctl card \"\""),
              testing::AllOf(Contains("add"), Contains("check-removal"), Contains("--json"),
                             Not(Contains("subscription"))));
}

TEST_F(Completion, OffersTheFlagsOfTheVerbAndTheGlobalOnes) {
  EXPECT_THAT(Offered("billingctl card remove visa --re"), ElementsAre("--request-id", "--reason"));
  EXPECT_THAT(Offered("billingctl card list --pr"), ElementsAre("--principal"));
}

TEST_F(Completion, OffersTheWordsThatAFlagTakes) {
  EXPECT_THAT(Offered("billingctl card add --brand m"), ElementsAre("mastercard", "maestro"));
  EXPECT_THAT(Offered("billingctl history --type CardR"), ElementsAre("CardRemoved"));
  EXPECT_THAT(Offered("billingctl in-use --columns c"), ElementsAre("card"));
  EXPECT_THAT(Offered("billingctl charge record-payment --outcome \"\""),
              ElementsAre("succeeded", "declined"));
  EXPECT_THAT(Offered("billingctl account grant-role --role c"), ElementsAre("contributor"));
}

TEST_F(Completion, ValuesOfFlagsAreNotTakenForVerbs) {
  EXPECT_THAT(Offered("billingctl --principal card subscription ca"), ElementsAre("cancel"));
  EXPECT_THAT(Offered("billingctl card add --token \"\""), testing::IsEmpty());
}

}  // namespace
}  // namespace billing::billingctl

#include "server/present.h"

#include "gtest/gtest.h"
#include "server/engine/sealing.h"

namespace billing::server {
namespace {

// "Seals" by naming key and field; keys of generation 9 are erased, those of slot 0 lost.
class GlassVault final : public eventstore::Vault {
 public:
  absl::Status Prepare(uint64_t) override { return absl::OkStatus(); }
  uint64_t SlotCount() const override { return 4'096; }
  absl::StatusOr<std::string> Seal(eventstore::KeyRef, std::string_view field,
                                   std::string_view clear) const override {
    return std::string(field) + "|" + std::string(clear);
  }
  absl::StatusOr<std::string> Open(eventstore::KeyRef key, std::string_view field,
                                   std::string_view sealed) const override {
    if (key.generation == 9) return absl::NotFoundError("erased");
    const std::string prefix = std::string(field) + "|";
    if (key.slot == 0 || !sealed.starts_with(prefix)) return absl::DataLossError("lost");
    return std::string(sealed.substr(prefix.size()));
  }
  absl::StatusOr<std::string> Digest(eventstore::KeyRef, std::string_view) const override {
    return std::string();
  }
};

class PresentTest : public ::testing::Test {
 protected:
  PresentTest() {
    card_.set_name("cards/visa");
    card_.set_token("tok_visa_token");
    sealed_.set_slot(1);
    sealed_.set_holder_name("cards/visa/holder_name|A. Alice");
    billing::v1::PostalAddress address;
    address.add_lines("Dam 1");
    sealed_.set_billing_address("cards/visa/billing_address|" + address.SerializeAsString());
  }

  GlassVault vault_;
  Presenter presenter_{vault_};
  billing::v1::Card card_;
  storage::v1::SealedFields sealed_;
  const View administrator_ = {.account_id = "acme", .sight = {.account = true, .personal = true}};
};

TEST_F(PresentTest, OpensWhatIsBoundToTheCardsRelativeName) {
  const auto shown = presenter_.Card(card_, sealed_, administrator_);
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->name(), "billingAccounts/acme/cards/visa");
  EXPECT_EQ(shown->holder_name(), "A. Alice");
  EXPECT_EQ(shown->billing_address().lines(0), "Dam 1");
}

TEST_F(PresentTest, AnErasedKeyLeavesTheFieldsEmptyAndListed) {
  sealed_.set_generation(9);
  const auto shown = presenter_.Card(card_, sealed_, administrator_);
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->holder_name(), "");
  EXPECT_FALSE(shown->has_billing_address());
  const std::vector<std::string> redacted(shown->redacted_fields().begin(),
                                          shown->redacted_fields().end());
  EXPECT_EQ(redacted, (std::vector<std::string>{"token", "holder_name", "billing_address"}));
}

TEST_F(PresentTest, ALostKeyIsAnError) {
  sealed_.set_slot(0);
  EXPECT_TRUE(absl::IsDataLoss(presenter_.Card(card_, sealed_, administrator_).status()));
}

TEST_F(PresentTest, ALostKeyDoesNotTakeAwayACommandsAnswer) {
  storage::v1::Answer answer;
  *answer.mutable_card() = card_;
  *answer.mutable_personal() = sealed_;
  answer.mutable_personal()->set_slot(0);
  answer.add_moved_subscriptions("subscriptions/web");
  const auto shown = presenter_.Answer(answer, administrator_);
  EXPECT_EQ(shown.card().name(), "billingAccounts/acme/cards/visa");
  EXPECT_EQ(shown.card().holder_name(), "");
  EXPECT_EQ(shown.card().token(), "");
  EXPECT_EQ(shown.moved_subscriptions(0), "billingAccounts/acme/subscriptions/web");
  EXPECT_FALSE(shown.has_personal());
}

TEST_F(PresentTest, WhoMayNotSeeThemGetsNoPersonalFieldsInClearEither) {
  card_.set_holder_name("A. Alice");
  const View auditor = {.account_id = "acme", .sight = {.account = true}};
  const auto shown = presenter_.Card(card_, {}, auditor);
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->holder_name(), "");
  EXPECT_EQ(shown->redacted_fields(1), "holder_name");
}

TEST(RedactVaultSecrets, FindsThemHoweverDeepTheyLie) {
  billing::v1::Event event;
  auto& card =
      *event.mutable_command_refused()->mutable_request()->mutable_add_card()->mutable_card();
  card.set_token("tok_visa_token");
  card.set_fingerprint("fp_visa_fingerprint");
  card.set_last_four("1111");
  billing::v1::Event for_biller = event;
  EXPECT_EQ(RedactVaultSecrets(event, {}),
            (std::vector<std::string>{"command_refused.request.add_card.card.token",
                                      "command_refused.request.add_card.card.fingerprint"}));
  EXPECT_EQ(card.token(), "");
  EXPECT_EQ(card.fingerprint(), "");
  EXPECT_EQ(card.last_four(), "1111");
  EXPECT_EQ(RedactVaultSecrets(for_biller, {.vault_token = true}),
            std::vector<std::string>{"command_refused.request.add_card.card.fingerprint"});
}

}  // namespace
}  // namespace billing::server

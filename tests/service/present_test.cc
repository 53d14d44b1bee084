#include "server/present.h"

#include "gtest/gtest.h"
#include "server/engine/sealing.h"
#include "server/redaction.h"

namespace billing::server {
namespace {

// "Seals" by naming key and field; keys of generation 9 are erased, those of slot 0 lost, and those
// of generation 7 not in memory.
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
  absl::StatusOr<std::string> OpenInMemory(eventstore::KeyRef key, std::string_view field,
                                           std::string_view sealed) const override {
    if (key.generation == 7) return absl::UnavailableError("not in memory");
    return Open(key, field, sealed);
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
  EXPECT_TRUE(presenter_.Answer(answer, administrator_));
  EXPECT_EQ(answer.card().name(), "billingAccounts/acme/cards/visa");
  EXPECT_EQ(answer.card().holder_name(), "");
  EXPECT_EQ(answer.card().token(), "");
  EXPECT_EQ(answer.moved_subscriptions(0), "billingAccounts/acme/subscriptions/web");
  EXPECT_FALSE(answer.has_personal());
}

TEST_F(PresentTest, AKeyThatDoesNotLieInMemoryIsReadByWhoMayWait) {
  const Presenter in_memory = presenter_.InMemory();
  EXPECT_EQ(in_memory.Card(card_, sealed_, administrator_)->holder_name(), "A. Alice");
  sealed_.set_generation(7);
  EXPECT_TRUE(absl::IsUnavailable(in_memory.Card(card_, sealed_, administrator_).status()));
  const View auditor = {.account_id = "acme", .sight = {.account = true}};
  EXPECT_TRUE(in_memory.Card(card_, sealed_, auditor).ok()) << "nothing is opened for it";

  storage::v1::Answer answer;
  *answer.mutable_card() = card_;
  *answer.mutable_personal() = sealed_;
  const std::string before = answer.DebugString();
  EXPECT_FALSE(in_memory.Answer(answer, administrator_));
  EXPECT_EQ(answer.DebugString(), before);
  EXPECT_TRUE(presenter_.Answer(answer, administrator_));
  EXPECT_EQ(answer.card().holder_name(), "A. Alice");
}

TEST_F(PresentTest, WhoMayNotSeeThemGetsNoPersonalFieldsInClearEither) {
  card_.set_holder_name("A. Alice");
  const View auditor = {.account_id = "acme", .sight = {.account = true}};
  const auto shown = presenter_.Card(card_, {}, auditor);
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->holder_name(), "");
  EXPECT_EQ(shown->redacted_fields(1), "holder_name");
}

TEST_F(PresentTest, AChargeHidesTheBanksCodesAndSaysSo) {
  billing::v1::Charge charge;
  charge.set_name("charges/june");
  charge.set_advice_code("03");
  charge.set_reason(billing::v1::DECLINE_REASON_INSUFFICIENT_CREDIT);
  const auto shown = presenter_.Charge(charge, administrator_);
  EXPECT_EQ(shown.name(), "billingAccounts/acme/charges/june");
  EXPECT_EQ(shown.advice_code(), "");
  EXPECT_EQ(shown.reason(), billing::v1::DECLINE_REASON_INSUFFICIENT_CREDIT);
  ASSERT_EQ(shown.redacted_fields_size(), 1);
  EXPECT_EQ(shown.redacted_fields(0), "advice_code");
}

TEST_F(PresentTest, AnAnswerHasFullNamesWhateverItIsAbout) {
  storage::v1::Answer answer;
  answer.mutable_billing_profile()->set_name("billingProfiles/main");
  answer.mutable_charge()->set_name("charges/june");
  answer.mutable_charge()->set_network_code("41");
  // A recipient's answer: the transfer is the sender's.
  answer.mutable_transfer()->set_name("billingAccounts/globex/transfers/t1");
  answer.add_charges("charges/may");
  EXPECT_TRUE(presenter_.Answer(answer, administrator_));
  EXPECT_EQ(answer.billing_profile().name(), "billingAccounts/acme/billingProfiles/main");
  EXPECT_EQ(answer.charge().name(), "billingAccounts/acme/charges/june");
  EXPECT_EQ(answer.charge().network_code(), "");
  EXPECT_EQ(answer.transfer().name(), "billingAccounts/globex/transfers/t1");
  EXPECT_EQ(answer.charges(0), "billingAccounts/acme/charges/may");
}

// The sender's record of a transfer that a recipient declined.
class ForeignCommand : public PresentTest {
 protected:
  ForeignCommand() {
    command_.mutable_event()->set_position(7);
    command_.mutable_event()->mutable_transfer_declined()->set_transfer(
        "billingAccounts/acme/transfers/t1");
    command_.mutable_event()->set_principal("services/portal");
    command_.mutable_event()->set_on_behalf_of("users/bob");
    command_.mutable_event()->add_roles("delegate");
    command_.mutable_event()->set_trace_parent("00-trace");
    command_.mutable_command()->set_request_id(std::string(16, 'r'));
    command_.mutable_command()->mutable_reason()->set_slot(1);
    command_.mutable_command()->mutable_reason()->set_reason("reason|too expensive");
    record_.mutable_event()->set_position(8);
    record_.mutable_event()->mutable_transfer_declined()->set_transfer("transfers/t1");
    record_.set_index(1);
  }

  billing::v1::Event Shown(const judge::Sight& command_sight) {
    auto event = presenter_.Event(record_, command_, "bytes", administrator_, command_sight);
    EXPECT_TRUE(event.ok()) << event.status();
    return *std::move(event);
  }

  storage::v1::Record record_;
  storage::v1::Record command_;
};

TEST_F(ForeignCommand, IsToldWithoutItsCaller) {
  const auto event = Shown({});
  EXPECT_EQ(event.transfer_declined().transfer(), "billingAccounts/acme/transfers/t1");
  EXPECT_EQ(event.principal(), "");
  EXPECT_EQ(event.on_behalf_of(), "");
  EXPECT_EQ(event.roles_size(), 0);
  EXPECT_EQ(event.request_id(), "");
  EXPECT_EQ(event.trace_parent(), "");
  EXPECT_EQ(event.reason(), "");
  const std::vector<std::string> redacted(event.redacted_fields().begin(),
                                          event.redacted_fields().end());
  EXPECT_EQ(redacted, (std::vector<std::string>{"principal", "on_behalf_of", "roles", "request_id",
                                                "trace_parent", "reason"}));
}

TEST_F(ForeignCommand, ShowsItsReasonByTheSightOnItsOwnAccount) {
  EXPECT_EQ(Shown({.account = true, .personal = true}).reason(), "too expensive");
  const auto by_reader = Shown({.account = true});
  EXPECT_EQ(by_reader.principal(), "services/portal");
  EXPECT_EQ(by_reader.reason(), "");
  ASSERT_EQ(by_reader.redacted_fields_size(), 1);
  EXPECT_EQ(by_reader.redacted_fields(0), "reason");
}

TEST(Redact, FindsVaultSecretsHoweverDeepTheyLie) {
  billing::v1::Event event;
  auto& card =
      *event.mutable_command_refused()->mutable_request()->mutable_add_card()->mutable_card();
  card.set_token("tok_visa_token");
  card.set_fingerprint("fp_visa_fingerprint");
  card.set_last_four("1111");
  billing::v1::Event for_biller = event;
  EXPECT_EQ(Redact(event, {}),
            (std::vector<std::string>{"command_refused.request.add_card.card.token",
                                      "command_refused.request.add_card.card.fingerprint"}));
  EXPECT_EQ(card.token(), "");
  EXPECT_EQ(card.fingerprint(), "");
  EXPECT_EQ(card.last_four(), "1111");
  EXPECT_EQ(Redact(for_biller, {.vault_token = true}),
            std::vector<std::string>{"command_refused.request.add_card.card.fingerprint"});
}

TEST(Redact, LeavesABanksCodesToThoseWhoMayKnow) {
  billing::v1::Event event;
  auto& fact = *event.mutable_payment_declined();
  fact.set_network_code("41");
  fact.set_processor_reference("attempt-1");
  fact.set_reason(billing::v1::DECLINE_REASON_CARD_LOST_OR_STOLEN);
  fact.set_kind(billing::v1::DECLINE_KIND_HARD);
  billing::v1::Event for_auditor = event;
  EXPECT_EQ(Redact(event, {.account = true, .personal = true}),
            std::vector<std::string>{"payment_declined.network_code"});
  EXPECT_EQ(fact.network_code(), "");
  EXPECT_EQ(fact.processor_reference(), "attempt-1");
  EXPECT_EQ(fact.reason(), billing::v1::DECLINE_REASON_DO_NOT_HONOR);
  EXPECT_EQ(fact.kind(), billing::v1::DECLINE_KIND_SOFT);
  EXPECT_EQ(Redact(for_auditor, {.decline_detail = true}), std::vector<std::string>{});
  EXPECT_EQ(for_auditor.payment_declined().network_code(), "41");
  EXPECT_EQ(for_auditor.payment_declined().reason(),
            billing::v1::DECLINE_REASON_CARD_LOST_OR_STOLEN);
}

TEST(Redact, LeavesOtherReasonsAndTheirKindsAlone) {
  billing::v1::Charge charge;
  charge.set_reason(billing::v1::DECLINE_REASON_INVALID_CARD_DETAILS);
  charge.set_kind(billing::v1::DECLINE_KIND_HARD);
  EXPECT_EQ(Redact(charge, {}), std::vector<std::string>{});
  EXPECT_EQ(charge.reason(), billing::v1::DECLINE_REASON_INVALID_CARD_DETAILS);
  EXPECT_EQ(charge.kind(), billing::v1::DECLINE_KIND_HARD);
}

}  // namespace
}  // namespace billing::server

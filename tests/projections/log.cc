#include "tests/projections/log.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "projections/fold/fold.h"

namespace billing::projections {

using given::CardOptions;

AccountNumber Log::Open(const std::string& id) {
  account_ = records_.size() + 1;
  Commit({given::BillingAccountCreated({.id = id})}, {.principal = "users/olga"});
  return account_;
}

uint64_t Log::Commit(const std::vector<v1::Event>& facts, const CommandOptions& options) {
  const uint64_t first = records_.size() + 1;
  uint64_t revision = 0;
  for (const auto& record : records_) revision += record.account() == account_ ? 1 : 0;
  for (size_t i = 0; i < facts.size(); ++i) {
    storage::v1::Record& record = records_.emplace_back();
    *record.mutable_event() = facts[i];
    record.mutable_event()->set_position(first + i);
    record.mutable_event()->set_stream_revision(++revision);
    record.set_account(account_);
    record.set_index(static_cast<uint32_t>(i));
    if (facts[i].has_billing_account_created() || facts[i].has_card_added()) {
      record.set_key_slot(++key_slot_);
    }
    if (i > 0) continue;
    *record.mutable_personal() = options.personal;
    record.mutable_event()->set_principal(options.principal);
    record.mutable_event()->set_on_behalf_of(options.on_behalf_of);
    record.mutable_event()->set_rules_version(1);
    auto& command = *record.mutable_command();
    command.set_record_count(static_cast<uint32_t>(facts.size()));
    command.set_commit_time_us(static_cast<int64_t>(first) * kernel::kMicrosecondsPerSecond);
    command.set_request_id(options.request_id);
  }
  return first;
}

const storage::v1::Record& Log::CommandOf(const storage::v1::Record& record) const {
  return records_[record.event().position() - 1 - record.index()];
}

kernel::Instant Log::TimeOf(uint64_t position) const {
  return {CommandOf(record(position)).command().commit_time_us()};
}

MapRows Log::Folded() const {
  MapRows rows;
  for (const auto& record : records_) {
    const absl::Status applied = Apply(record, CommandOf(record), rows);
    EXPECT_TRUE(applied.ok()) << applied;
  }
  return rows;
}

MapRows Log::FoldedInBatches(size_t batch) const {
  MapRows rows;
  for (size_t begin = 0; begin < records_.size(); begin += batch) {
    Overlay overlay(rows);
    const size_t end = std::min(begin + batch, records_.size());
    for (size_t i = begin; i < end; ++i) {
      const absl::Status applied = Apply(records_[i], CommandOf(records_[i]), overlay);
      EXPECT_TRUE(applied.ok()) << applied;
    }
    for (const auto& [key, value] : overlay.changes()) {
      value ? rows.Put(key, *value) : rows.Delete(key);
    }
  }
  return rows;
}

std::string RequestId(uint8_t last_byte) {
  std::string bytes(16, '\0');
  bytes.back() = static_cast<char>(last_byte);
  return bytes;
}

kernel::CardId CardNamed(const std::string& id) { return kernel::CardId::FromStored(id); }
kernel::SubscriptionId SubscriptionNamed(const std::string& id) {
  return kernel::SubscriptionId::FromStored(id);
}

v1::Event CardUpdated(const std::string& id, const std::vector<std::string>& paths,
                      kernel::YearMonth expiry) {
  v1::Event fact;
  auto& updated = *fact.mutable_card_updated();
  updated.mutable_card()->set_name("cards/" + id);
  for (const std::string& path : paths) updated.mutable_update_mask()->add_paths(path);
  if (expiry.year != 0) {
    updated.mutable_card()->mutable_expiry()->set_year(expiry.year);
    updated.mutable_card()->mutable_expiry()->set_month(expiry.month);
  }
  return fact;
}

v1::Event RemovalRefused(const std::string& card, const std::vector<std::string>& blocked_by) {
  v1::Event fact;
  auto& refused = *fact.mutable_command_refused();
  refused.set_command("RemoveCard");
  refused.mutable_request()->mutable_remove_card()->set_name("cards/" + card);
  refused.set_reason("CARD_NOT_REMOVABLE");
  for (const std::string& subscription : blocked_by) {
    auto& blocker = *refused.add_blockers();
    blocker.set_type("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION");
    blocker.set_subject("subscriptions/" + subscription);
  }
  refused.set_blocker_count(static_cast<int32_t>(blocked_by.size()));
  return fact;
}

v1::Event SetActiveChangedNothing(const std::string& subscription, const std::string& card) {
  v1::Event fact;
  auto& nothing = *fact.mutable_nothing_changed();
  nothing.set_command("SetActive");
  auto& request = *nothing.mutable_request()->mutable_set_active();
  request.set_subscription("subscriptions/" + subscription);
  request.set_card("cards/" + card);
  return fact;
}

std::vector<v1::Event> OneOfEachFact() {
  return {
      given::BillingAccountCreated(),
      given::PolicyChanged({.disabled_holds = true}),
      given::CardAdded("visa", {.expiry = {2030, 4}, .subscription = "web"}),
      CardUpdated("visa", {"holder_name", "expiry"}, {2031, 5}),
      given::ActiveCardChanged("web", "visa", {{"mail", "amex"}, {"web", ""}}),
      given::CardRemoved("visa", {"mail", "web"}),
      given::SubscriptionCreated("web", "visa"),
      given::SubscriptionUpdated("web", "Web shop"),
      given::BillingProfileChanged("web", "east", "west"),
      given::SubscriptionDisabled("web"),
      given::SubscriptionCancelled("web"),
      given::SubscriptionReactivated("web"),
      given::SubscriptionDeleted("web"),
      given::BillingAccountReclassified(true),
      given::RoleGranted("users/bob", v1::ROLE_OWNER, "east"),
      given::RoleRevoked("users/bob", v1::ROLE_OWNER, "east"),
      given::AdministratorChanged("users/bob", "users/alice"),
      given::SubscriptionBecamePastDue("web"),
      given::SubscriptionBecameCurrent("web"),
      given::BillingProfileCreated("east", "visa"),
      given::PaymentMethodReplaced("east", "amex", "visa"),
      given::PaymentMethodDetached("east", "amex"),
      given::ChargeRecorded("may", {.subscription = "web", .card = "visa"}),
      given::PaymentSucceeded("may"),
      given::PaymentDeclined("may"),
      given::ChargeVoided("may"),
      given::BalanceSettled("visa", "amex", 1'000, {"june", "may"}),
      given::InvoicePaymentRequested(),
      given::InvoicePaymentApproved(),
      given::InvoicePaymentRejected(),
      given::SwitchedToInvoice("web", "visa"),
      given::TransferSent("offer", "web"),
      given::SubscriptionTransferredIn("other", "offer", given::SubscriptionCreated("web", "visa")),
      given::SubscriptionTransferredOut("offer", "web"),
      given::TransferDeclined("offer", "web"),
      given::TransferCancelled("offer", "web"),
      given::TransferExpired("offer", "web"),
      RemovalRefused("visa", {"mail", "web"}),
      SetActiveChangedNothing("web", "visa"),
  };
}

}  // namespace billing::projections

#include <array>

#include "aggregates/request/parser.h"

namespace billing::request {

namespace {

constexpr std::array<std::string_view, 1> kSubscriptionMask = {"display_name"};

}  // namespace

void Parser::Read(const v1::CreateSubscriptionRequest& wire) {
  v1::CreateSubscriptionRequest& decided = *decided_.mutable_create_subscription();
  account_ = checks_.Account({"parent", wire.parent()});
  decided.set_subscription_id(IdOrFresh({"subscription_id", wire.subscription_id()}));

  const v1::Subscription& given = wire.subscription();
  v1::Subscription& subscription = *decided.mutable_subscription();
  checks_.Line({"subscription.display_name", given.display_name()}, kNameCharactersMax);
  subscription.set_display_name(given.display_name());
  checks_.KnownValue("subscription.kind", given.kind(), v1::SubscriptionKind_IsValid,
                     FieldChecks::Need::kOptional);
  subscription.set_kind(given.kind() == v1::SUBSCRIPTION_KIND_UNSPECIFIED
                            ? v1::SUBSCRIPTION_KIND_CONSUMPTION
                            : given.kind());
  // Which of the two the account takes is its agreement's matter, so both are read.
  if (!given.card().empty()) {
    subscription.set_card(Reference({"subscription.card", given.card()}, kernel::kCards));
  }
  if (!given.billing_profile().empty()) {
    subscription.set_billing_profile(Reference(
        {"subscription.billing_profile", given.billing_profile()}, kernel::kBillingProfiles));
  }
  checks_.NoEtag({"etag", wire.etag()});
  ReadCommon(wire);
}

void Parser::Read(const v1::UpdateSubscriptionRequest& wire) {
  v1::UpdateSubscriptionRequest& decided = *decided_.mutable_update_subscription();
  if (wire.has_subscription()) {
    v1::Subscription& subscription = *decided.mutable_subscription();
    subscription.set_name(
        Subject({"subscription.name", wire.subscription().name()}, kernel::kSubscriptions));
    for (std::string& path : checks_.Mask(wire.update_mask(), kSubscriptionMask)) {
      checks_.Line({"subscription.display_name", wire.subscription().display_name()},
                   kNameCharactersMax);
      subscription.set_display_name(wire.subscription().display_name());
      decided.mutable_update_mask()->add_paths(std::move(path));
    }
  } else {
    checks_.Add("subscription", kIsRequired);
    checks_.Mask(wire.update_mask(), kSubscriptionMask);
  }
  decided.set_etag(checks_.Etag({"etag", wire.etag()}));
  ReadCommon(wire);
}

void Parser::Read(const v1::ChangeBillingProfileRequest& wire) {
  v1::ChangeBillingProfileRequest& decided = *decided_.mutable_change_billing_profile();
  decided.set_name(Subject({"name", wire.name()}, kernel::kSubscriptions));
  decided.set_billing_profile(
      Reference({"billing_profile", wire.billing_profile()}, kernel::kBillingProfiles));
  decided.set_etag(checks_.Etag({"etag", wire.etag()}));
  ReadCommon(wire);
}

void Parser::Read(const v1::DisableSubscriptionRequest& wire) {
  ReadName(wire, kernel::kSubscriptions, *decided_.mutable_disable_subscription());
}

void Parser::Read(const v1::CancelSubscriptionRequest& wire) {
  ReadName(wire, kernel::kSubscriptions, *decided_.mutable_cancel_subscription());
}

void Parser::Read(const v1::ReactivateSubscriptionRequest& wire) {
  ReadName(wire, kernel::kSubscriptions, *decided_.mutable_reactivate_subscription());
}

void Parser::Read(const v1::DeleteSubscriptionRequest& wire) {
  ReadName(wire, kernel::kSubscriptions, *decided_.mutable_delete_subscription());
}

}  // namespace billing::request

#include <array>
#include <utility>

#include "aggregates/request/parser.h"

namespace billing::request {

namespace {

// What UpdateCard changes, in the order in which the fact lists it; then what no command
// changes: legal to name, so that the answer says why not.
constexpr std::array<std::string_view, 10> kCardMask = {
    "holder_name", "billing_address", "expiry",  "token",     "fingerprint",
    "brand",       "funding",         "virtual", "last_four", "country"};

void SetExpiry(const v1::YearMonth& wire, v1::Card& decided) {
  decided.mutable_expiry()->set_year(wire.year());
  decided.mutable_expiry()->set_month(wire.month());
}

}  // namespace

void Parser::Read(const v1::AddCardRequest& wire) {
  v1::AddCardRequest& decided = *decided_.mutable_add_card();
  account_ = checks_.Account({"parent", wire.parent()});
  decided.set_card_id(IdOrFresh({"card_id", wire.card_id()}));
  if (wire.has_card()) {
    ReadNewCard(wire.card(), *decided.mutable_card());
  } else {
    checks_.Add("card", kIsRequired);
  }
  if (!wire.subscription().empty()) {
    decided.set_subscription(
        Reference({"subscription", wire.subscription()}, kernel::kSubscriptions));
  } else if (wire.set_active()) {
    checks_.Add("subscription", "is required with set_active");
  }
  decided.set_set_active(wire.set_active());
  checks_.NoEtag({"etag", wire.etag()});
  ReadCommon(wire);
}

void Parser::ReadNewCard(const v1::Card& wire, v1::Card& decided) {
  checks_.VaultReference({"card.token", wire.token()});
  if (!wire.fingerprint().empty()) {
    checks_.VaultReference({"card.fingerprint", wire.fingerprint()});
  }
  checks_.KnownValue("card.brand", wire.brand(), v1::Brand_IsValid, FieldChecks::Need::kRequired);
  checks_.KnownValue("card.funding", wire.funding(), v1::Funding_IsValid,
                     FieldChecks::Need::kRequired);
  checks_.LastFour({"card.last_four", wire.last_four()});
  if (wire.has_expiry()) {
    checks_.Expiry("card.expiry", wire.expiry(), now_);
    SetExpiry(wire.expiry(), decided);
  } else {
    checks_.Add("card.expiry", kIsRequired);
  }
  ReadHolderName(wire);
  ReadBillingAddress(wire);
  checks_.Country({"card.country", wire.country()});

  decided.set_token(wire.token());
  decided.set_fingerprint(wire.fingerprint());
  decided.set_brand(wire.brand());
  decided.set_funding(wire.funding());
  decided.set_virtual_(wire.virtual_());
  decided.set_last_four(wire.last_four());
  decided.set_country(wire.country());
}

void Parser::ReadHolderName(const v1::Card& wire) {
  checks_.Line({"card.holder_name", wire.holder_name()}, kNameCharactersMax);
  personal_.holder_name = wire.holder_name();
}

void Parser::ReadBillingAddress(const v1::Card& wire) {
  if (!wire.has_billing_address()) return;
  // Only the fields that are known.
  v1::PostalAddress address;
  *address.mutable_lines() = wire.billing_address().lines();
  address.set_city(wire.billing_address().city());
  address.set_region(wire.billing_address().region());
  address.set_postal_code(wire.billing_address().postal_code());
  address.set_country(wire.billing_address().country());
  checks_.Address("card.billing_address", address);
  if (address.ByteSizeLong() > 0) personal_.billing_address = std::move(address);
}

void Parser::Read(const v1::UpdateCardRequest& wire) {
  v1::UpdateCardRequest& decided = *decided_.mutable_update_card();
  if (wire.has_card()) {
    decided.mutable_card()->set_name(Subject({"card.name", wire.card().name()}, kernel::kCards));
    ReadCardChanges(wire, decided);
  } else {
    checks_.Add("card", kIsRequired);
    checks_.Mask(wire.update_mask(), kCardMask);
  }
  decided.set_etag(checks_.Etag({"etag", wire.etag()}));
  ReadCommon(wire);
}

void Parser::ReadCardChanges(const v1::UpdateCardRequest& wire, v1::UpdateCardRequest& decided) {
  for (std::string& path : checks_.Mask(wire.update_mask(), kCardMask)) {
    if (path == "holder_name") ReadHolderName(wire.card());
    if (path == "billing_address") ReadBillingAddress(wire.card());
    if (path == "expiry") {
      if (wire.card().has_expiry()) {
        checks_.Expiry("card.expiry", wire.card().expiry(), now_);
        SetExpiry(wire.card().expiry(), *decided.mutable_card());
      } else {
        checks_.Add("card.expiry", "is required when update_mask names it");
      }
    }
    // Of the fields that cannot change only the path is kept: their values go nowhere.
    decided.mutable_update_mask()->add_paths(std::move(path));
  }
}

void Parser::Read(const v1::SetActiveRequest& wire) {
  v1::SetActiveRequest& decided = *decided_.mutable_set_active();
  decided.set_subscription(Subject({"subscription", wire.subscription()}, kernel::kSubscriptions));
  decided.set_card(Reference({"card", wire.card()}, kernel::kCards));
  if (!wire.expected_current_card().empty()) {
    decided.set_expected_current_card(
        Reference({"expected_current_card", wire.expected_current_card()}, kernel::kCards));
  }
  decided.set_etag(checks_.Etag({"etag", wire.etag()}));
  ReadCommon(wire);
}

void Parser::Read(const v1::RemoveCardRequest& wire) {
  v1::RemoveCardRequest& decided = *decided_.mutable_remove_card();
  decided.set_name(Subject({"name", wire.name()}, kernel::kCards));
  decided.set_etag(checks_.Etag({"etag", wire.etag()}));
  ReadCommon(wire);
}

}  // namespace billing::request

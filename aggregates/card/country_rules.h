// Which cards an account may save in its country.
//
// Source: design page "The domain", AddCard: Hong Kong and Brazil take credit cards
// only, India takes Visa and Mastercard only.
#ifndef BILLING_AGGREGATES_CARD_COUNTRY_RULES_H_
#define BILLING_AGGREGATES_CARD_COUNTRY_RULES_H_

#include <string_view>

#include "billing/v1/card.pb.h"

namespace billing::card {

// `account_country` is the account's country, ISO 3166-1 alpha-2 in upper case; a country
// without a rule takes every card.
bool TakesDebitCards(std::string_view account_country);
bool TakesBrand(std::string_view account_country, billing::v1::Brand brand);

}  // namespace billing::card

#endif  // BILLING_AGGREGATES_CARD_COUNTRY_RULES_H_

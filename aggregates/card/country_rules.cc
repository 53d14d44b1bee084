#include "aggregates/card/country_rules.h"

#include <algorithm>
#include <span>

namespace billing::card {
namespace {

constexpr v1::Brand kVisaAndMastercard[] = {v1::BRAND_VISA, v1::BRAND_MASTERCARD};
constexpr std::span<const v1::Brand> kEveryBrand;

struct CountryRule {
  std::string_view country;
  bool debit_cards;
  std::span<const v1::Brand> brands;
};

constexpr CountryRule kCountryRules[] = {
    {"BR", false, kEveryBrand},
    {"HK", false, kEveryBrand},
    {"IN", true, kVisaAndMastercard},
};

const CountryRule* RuleOf(std::string_view country) {
  const auto* rule = std::ranges::find(kCountryRules, country, &CountryRule::country);
  return rule == std::end(kCountryRules) ? nullptr : rule;
}

}  // namespace

bool TakesDebitCards(std::string_view account_country) {
  const CountryRule* rule = RuleOf(account_country);
  return rule == nullptr || rule->debit_cards;
}

bool TakesBrand(std::string_view account_country, v1::Brand brand) {
  const CountryRule* rule = RuleOf(account_country);
  if (rule == nullptr || rule->brands.empty()) return true;
  return std::ranges::find(rule->brands, brand) != rule->brands.end();
}

}  // namespace billing::card

// Countries that cards are issued in and accounts are opened in.
#ifndef BILLING_AGGREGATES_KERNEL_COUNTRIES_H_
#define BILLING_AGGREGATES_KERNEL_COUNTRIES_H_

#include <string_view>

namespace billing::kernel {

// Whether `code` is an assigned ISO 3166-1 alpha-2 code, upper case.
bool IsCountry(std::string_view code);

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_COUNTRIES_H_

// What facts are about, one by one. Internal to this room.
#ifndef BILLING_PROJECTIONS_EXPLAIN_ASPECTS_H_
#define BILLING_PROJECTIONS_EXPLAIN_ASPECTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "billing/v1/event.pb.h"

namespace billing::projections {

// Facts are as stored; `name` is a resource of their account by its relative name, empty for the
// account itself.

// Whether the fact changed the resource's own fields, and its etag with them.
bool Changes(const billing::v1::Event& fact, std::string_view name);

bool Makes(const billing::v1::Event& fact, std::string_view name);
bool RemovesCard(const billing::v1::Event& fact, std::string_view name);
bool SetsExpiry(const billing::v1::Event& fact, std::string_view name);
// Of a subscription.
bool SetsState(const billing::v1::Event& fact, std::string_view name);
// Of a subscription or a billing profile.
bool SetsMethod(const billing::v1::Event& fact, std::string_view name);
bool SetsPolicy(const billing::v1::Event& fact);
bool SetsBusiness(const billing::v1::Event& fact);
bool SetsInvoicePayment(const billing::v1::Event& fact);
bool SetsAdministrator(const billing::v1::Event& fact);

// What a fact that SetsMethod of the subscription left it with.
struct Method {
  // At most one; empty: none.
  std::string card = {};
  std::string billing_profile = {};
};
Method MethodIn(const billing::v1::Event& fact);

// The charges that the fact declined, paid or voided.
std::vector<std::string> ChargesIn(const billing::v1::Event& fact);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_EXPLAIN_ASPECTS_H_

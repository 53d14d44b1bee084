#include "server/reads/profile_reads.h"

#include <optional>
#include <string>
#include <utility>

#include "projections/history/history.h"
#include "projections/resources/resources.h"
#include "server/reads/row_page.h"

namespace billing::server {
namespace {

using kernel::BillingProfileId;

billing::v1::BillingProfile Shown(const View& view, const BillingProfileId& id,
                                  const profile::BillingProfileState& state) {
  billing::v1::BillingProfile profile = projections::ToMessage(id, state);
  projections::ExpandNames(profile, view.account_id);
  return profile;
}

}  // namespace

Parsed<GetBillingProfileQuery> GetBillingProfileQuery::Parse(
    const billing::v1::GetBillingProfileRequest& request) {
  FieldChecks checks;
  const auto name = checks.Resource("name", request.name(), kernel::kBillingProfiles);
  if (!checks.ok()) return checks.Take();
  return GetBillingProfileQuery{name->account, BillingProfileId::FromStored(name->id)};
}

Answered<billing::v1::GetBillingProfileResponse> GetBillingProfileQuery::Answer(
    const ReadContext& context) const {
  const auto opened = OpenAccountOrProfiles(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  const auto state = context.states.BillingProfile(owner.number, billing_profile);
  if (!state || !IsInSight(owner, billing_profile)) {
    return RefusedRead(kernel::Reason::kBillingProfileNotFound);
  }
  billing::v1::GetBillingProfileResponse response;
  *response.mutable_billing_profile() = Shown(owner.view, billing_profile, *state);
  return response;
}

Parsed<ListBillingProfilesQuery> ListBillingProfilesQuery::Parse(
    const billing::v1::ListBillingProfilesRequest& request) {
  FieldChecks checks;
  auto account = checks.Account("parent", request.parent());
  auto page = checks.Page(request);
  if (!checks.ok()) return checks.Take();
  return ListBillingProfilesQuery{*std::move(account), std::move(page)};
}

Answered<billing::v1::ListBillingProfilesResponse> ListBillingProfilesQuery::Answer(
    const ReadContext& context) const {
  const auto opened = OpenAccountOrProfiles(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  using Response = billing::v1::ListBillingProfilesResponse;
  return FillPage<Response>(
      page,
      [&](const std::string& after, size_t limit) {
        return context.states.BillingProfiles(owner.number, after, limit);
      },
      [&](const BillingProfileId& id, const profile::BillingProfileState& state, Response& response,
          PageMeter& meter) -> std::optional<Problem> {
        if (!IsInSight(owner, id)) return std::nullopt;
        meter.Add(Shown(owner.view, id, state), *response.mutable_billing_profiles());
        return std::nullopt;
      });
}

}  // namespace billing::server

#include "server/engine/recorder.h"

#include "aggregates/judge/judge.h"
#include "gtest/gtest.h"
#include "projections/keyvalue/key_value.h"
#include "tests/engine/engine_fixture.h"

namespace billing::server {
namespace {

request::Request Parsed(const billing::v1::Command& command) {
  auto parsed = request::Parse(command, "0190b6f0-0000-7000-8000-000000000000", {});
  return std::get<request::Request>(std::move(parsed));
}

// A settlement of this many charges, as a decision.
kernel::Facts Settled(int charges) {
  kernel::Facts facts(1);
  auto& settled = *facts[0].mutable_balance_settled();
  for (int i = 0; i < charges; ++i) settled.add_charges("charges/" + std::string(63, 'c'));
  return facts;
}

TEST(Recorder, FailsACommandWhoseFactNoRecordHoldsBeforeAnythingIsFolded) {
  const kernel::Context context{.caller = {*kernel::Principal::Parse("services/biller")}};
  projections::MapRows rows;
  projections::Follower follower = projections::Follower::Imagined(0);
  Recorder recorder(nullptr);
  const request::Request open = Parsed(OpenAccount("acme"));
  ASSERT_TRUE(recorder
                  .Record({open, context, ""},
                          judge::Judge(open.command,
                                       {.caller = {*kernel::Principal::Parse("users/operator"),
                                                   [] {
                                                     kernel::PlatformRoles roles;
                                                     roles.Add(kernel::PlatformRole::kOperator);
                                                     return roles;
                                                   }()}},
                                       projections::StateReader(rows)),
                          follower, rows)
                  .ok());
  const auto before = rows.rows();

  billing::v1::Command settle;
  auto& wire = *settle.mutable_settle_balance();
  wire.set_parent("billingAccounts/acme");
  wire.set_failed_card("billingAccounts/acme/cards/visa");
  wire.set_paying_card("billingAccounts/acme/cards/amex");
  wire.mutable_amount()->set_currency_code("EUR");
  wire.mutable_amount()->set_units(1);
  wire.set_processor_reference("psp-1");
  const request::Request request = Parsed(settle);
  const auto recorded = recorder.Record({request, context, ""}, Settled(20'000), follower, rows);
  EXPECT_TRUE(absl::IsResourceExhausted(recorded.status())) << recorded.status();
  EXPECT_EQ(follower.position(), 1u) << "others go on from here";
  EXPECT_EQ(rows.rows(), before);
}

}  // namespace
}  // namespace billing::server

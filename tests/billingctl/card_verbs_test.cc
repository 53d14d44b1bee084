#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "billing/v1/payment_method_service.pb.h"
#include "google/rpc/error_details.pb.h"
#include "tests/billingctl/fake_server.h"

namespace billing::billingctl {
namespace {

const std::string kFreshId = "request_id: \"" + std::string(kFreshRequestId) + "\"";

std::vector<std::string> With(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

const std::vector<std::string> kAdd = {
    "card",          "add",      "visa",    "--account", "acme",   "--token",
    "tok_visa_0001", "--brand",  "visa",    "--funding", "credit", "--last-four",
    "1111",          "--expiry", "2035-04", "--country", "NL"};

billing::v1::AddCardResponse Added() {
  billing::v1::AddCardResponse response;
  response.mutable_card()->set_name("billingAccounts/acme/cards/visa");
  response.mutable_receipt()->set_position(4);
  return response;
}

billing::v1::Card SomeCard(const std::string& id) {
  billing::v1::Card card;
  card.set_name("billingAccounts/acme/cards/" + id);
  card.set_brand(billing::v1::BRAND_VISA);
  card.set_funding(billing::v1::FUNDING_CREDIT);
  card.set_last_four("1111");
  card.mutable_expiry()->set_year(2035);
  card.mutable_expiry()->set_month(4);
  card.set_country("NL");
  card.set_state(billing::v1::CARD_STATE_LIVE);
  return card;
}

TEST(CardAdd, SavesOnly) {
  FakeServer server;
  server.Answer(Added());
  const Printed printed = RunLine(server, kAdd);
  EXPECT_EQ(printed.out, "card visa added at position 4\n");
  EXPECT_EQ(server.Asked<billing::v1::AddCardRequest>(),
            "AddCard parent: \"billingAccounts/acme\" card_id: \"visa\" card { token: "
            "\"tok_visa_0001\" brand: BRAND_VISA funding: FUNDING_CREDIT last_four: \"1111\" "
            "expiry { year: 2035 month: 4 } country: \"NL\" } " +
                kFreshId + "\n");
}

TEST(CardAdd, WithSetActiveTellsWhichSubscriptionsMoved) {
  FakeServer server;
  billing::v1::AddCardResponse response = Added();
  response.add_moved_subscriptions("billingAccounts/acme/subscriptions/mail");
  response.add_moved_subscriptions("billingAccounts/acme/subscriptions/web");
  server.Answer(response);
  const Printed printed =
      RunLine(server, With(kAdd, {"--subscription", "web", "--set-active", "--holder-name",
                                  "A. Cooper", "--address-line", "Main St 1", "--address-line",
                                  "2nd floor", "--city", "Delft", "--address-country", "NL"}));
  EXPECT_EQ(printed.out,
            "card visa added at position 4\n"
            "active now on mail, web\n");
  EXPECT_THAT(server.Asked<billing::v1::AddCardRequest>(),
              testing::HasSubstr("holder_name: \"A. Cooper\" billing_address { lines: \"Main St "
                                 "1\" lines: \"2nd floor\" city: \"Delft\" country: \"NL\" } "
                                 "country: \"NL\" } subscription: "
                                 "\"billingAccounts/acme/subscriptions/web\" set_active: true"));
}

TEST(CardAdd, ValidateOnlySaysWouldAndSpendsNoRequestId) {
  FakeServer server;
  billing::v1::AddCardResponse response;
  response.mutable_receipt()->set_position(3);
  server.Answer(response);
  const Printed printed = RunLine(server, With(kAdd, {"--validate-only"}));
  EXPECT_EQ(printed.out, "a card would be added (judged at position 3, nothing recorded)\n");
  EXPECT_THAT(server.Asked<billing::v1::AddCardRequest>(),
              testing::AllOf(testing::HasSubstr("validate_only: true"),
                             testing::Not(testing::HasSubstr("request_id"))));
}

TEST(CardAdd, ARepeatedRequestSaysSo) {
  FakeServer server;
  billing::v1::AddCardResponse response = Added();
  response.mutable_receipt()->set_replayed(true);
  server.Answer(response);
  const Printed printed = RunLine(server, With(kAdd, {"--request-id", "my-own-id"}));
  EXPECT_EQ(printed.out,
            "card visa added at position 4 (the first answer to this request id, again)\n");
  EXPECT_THAT(server.Asked<billing::v1::AddCardRequest>(),
              testing::HasSubstr("request_id: \"my-own-id\""));
}

TEST(CardAdd, WithAnUnknownOutcomeTellsHowToRepeatIt) {
  FakeServer server;
  server.Fail(grpc::Status(grpc::StatusCode::UNKNOWN, "storage failed"));
  const Printed printed = RunLine(server, kAdd);
  EXPECT_EQ(printed.code, ExitCode::kOutcomeUnknown);
  EXPECT_EQ(printed.out, "");
  EXPECT_EQ(printed.err,
            "error: UNKNOWN: storage failed\n"
            "  it may have been done; repeat it safely with --request-id " +
                std::string(kFreshRequestId) + "\n");
}

TEST(CardUpdate, MasksExactlyTheFieldsThatHaveAFlag) {
  const auto asked = [](const std::vector<std::string>& flags) {
    FakeServer server;
    server.Answer(billing::v1::UpdateCardResponse());
    EXPECT_EQ(RunLine(server, With({"card", "update", "visa", "--account", "acme"}, flags)).code,
              ExitCode::kOk);
    return server.Asked<billing::v1::UpdateCardRequest>();
  };
  const std::string card = "UpdateCard card { name: \"billingAccounts/acme/cards/visa\" ";
  EXPECT_EQ(asked({"--expiry", "2036-01"}),
            card + "expiry { year: 2036 month: 1 } } update_mask { paths: \"expiry\" } " +
                kFreshId + "\n");
  EXPECT_EQ(asked({"--holder-name", ""}),
            card + "} update_mask { paths: \"holder_name\" } " + kFreshId + "\n");
  EXPECT_EQ(asked({"--no-address"}),
            card + "} update_mask { paths: \"billing_address\" } " + kFreshId + "\n");
  EXPECT_EQ(asked({"--city", "Delft"}), card +
                                            "billing_address { city: \"Delft\" } } update_mask "
                                            "{ paths: \"billing_address\" } " +
                                            kFreshId + "\n");
}

TEST(CardSetActive, TellsTheCascade) {
  FakeServer server;
  billing::v1::SetActiveResponse response;
  response.mutable_receipt()->set_position(10);
  response.add_moved_subscriptions("billingAccounts/acme/subscriptions/mail");
  response.add_moved_subscriptions("billingAccounts/acme/subscriptions/web");
  server.Answer(response);
  const Printed printed =
      RunLine(server, {"card", "set-active", "mastercard", "--account", "acme", "--subscription",
                       "web", "--expected-current-card", "visa"});
  EXPECT_EQ(printed.out,
            "card mastercard made active on web at position 10\n"
            "active now on mail, web\n");
  EXPECT_EQ(server.Asked<billing::v1::SetActiveRequest>(),
            "SetActive subscription: \"billingAccounts/acme/subscriptions/web\" card: "
            "\"billingAccounts/acme/cards/mastercard\" expected_current_card: "
            "\"billingAccounts/acme/cards/visa\" " +
                kFreshId + "\n");
}

TEST(CardSetActive, TellsWhenThereWasNothingToChange) {
  FakeServer server;
  billing::v1::SetActiveResponse response;
  response.mutable_receipt()->set_position(11);
  server.Answer(response);
  EXPECT_EQ(
      RunLine(server, {"card", "set-active", "visa", "--account", "acme", "--subscription", "web"})
          .out,
      "card visa is active on web already; nothing changed\n");
}

TEST(CardSetActive, ValidateOnlyTellsWhatWouldMove) {
  FakeServer server;
  billing::v1::SetActiveResponse response;
  response.mutable_receipt()->set_position(9);
  response.add_moved_subscriptions("billingAccounts/acme/subscriptions/web");
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"card", "set-active", "visa", "--account", "acme", "--subscription",
                             "web", "--validate-only"})
                .out,
            "card visa would be made active on web (judged at position 9, nothing recorded)\n"
            "would become active on web\n");
}

TEST(CardRemove, RefusedShowsEveryBlockerAndExitsWithFive) {
  FakeServer server;
  google::rpc::ErrorInfo info;
  info.set_reason("CARD_NOT_REMOVABLE");
  google::rpc::PreconditionFailure blockers;
  auto* violation = blockers.add_violations();
  violation->set_type("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION");
  violation->set_subject("billingAccounts/acme/subscriptions/web");
  violation->set_description("SetActive puts another card on it");
  server.Fail(StatusWith(grpc::StatusCode::FAILED_PRECONDITION, "in use", {&info, &blockers}));
  const Printed printed = RunLine(server, {"card", "remove", "visa", "--account", "acme"});
  EXPECT_EQ(printed.code, ExitCode::kRefused);
  EXPECT_EQ(printed.err,
            "error: CARD_NOT_REMOVABLE: in use\n"
            "  blocked by CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION "
            "billingAccounts/acme/subscriptions/web: SetActive puts another card on it\n");
}

TEST(CardRemove, GrantedSaysSo) {
  FakeServer server;
  billing::v1::RemoveCardResponse response;
  response.mutable_receipt()->set_position(12);
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"card", "remove", "billingAccounts/acme/cards/visa"}).out,
            "card visa removed at position 12\n");
}

TEST(CardGet, ShowsEveryField) {
  FakeServer server;
  billing::v1::GetCardResponse response;
  *response.mutable_card() = SomeCard("visa");
  response.mutable_card()->mutable_billing_address()->add_lines("Main St 1");
  response.mutable_card()->mutable_billing_address()->set_city("Delft");
  response.mutable_card()->add_redacted_fields("token");
  response.mutable_card()->mutable_create_time()->set_seconds(1772370309);
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"card", "get", "visa", "--account", "acme", "--utc"}).out,
            "account   acme\n"
            "card      visa\n"
            "brand     VISA\n"
            "number    …1111\n"
            "expires   2035-04\n"
            "funding   CREDIT\n"
            "country   NL\n"
            "holder    -\n"
            "state     LIVE\n"
            "in use    no\n"
            "address   Main St 1, Delft\n"
            "virtual   no\n"
            "token     -\n"
            "created   2026-03-01 13:05:09Z\n"
            "updated   -\n"
            "etag      -\n"
            "redacted  token\n");
}

TEST(CardList, ShowsExpiryAsAState) {
  FakeServer server;
  billing::v1::ListCardsResponse page;
  *page.add_cards() = SomeCard("mastercard");
  page.mutable_cards(0)->set_brand(billing::v1::BRAND_MASTERCARD);
  page.mutable_cards(0)->set_holder_name("A. Cooper");
  page.mutable_cards(0)->set_in_use(true);
  *page.add_cards() = SomeCard("visa");
  page.mutable_cards(1)->set_expired(true);
  server.Answer(page);
  const Printed printed = RunLine(server, {"card", "list", "--account", "acme", "--show-removed"});
  EXPECT_EQ(
      printed.out,
      "CARD        BRAND       NUMBER  EXPIRES  FUNDING  COUNTRY  HOLDER     STATE    IN USE\n"
      "mastercard  MASTERCARD  …1111   2035-04  CREDIT   NL       A. Cooper  LIVE     yes\n"
      "visa        VISA        …1111   2035-04  CREDIT   NL       -          EXPIRED  no\n");
  EXPECT_THAT(server.Asked<billing::v1::ListCardsRequest>(),
              testing::HasSubstr("show_removed: true"));
}

TEST(CardList, StopsAtItsLimitAndTellsHowToGoOn) {
  FakeServer server;
  billing::v1::ListCardsResponse page;
  *page.add_cards() = SomeCard("a");
  page.set_next_page_token("after-a");
  server.Answer(page);
  page.mutable_cards(0)->set_name("billingAccounts/acme/cards/b");
  page.set_next_page_token("after-b");
  server.Answer(page);
  const Printed printed =
      RunLine(server, {"card", "list", "--account", "acme", "--limit", "2", "--columns", "card"});
  EXPECT_EQ(printed.out, "CARD\na\nb\n");
  EXPECT_EQ(printed.err, "more: go on with --page-token after-b\n");
  EXPECT_EQ(server.Asked<billing::v1::ListCardsRequest>(),
            "ListCards parent: \"billingAccounts/acme\" page_size: 2\n"
            "ListCards parent: \"billingAccounts/acme\" page_size: 1 page_token: \"after-a\"\n");
}

TEST(CardList, AsJsonIsOneResponseOfAllPages) {
  FakeServer server;
  billing::v1::ListCardsResponse page;
  page.add_cards()->set_name("billingAccounts/acme/cards/a");
  page.set_next_page_token("more");
  page.set_position(7);
  server.Answer(page);
  page.mutable_cards(0)->set_name("billingAccounts/acme/cards/b");
  page.clear_next_page_token();
  page.set_position(9);
  server.Answer(page);
  const std::string out = RunLine(server, {"card", "list", "--account", "acme", "--json"}).out;
  EXPECT_THAT(out, testing::HasSubstr("\"name\": \"billingAccounts/acme/cards/a\""));
  EXPECT_THAT(out, testing::HasSubstr("\"name\": \"billingAccounts/acme/cards/b\""));
  EXPECT_THAT(out, testing::EndsWith(" \"next_page_token\": \"\",\n \"position\": \"7\"\n}\n"));
}

TEST(CardExpiring, OverAllAccountsShowsTheAccount) {
  FakeServer server;
  billing::v1::ListExpiringCardsResponse page;
  *page.add_cards() = SomeCard("visa");
  server.Answer(page);
  const Printed printed =
      RunLine(server, {"card", "expiring", "--account", "-", "--before", "2035-06"});
  EXPECT_THAT(printed.out, testing::HasSubstr("ACCOUNT  CARD  BRAND"));
  EXPECT_EQ(server.Asked<billing::v1::ListExpiringCardsRequest>(),
            "ListExpiringCards parent: \"-\" before { year: 2035 month: 6 } page_size: 500\n");
}

TEST(CardCheckRemoval, ListsBlockersOfAllPagesAndWhoWouldLoseTheCard) {
  FakeServer server;
  billing::v1::CheckRemovalResponse page;
  auto* blocker = page.add_blockers();
  blocker->set_type("PENDING_CHARGES");
  blocker->set_subject("billingAccounts/acme/charges/c1");
  blocker->set_remedy("pay it");
  page.set_blocker_count(1);
  page.set_next_page_token("more");
  server.Answer(page);
  page.clear_blockers();
  page.clear_next_page_token();
  page.add_affected_subscriptions("billingAccounts/acme/subscriptions/old");
  server.Answer(page);
  const Printed printed = RunLine(
      server, {"card", "check-removal", "visa", "--account", "acme", "--require-payment-method"});
  EXPECT_EQ(printed.code, ExitCode::kOk);
  EXPECT_EQ(printed.out,
            "card visa cannot be removed: 1 blocker\n"
            "BLOCKER          SUBJECT     REMEDY\n"
            "PENDING_CHARGES  charges/c1  pay it\n"
            "a removal leaves subscriptions/old without a payment method\n");
  EXPECT_THAT(server.Asked<billing::v1::CheckRemovalRequest>(),
              testing::HasSubstr("policy { require_payment_method: true }"));
}

TEST(CardCheckRemoval, OfAFreeCardSaysSo) {
  FakeServer server;
  billing::v1::CheckRemovalResponse page;
  page.set_removable(true);
  server.Answer(page);
  EXPECT_EQ(RunLine(server, {"card", "check-removal", "visa", "--account", "acme"}).out,
            "card visa can be removed\n");
}

TEST(InUse, ListsWhichCardPaysForWhat) {
  FakeServer server;
  billing::v1::ListCardsInUseResponse page;
  auto* mail = page.add_cards_in_use();
  mail->set_subscription("billingAccounts/acme/subscriptions/mail");
  mail->set_subscription_state(billing::v1::SUBSCRIPTION_STATE_PAST_DUE);
  mail->set_card("billingAccounts/acme/cards/visa");
  mail->mutable_active_since()->set_seconds(1772370309);
  mail->set_in_use(true);
  auto* web = page.add_cards_in_use();
  web->set_subscription("billingAccounts/acme/subscriptions/web");
  web->set_subscription_state(billing::v1::SUBSCRIPTION_STATE_ACTIVE);
  server.Answer(page);
  const Printed printed = RunLine(server, {"in-use", "--account", "acme", "--card", "visa"});
  EXPECT_EQ(printed.out,
            "SUBSCRIPTION  STATE     CARD  SINCE                       IN USE  EXPIRED\n"
            "mail          PAST_DUE  visa  2026-03-01 15:05:09 +02:00  yes     no\n"
            "web           ACTIVE    -     -                           no      no\n");
  EXPECT_EQ(server.Asked<billing::v1::ListCardsInUseRequest>(),
            "ListCardsInUse parent: \"billingAccounts/acme\" card: "
            "\"billingAccounts/acme/cards/visa\" page_size: 500\n");
}

}  // namespace
}  // namespace billing::billingctl

// Billing profiles over the wire, and who sees what of an account under a customer agreement.
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

constexpr char kCorp[] = "billingAccounts/corp";
const Who kCarol = {.principal = "users/carol"};
const Who kOwner = {.principal = "users/otto"};
const Who kReader = {.principal = "users/rita"};
// Holds a role on the profile `main` alone.
const Who kInPart = {.principal = "users/paul"};

std::string In(const std::string& relative) { return std::string(kCorp) + "/" + relative; }

// Of a list's resources, by full name: what stands behind the last slash.
template <class Resources>
std::vector<std::string> Ids(const Resources& resources) {
  std::vector<std::string> ids;
  for (const auto& one : resources) ids.push_back(one.name().substr(one.name().rfind('/') + 1));
  return ids;
}
using Are = std::vector<std::string>;

// `corp` of users/carol: cards amex, old (removed) and visa; profiles main (visa) and other
// (amex); subscriptions app and web billed to main, mail to other; a charge of each, named
// like it, and `dues` of the profile main.
class ProfileSight : public ServiceTest {
 protected:
  ProfileSight() {
    CreateBillingAccountRequest account = Account("corp", "users/carol");
    account.mutable_billing_account()->set_agreement(AGREEMENT_CUSTOMER_AGREEMENT);
    EXPECT_TRUE(CreateBillingAccount(account, kOperator).ok());
    for (const char* id : {"amex", "old", "visa"}) {
      AddCardRequest add = Card(id);
      add.set_parent(kCorp);
      EXPECT_TRUE(AddCard(add, kCarol).ok());
    }
    RemoveCardRequest remove;
    remove.set_name(In("cards/old"));
    EXPECT_TRUE(RemoveCard(remove, kCarol).ok());
    HaveProfile("main", "visa");
    HaveProfile("other", "amex");
    HaveBilled("app", "main");
    HaveBilled("mail", "other");
    HaveBilled("web", "main");
    RecordChargeRequest dues = Charge("dues");
    dues.mutable_charge()->set_billing_profile(In("billingProfiles/main"));
    EXPECT_TRUE(RecordCharge(dues, kBiller).ok());
    Grant(kCorp, kOwner.principal, ROLE_OWNER);
    Grant(kCorp, kReader.principal, ROLE_READER);
    Grant(In("billingProfiles/main"), kInPart.principal, ROLE_READER);
  }

  void HaveProfile(const std::string& id, const std::string& card) {
    CreateBillingProfileRequest request;
    request.set_parent(kCorp);
    request.set_billing_profile_id(id);
    request.mutable_billing_profile()->set_card(In("cards/" + card));
    const auto created = CreateBillingProfile(request, kCarol);
    EXPECT_TRUE(created.ok()) << created.details().reason << created.status.error_message();
  }

  static RecordChargeRequest Charge(const std::string& id) {
    RecordChargeRequest request;
    request.set_parent(kCorp);
    request.set_charge_id(id);
    request.mutable_charge()->mutable_amount()->set_currency_code("EUR");
    request.mutable_charge()->mutable_amount()->set_units(10);
    return request;
  }

  void HaveBilled(const std::string& id, const std::string& profile) {
    CreateSubscriptionRequest request = Subscription(id);
    request.set_parent(kCorp);
    request.mutable_subscription()->set_billing_profile(In("billingProfiles/" + profile));
    const auto created = CreateSubscription(request, kCarol);
    EXPECT_TRUE(created.ok()) << created.details().reason << created.status.error_message();
    RecordChargeRequest charge = Charge(id);
    charge.mutable_charge()->set_subscription(In("subscriptions/" + id));
    EXPECT_TRUE(RecordCharge(charge, kBiller).ok());
  }

  void Grant(const std::string& name, const std::string& principal, Role role) {
    GrantRoleRequest request;
    request.set_name(name);
    request.set_principal(principal);
    request.set_role(role);
    const auto granted = GrantRole(request, kCarol);
    EXPECT_TRUE(granted.ok()) << granted.details().reason << granted.status.error_message();
  }

  void Decline(const std::string& charge, const std::string& network_code) {
    RecordPaymentRequest request;
    request.set_name(In("charges/" + charge));
    request.set_outcome(PAYMENT_OUTCOME_DECLINED);
    request.set_network_code(network_code);
    request.set_processor_reference("first-try");
    EXPECT_TRUE(RecordPayment(request, kBiller).ok());
  }

  void ReplaceCard(const std::string& profile, const std::string& card) {
    ReplacePaymentMethodRequest request;
    request.set_name(In("billingProfiles/" + profile));
    request.set_card(In("cards/" + card));
    EXPECT_TRUE(ReplacePaymentMethod(request, kCarol).ok());
  }

  // A read of one thing by name, and of the list of an account.
  template <class Request>
  static Request Named(const std::string& relative) {
    Request request;
    request.set_name(In(relative));
    return request;
  }
  template <class Request>
  static Request OfCorp() {
    Request request;
    request.set_parent(kCorp);
    return request;
  }
};

TEST_F(ProfileSight, AProfileIsReadByNameAndByAccount) {
  const auto got =
      GetBillingProfile(Named<GetBillingProfileRequest>("billingProfiles/main"), kCarol);
  ASSERT_TRUE(got.ok()) << got.details().reason;
  EXPECT_EQ(got->billing_profile().name(), In("billingProfiles/main"));
  EXPECT_EQ(got->billing_profile().card(), In("cards/visa"));
  EXPECT_EQ(got->billing_profile().state(), BILLING_PROFILE_STATE_ACTIVE);
  EXPECT_EQ(got->position(), Head());
  const auto none = Named<GetBillingProfileRequest>("billingProfiles/none");
  EXPECT_EQ(GetBillingProfile(none, kCarol).details().reason, "BILLING_PROFILE_NOT_FOUND");
  EXPECT_EQ(GetBillingProfile(none, kStranger).details().reason, "ROLE_REQUIRED");

  auto list = OfCorp<ListBillingProfilesRequest>();
  list.set_page_size(1);
  const auto first = ListBillingProfiles(list, kCarol);
  EXPECT_EQ(Ids(first->billing_profiles()), Are{"main"});
  list.set_page_token(first->next_page_token());
  const auto second = ListBillingProfiles(list, kCarol);
  EXPECT_EQ(Ids(second->billing_profiles()), Are{"other"});
  EXPECT_EQ(second->next_page_token(), "");
}

TEST_F(ProfileSight, ADetachTellsEveryBlocker) {
  DetachPaymentMethodRequest request;
  request.set_name(In("billingProfiles/other"));
  const Details details = DetachPaymentMethod(request, kCarol).details();
  EXPECT_EQ(details.code, grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(details.reason, "PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH");
  EXPECT_EQ(details.metadata.at("blocker_count"), "2");
  EXPECT_EQ(details.blockers, (std::vector<std::pair<std::string, std::string>>{
                                  {"CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION", In("subscriptions/mail")},
                                  {"PENDING_CHARGES", In("charges/mail")}}));
  for (const std::string& remedy : details.remedies) EXPECT_NE(remedy, "");
}

TEST_F(ProfileSight, CardsInUseShowWhatPaysThroughTheProfile) {
  const auto all = ListCardsInUse(OfCorp<ListCardsInUseRequest>(), kCarol);
  ASSERT_TRUE(all.ok()) << all.details().reason;
  ASSERT_EQ(all->cards_in_use_size(), 3);
  EXPECT_EQ(all->cards_in_use(0).subscription(), In("subscriptions/app"));
  EXPECT_EQ(all->cards_in_use(0).billing_profile(), In("billingProfiles/main"));
  EXPECT_EQ(all->cards_in_use(0).card(), In("cards/visa"));
  EXPECT_TRUE(all->cards_in_use(0).in_use());
  EXPECT_EQ(all->cards_in_use(1).card(), In("cards/amex"));
  auto of_visa = OfCorp<ListCardsInUseRequest>();
  of_visa.set_card(In("cards/visa"));
  EXPECT_EQ(ListCardsInUse(of_visa, kCarol)->cards_in_use_size(), 2);
}

TEST_F(ProfileSight, AnAccountShowsWhoHoldsWhichRole) {
  GetBillingAccountRequest request;
  request.set_name(kCorp);
  const auto got = GetBillingAccount(request, kReader);
  ASSERT_TRUE(got.ok()) << got.details().reason;
  std::vector<std::string> roles;
  for (const auto& binding : got->billing_account().roles()) {
    roles.push_back(Role_Name(binding.role()) + " " + binding.principal() + " " +
                    binding.billing_profile());
  }
  EXPECT_EQ(roles, (Are{"ROLE_ADMINISTRATOR users/carol ", "ROLE_OWNER users/otto ",
                        "ROLE_READER users/paul " + In("billingProfiles/main"),
                        "ROLE_READER users/rita "}));
}

TEST_F(ProfileSight, WhoHoldsARoleOnTheAccountListsIt) {
  for (const Who& who : {kCarol, kOwner, kReader}) {
    const auto own = ListBillingAccounts({}, who);
    ASSERT_TRUE(own.ok()) << own.details().reason;
    EXPECT_EQ(Ids(own->billing_accounts()), Are{"corp"}) << who.principal;
    EXPECT_EQ(own->billing_accounts(0).roles_size(), 4);
  }
  EXPECT_EQ(ListBillingAccounts({}, kInPart)->billing_accounts_size(), 0);
}

TEST_F(ProfileSight, AnOwnerSeesPersonalFieldsAndAReaderDoesNot) {
  const auto card = Named<GetCardRequest>("cards/visa");
  EXPECT_EQ(GetCard(card, kOwner)->card().holder_name(), "A. Alice");
  EXPECT_EQ(GetCard(card, kReader)->card().last_four(), "1111");
  EXPECT_EQ(GetCard(card, kReader)->card().holder_name(), "");
}

TEST_F(ProfileSight, ARevokedRoleSeesNothingMore) {
  RevokeRoleRequest request;
  request.set_name(kCorp);
  request.set_principal(kReader.principal);
  request.set_role(ROLE_READER);
  const auto revoked = RevokeRole(request, kCarol);
  ASSERT_TRUE(revoked.ok()) << revoked.details().reason;
  EXPECT_EQ(revoked->billing_account().roles_size(), 3);
  EXPECT_EQ(GetCard(Named<GetCardRequest>("cards/visa"), kReader).details().reason,
            "ROLE_REQUIRED");
  EXPECT_EQ(ListBillingAccounts({}, kReader)->billing_accounts_size(), 0);
}

TEST_F(ProfileSight, ARoleOnAProfileListsWhatBelongsToItAndTheLiveCards) {
  EXPECT_EQ(
      Ids(ListBillingProfiles(OfCorp<ListBillingProfilesRequest>(), kInPart)->billing_profiles()),
      Are{"main"});
  EXPECT_EQ(Ids(ListSubscriptions(OfCorp<ListSubscriptionsRequest>(), kInPart)->subscriptions()),
            (Are{"app", "web"}));
  EXPECT_EQ(Ids(ListCharges(OfCorp<ListChargesRequest>(), kInPart)->charges()),
            (Are{"app", "dues", "web"}));
  auto cards = OfCorp<ListCardsRequest>();
  cards.set_show_removed(true);
  const auto listed = ListCards(cards, kInPart);
  EXPECT_EQ(Ids(listed->cards()), (Are{"amex", "visa"}));
  EXPECT_EQ(listed->cards(1).holder_name(), "");
  EXPECT_EQ(listed->cards(1).token(), "");
  EXPECT_EQ(Ids(ListCards(cards, kReader)->cards()), (Are{"amex", "old", "visa"}));
  const auto in_use = ListCardsInUse(OfCorp<ListCardsInUseRequest>(), kInPart);
  ASSERT_EQ(in_use->cards_in_use_size(), 2);
  EXPECT_EQ(in_use->cards_in_use(1).subscription(), In("subscriptions/web"));
}

TEST_F(ProfileSight, ARoleOnAProfilePagesPastWhatItMayNotSee) {
  auto request = OfCorp<ListSubscriptionsRequest>();
  request.set_page_size(1);
  const auto first = ListSubscriptions(request, kInPart);
  EXPECT_EQ(Ids(first->subscriptions()), Are{"app"});
  request.set_page_token(first->next_page_token());
  const auto second = ListSubscriptions(request, kInPart);
  EXPECT_EQ(Ids(second->subscriptions()), Are{"web"});
  EXPECT_EQ(second->next_page_token(), "");
}

TEST_F(ProfileSight, WhatIsOutOfSightIsNotFoundByName) {
  const auto reason = [](const auto& result) { return result.details().reason; };
  EXPECT_TRUE(GetSubscription(Named<GetSubscriptionRequest>("subscriptions/web"), kInPart).ok());
  EXPECT_EQ(reason(GetSubscription(Named<GetSubscriptionRequest>("subscriptions/mail"), kInPart)),
            "SUBSCRIPTION_NOT_FOUND");
  EXPECT_TRUE(GetCharge(Named<GetChargeRequest>("charges/dues"), kInPart).ok());
  EXPECT_EQ(reason(GetCharge(Named<GetChargeRequest>("charges/mail"), kInPart)),
            "CHARGE_NOT_FOUND");
  EXPECT_TRUE(
      GetBillingProfile(Named<GetBillingProfileRequest>("billingProfiles/main"), kInPart).ok());
  EXPECT_EQ(
      reason(GetBillingProfile(Named<GetBillingProfileRequest>("billingProfiles/other"), kInPart)),
      "BILLING_PROFILE_NOT_FOUND");
  EXPECT_TRUE(GetCard(Named<GetCardRequest>("cards/amex"), kInPart).ok());
  EXPECT_EQ(reason(GetCard(Named<GetCardRequest>("cards/old"), kInPart)), "CARD_NOT_FOUND");
  EXPECT_TRUE(GetCard(Named<GetCardRequest>("cards/old"), kReader).ok());
}

// `EUR 30: app dues web`: what is pending or past due in sight, and the charges of a balance.
std::string Told(const Result<GetBalanceResponse>& result) {
  if (!result.ok()) return result.details().reason;
  const GetBalanceResponse& balance = result.response;
  std::string told = std::to_string(balance.pending().units()) + " pending, " +
                     std::to_string(balance.past_due().units()) + " past due:";
  for (const std::string& id : Ids(balance.charges())) told += " " + id;
  return told;
}

TEST_F(ProfileSight, ARoleOnAProfileReadsWhatItOwes) {
  Decline("web", "51");
  auto request = OfCorp<GetBalanceRequest>();
  const auto balance = GetBalance(request, kInPart);
  ASSERT_TRUE(balance.ok()) << balance.details().reason;
  EXPECT_EQ(Told(balance), "20 pending, 10 past due: web app dues");
  EXPECT_EQ(Told(GetBalance(request, kReader)), "30 pending, 10 past due: web app dues mail");
  request.set_card(In("cards/visa"));
  EXPECT_EQ(Told(GetBalance(request, kInPart)), "20 pending, 10 past due: web app dues");
  // It may know the live cards, and owes nothing on this one.
  request.set_card(In("cards/amex"));
  EXPECT_EQ(Told(GetBalance(request, kInPart)), "0 pending, 0 past due:");
  request.set_card(In("cards/old"));
  EXPECT_EQ(GetBalance(request, kInPart).details().reason, "CARD_NOT_FOUND");
}

TEST_F(ProfileSight, ARoleOnAProfilePagesThroughWhatItOwes) {
  Decline("web", "51");
  auto request = OfCorp<GetBalanceRequest>();
  request.set_page_size(1);
  std::vector<std::string> pages;
  do {
    const auto page = GetBalance(request, kInPart);
    ASSERT_TRUE(page.ok()) << page.details().reason;
    pages.push_back(Told(page));
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, (Are{"20 pending, 10 past due: web", "20 pending, 10 past due: app",
                        "20 pending, 10 past due: dues"}));
}

TEST_F(ProfileSight, RolesOnSeveralProfilesReadWhatTheyOweTogether) {
  Grant(In("billingProfiles/other"), kInPart.principal, ROLE_OWNER);
  Decline("mail", "51");
  EXPECT_EQ(Told(GetBalance(OfCorp<GetBalanceRequest>(), kInPart)),
            "30 pending, 10 past due: mail app dues web");
}

TEST_F(ProfileSight, ARoleOnAProfileIsToldWhatToDoAboutItsDeclines) {
  Decline("web", "51");
  ReplaceCard("other", "visa");  // now both profiles' charges are on it
  HaveBilled("shop", "other");
  Decline("shop", "54");  // declined last, out of sight
  const auto of_card = Named<GetPaymentGuidanceRequest>("cards/visa");
  const auto guidance = GetPaymentGuidance(of_card, kInPart);
  ASSERT_TRUE(guidance.ok()) << guidance.details().reason;
  EXPECT_EQ(guidance->charge(), In("charges/web"));
  EXPECT_EQ(guidance->reason(), DECLINE_REASON_INSUFFICIENT_CREDIT);
  EXPECT_EQ(GetPaymentGuidance(of_card, kReader)->charge(), In("charges/shop"));
  EXPECT_EQ(GetPaymentGuidance(Named<GetPaymentGuidanceRequest>("charges/web"), kInPart)->charge(),
            In("charges/web"));
  const auto reason = [this](const std::string& name) {
    return GetPaymentGuidance(Named<GetPaymentGuidanceRequest>(name), kInPart).details().reason;
  };
  EXPECT_EQ(reason("charges/shop"), "CHARGE_NOT_FOUND");
  EXPECT_EQ(reason("cards/old"), "CARD_NOT_FOUND");
  EXPECT_EQ(reason("cards/none"), "CARD_NOT_FOUND");
}

TEST_F(ProfileSight, AChargeStaysInSightOfTheProfileItWasBilledTo) {
  Grant(In("billingProfiles/other"), "users/pam", ROLE_READER);
  ChangeBillingProfileRequest move;
  move.set_name(In("subscriptions/web"));
  move.set_billing_profile(In("billingProfiles/other"));
  ASSERT_TRUE(ChangeBillingProfile(move, kCarol).ok());
  const Who other = {.principal = "users/pam"};
  EXPECT_EQ(Ids(ListSubscriptions(OfCorp<ListSubscriptionsRequest>(), kInPart)->subscriptions()),
            Are{"app"});
  EXPECT_EQ(Ids(ListCharges(OfCorp<ListChargesRequest>(), kInPart)->charges()),
            (Are{"app", "dues", "web"}));
  EXPECT_EQ(Told(GetBalance(OfCorp<GetBalanceRequest>(), kInPart)),
            "30 pending, 0 past due: app dues web");
  EXPECT_EQ(Ids(ListCharges(OfCorp<ListChargesRequest>(), other)->charges()), Are{"mail"});
}

TEST_F(ProfileSight, EverythingElseTakesARoleOnTheAccount) {
  GetBillingAccountRequest account;
  account.set_name(kCorp);
  auto expiring = OfCorp<ListExpiringCardsRequest>();
  expiring.mutable_before()->set_year(2031);
  expiring.mutable_before()->set_month(1);
  const Details refused[] = {
      GetBillingAccount(account, kInPart).details(),
      CheckRemoval(Named<CheckRemovalRequest>("cards/visa"), kInPart).details(),
      ListExpiringCards(expiring, kInPart).details(),
      ListEvents(OfCorp<ListEventsRequest>(), kInPart).details(),
      ListTransfers(OfCorp<ListTransfersRequest>(), kInPart).details(),
  };
  for (const Details& details : refused) EXPECT_EQ(details.reason, "ROLE_REQUIRED");
}

TEST_F(ProfileSight, ExpiringCardsAreThoseOfActiveProfiles) {
  auto request = OfCorp<ListExpiringCardsRequest>();
  request.mutable_before()->set_year(2031);
  request.mutable_before()->set_month(1);
  EXPECT_EQ(Ids(ListExpiringCards(request, kCarol)->cards()), (Are{"amex", "visa"}));
}

TEST_F(ProfileSight, SwitchingToInvoiceAnswersWhicheverWasNamed) {
  UpdateBillingAccountRequest business;
  business.mutable_billing_account()->set_name(kCorp);
  business.mutable_billing_account()->set_business(true);
  business.mutable_update_mask()->add_paths("business");
  ASSERT_TRUE(UpdateBillingAccount(business, kOperator).ok());
  RequestInvoicePaymentRequest ask;
  ask.set_name(kCorp);
  const auto asked = RequestInvoicePayment(ask, kCarol);
  ASSERT_TRUE(asked.ok()) << asked.details().reason;
  EXPECT_EQ(asked->billing_account().invoice_payment(), INVOICE_PAYMENT_STATE_REQUESTED);
  DecideInvoicePaymentRequest decide;
  decide.set_name(kCorp);
  decide.set_approved(true);
  ASSERT_TRUE(DecideInvoicePayment(decide, kOperator).ok());
  SwitchToInvoiceRequest request;
  request.set_name(In("billingProfiles/main"));
  const auto switched = SwitchToInvoice(request, kCarol);
  ASSERT_TRUE(switched.ok()) << switched.details().reason;
  EXPECT_FALSE(switched->has_subscription());
  EXPECT_EQ(switched->billing_profile().name(), In("billingProfiles/main"));
  EXPECT_TRUE(switched->billing_profile().pays_by_invoice());
  EXPECT_EQ(switched->billing_profile().card(), "");
}

TEST_F(ProfileSight, ValidatingMakesNoNames) {
  CreateBillingProfileRequest profile;
  profile.set_parent(kCorp);
  profile.mutable_billing_profile()->set_card(In("cards/visa"));
  profile.set_validate_only(true);
  const auto validated = CreateBillingProfile(profile, kCarol);
  ASSERT_TRUE(validated.ok()) << validated.details().reason;
  EXPECT_EQ(validated->billing_profile().name(), "");
  EXPECT_EQ(validated->billing_profile().card(), In("cards/visa"));
  RecordChargeRequest charge = Charge("");
  charge.mutable_charge()->set_billing_profile(In("billingProfiles/main"));
  charge.set_validate_only(true);
  const auto recorded = RecordCharge(charge, kBiller);
  ASSERT_TRUE(recorded.ok()) << recorded.details().reason;
  EXPECT_EQ(recorded->charge().name(), "");
  EXPECT_EQ(recorded->charge().card(), In("cards/visa"));
}

}  // namespace
}  // namespace billing::server

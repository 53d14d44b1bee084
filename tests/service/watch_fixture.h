// A watch as its client holds it, and an account to watch.
#ifndef BILLING_TESTS_SERVICE_WATCH_FIXTURE_H_
#define BILLING_TESTS_SERVICE_WATCH_FIXTURE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/service/service_fixture.h"

namespace billing::server {

using Message = billing::v1::WatchEventsResponse;
using Are = std::vector<uint64_t>;

inline uint64_t PositionOf(const Message& message) {
  if (message.has_event()) return message.event().position();
  if (message.has_caught_up()) return message.caught_up().position();
  return message.heartbeat().position();
}

// One watch as its client holds it. Ends it when it goes.
class Watching {
 public:
  Watching(billing::v1::HistoryService::Stub& stub, const billing::v1::WatchEventsRequest& request,
           const Who& who, void (*identify)(grpc::ClientContext&, const Who&)) {
    identify(context_, who);
    reader_ = stub.WatchEvents(&context_, request);
  }
  ~Watching() {
    if (reader_ == nullptr) return;
    context_.TryCancel();
    End();
  }

  // Nothing at the end.
  std::optional<Message> Next() {
    Message message;
    if (!reader_->Read(&message)) return std::nullopt;
    return message;
  }
  // The positions of the events up to `caught_up`, whose position it notes.
  Are UntilCaughtUp() {
    Are positions;
    while (const auto message = Next()) {
      if (message->has_caught_up()) {
        caught_up_ = PositionOf(*message);
        return positions;
      }
      if (message->has_heartbeat()) continue;
      positions.push_back(PositionOf(*message));
    }
    ADD_FAILURE() << "the watch ended: " << End().reason;
    return positions;
  }
  uint64_t caught_up() const { return caught_up_; }
  // The next event's position; 0 at the end.
  uint64_t NextEvent() {
    while (const auto message = Next()) {
      if (message->has_event()) return message->event().position();
    }
    return 0;
  }
  // What the watch ends with; whatever was still to be read is.
  Details End() {
    while (Next()) {
    }
    const auto status = reader_->Finish();
    reader_ = nullptr;
    return DetailsOf(status);
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<Message>> reader_;
  uint64_t caught_up_ = 0;
};

// `acme`: 1 BillingAccountCreated, 2 SubscriptionCreated web, 3 CardAdded visa.
class WatchTest : public ServiceTest {
 protected:
  WatchTest() {
    HaveSubscription("web");
    HaveCard("visa");
    request_.set_parent(kAcme);
  }

  std::unique_ptr<Watching> Watch(const Who& who = kAlice) {
    return std::make_unique<Watching>(*HistoryService_, request_, who, &ServiceTest::Identify);
  }
  void Rename(const std::string& name) {
    billing::v1::UpdateSubscriptionRequest update;
    update.mutable_subscription()->set_name(SubscriptionName("web"));
    update.mutable_subscription()->set_display_name(name);
    update.mutable_update_mask()->add_paths("display_name");
    const auto updated = UpdateSubscription(update);
    ASSERT_TRUE(updated.ok()) << updated.details().reason;
  }
  // Whether there is room for another watch, which ends at once.
  bool Admitted() { return Watch()->Next().has_value(); }
  // Rita reads the account.
  void GrantRita() {
    billing::v1::GrantRoleRequest grant;
    grant.set_name(kAcme);
    grant.set_principal("users/rita");
    grant.set_role(billing::v1::ROLE_READER);
    ASSERT_TRUE(GrantRole(grant).ok());
  }
  void RevokeRita() {
    billing::v1::RevokeRoleRequest revoke;
    revoke.set_name(kAcme);
    revoke.set_principal("users/rita");
    revoke.set_role(billing::v1::ROLE_READER);
    ASSERT_TRUE(RevokeRole(revoke).ok());
  }

  billing::v1::WatchEventsRequest request_;
  const Who rita_ = {.principal = "users/rita"};
};

}  // namespace billing::server

#endif  // BILLING_TESTS_SERVICE_WATCH_FIXTURE_H_

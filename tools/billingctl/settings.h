// What the flags say that several verbs share.
#ifndef BILLING_TOOLS_BILLINGCTL_SETTINGS_H_
#define BILLING_TOOLS_BILLINGCTL_SETTINGS_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace billing::billingctl {

// Of every call: where to, and as whom.
struct CallSettings {
  // `host:port` of billingd.
  std::string address = "127.0.0.1:50051";
  // `users/alice`; empty: no credential is sent.
  std::string principal;
  // Platform roles, comma separated; empty: none.
  std::string roles;
  std::string on_behalf_of;
  // Of one call; a list that spans several pages has it for each.
  std::chrono::milliseconds timeout = std::chrono::seconds(10);
};

// Of every verb that writes.
struct WriteFlags {
  // UUID; empty: a fresh one is made.
  std::string request_id;
  std::string reason;
  // With or without its quotes.
  std::string etag;
  bool validate_only = false;
};

// Of every verb that reads.
struct ReadFlags {
  uint64_t min_position = 0;
};

// Of every verb that lists.
struct ListFlags {
  // Most rows in all; 0: every row.
  int limit = 0;
  std::string page_token;
  // Names of the table's columns; empty: its usual ones.
  std::vector<std::string> columns;
};

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_SETTINGS_H_

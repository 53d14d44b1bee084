// Addresses of servers as people type them.
#ifndef BILLING_TOOLS_COMMAND_LINE_HOST_PORT_H_
#define BILLING_TOOLS_COMMAND_LINE_HOST_PORT_H_

#include <arpa/inet.h>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace billing::command_line {

inline bool IsPort(std::string_view text) {
  uint16_t port = 0;
  const auto [read, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && read == text.data() + text.size() && port > 0;
}

// A name, an IPv4 address, or an IPv6 address in brackets.
inline bool IsHost(std::string_view text) {
  constexpr std::string_view kDigitsAndDots = "0123456789.";
  constexpr std::string_view kOfNames =
      "0123456789.ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
  unsigned char address[sizeof(in6_addr)];
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
    // An interface may follow.
    const std::string bare(text.substr(0, text.find('%')));
    return inet_pton(AF_INET6, bare.c_str(), address) == 1;
  }
  // No name is made of these alone: what looks like an address has to be one.
  if (text.find_first_not_of(kDigitsAndDots) == text.npos) {
    return inet_pton(AF_INET, std::string(text).c_str(), address) == 1;
  }
  return text.find_first_not_of(kOfNames) == text.npos && text.front() != '-';
}

// What is wrong with an address; empty: nothing. gRPC by itself dials port 46300 for 111836, and
// asks the resolver for what has no port.
inline std::string WrongInHostPort(const std::string& text) {
  const size_t colon = text.rfind(':');
  const std::string_view whole = text;
  if (colon != text.npos && IsHost(whole.substr(0, colon)) && IsPort(whole.substr(colon + 1))) {
    return "";
  }
  return "'" + text +
         "' is not HOST:PORT: a name, an IPv4 address or an IPv6 address in brackets, and a port "
         "from 1 to 65535";
}

}  // namespace billing::command_line

#endif  // BILLING_TOOLS_COMMAND_LINE_HOST_PORT_H_

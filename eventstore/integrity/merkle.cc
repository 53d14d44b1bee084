#include "eventstore/integrity/merkle.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <memory>

#include "eventstore/big_endian.h"

namespace billing::eventstore {
namespace {

constexpr char kLeafPrefix = '\x00';
constexpr char kNodePrefix = '\x01';
constexpr size_t kHmacBlockBytes = 64;

struct Free {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Fetching an algorithm by name costs more than a hash; what is fetched is immutable.
const EVP_MD* Sha256Digest() {
  static const std::unique_ptr<EVP_MD, Free> digest(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  assert(digest != nullptr);
  return digest.get();
}

// SHA-256(first ‖ second).
Hash Sha256Of(std::string_view first, std::string_view second) {
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  Hash hash;
  unsigned int size = 0;
  bool hashed = EVP_DigestInit_ex2(context.get(), Sha256Digest(), nullptr) == 1 &&
                EVP_DigestUpdate(context.get(), first.data(), first.size()) == 1 &&
                EVP_DigestUpdate(context.get(), second.data(), second.size()) == 1 &&
                EVP_DigestFinal_ex(context.get(), hash.data(), &size) == 1;
  assert(hashed && size == hash.size());
  return hash;
}

}  // namespace

Hash Sha256(std::string_view bytes) { return Sha256Of(bytes, {}); }

// RFC 2104, as two hashes: OpenSSL's own costs three times as much with a key that is used once.
Hash HmacSha256(std::string_view key, std::string_view bytes) {
  const Hash short_key = key.size() > kHmacBlockBytes ? Sha256(key) : Hash{};
  if (key.size() > kHmacBlockBytes) key = AsBytes(short_key);
  std::array<char, kHmacBlockBytes> inner_pad;
  std::array<char, kHmacBlockBytes> outer_pad;
  for (size_t i = 0; i < kHmacBlockBytes; ++i) {
    const char byte = i < key.size() ? key[i] : '\0';
    inner_pad[i] = static_cast<char>(byte ^ 0x36);
    outer_pad[i] = static_cast<char>(byte ^ 0x5C);
  }
  const Hash inner = Sha256Of({inner_pad.data(), inner_pad.size()}, bytes);
  const Hash hash = Sha256Of({outer_pad.data(), outer_pad.size()}, AsBytes(inner));
  OPENSSL_cleanse(inner_pad.data(), inner_pad.size());
  OPENSSL_cleanse(outer_pad.data(), outer_pad.size());
  return hash;
}

Hash LeafHash(std::string_view record) { return Sha256Of({&kLeafPrefix, 1}, record); }

Hash NodeHash(const Hash& left, const Hash& right) {
  std::array<char, 1 + 2 * sizeof(Hash)> node;
  node[0] = kNodePrefix;
  std::memcpy(&node[1], left.data(), left.size());
  std::memcpy(&node[1 + left.size()], right.data(), right.size());
  return Sha256Of({node.data(), node.size()}, {});
}

std::string_view AsBytes(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::string ToHex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (char byte : bytes) {
    text += kDigits[static_cast<unsigned char>(byte) >> 4];
    text += kDigits[static_cast<unsigned char>(byte) & 0xf];
  }
  return text;
}

void Frontier::Append(const Hash& leaf) {
  Append(leaf, [](unsigned, const Hash&) {});
}

void Frontier::Append(const Hash& leaf,
                      absl::FunctionRef<void(unsigned height, const Hash& root)> completed) {
  roots_.push_back(leaf);
  ++size_;
  // Each trailing zero bit of the new size is a pair of equal subtrees that became one.
  const unsigned merges = static_cast<unsigned>(std::countr_zero(size_));
  for (unsigned height = 1; height <= merges; ++height) {
    Hash right = roots_.back();
    roots_.pop_back();
    roots_.back() = NodeHash(roots_.back(), right);
    completed(height, roots_.back());
  }
  assert(roots_.size() == static_cast<size_t>(std::popcount(size_)));
}

Hash Frontier::Root() const {
  if (roots_.empty()) return Sha256("");
  Hash root = roots_.back();
  for (size_t i = roots_.size() - 1; i-- > 0;) root = NodeHash(roots_[i], root);
  return root;
}

bool Frontier::EndsWith(const Frontier& tail) const {
  return roots_.size() >= tail.roots_.size() &&
         std::equal(tail.roots_.rbegin(), tail.roots_.rend(), roots_.rbegin());
}

std::string Frontier::Serialize() const {
  std::string bytes = Be64(size_);
  for (const Hash& root : roots_) bytes += AsBytes(root);
  return bytes;
}

std::optional<Frontier> Frontier::Parse(std::string_view bytes) {
  if (bytes.size() < sizeof(uint64_t)) return std::nullopt;
  Frontier frontier;
  frontier.size_ = FromBe64(bytes.substr(0, sizeof(uint64_t)));
  bytes.remove_prefix(sizeof(uint64_t));
  const auto count = static_cast<size_t>(std::popcount(frontier.size_));
  if (bytes.size() != count * sizeof(Hash)) return std::nullopt;
  frontier.roots_.resize(count);
  for (Hash& root : frontier.roots_) {
    std::memcpy(root.data(), bytes.data(), root.size());
    bytes.remove_prefix(root.size());
  }
  return frontier;
}

}  // namespace billing::eventstore

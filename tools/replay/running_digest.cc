#include "tools/replay/running_digest.h"

#include <openssl/evp.h>

#include <cassert>

namespace billing::replay {

struct RunningDigest::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(evp); }
};

RunningDigest::RunningDigest() : context_(std::make_unique<Context>()) {
  const bool begun = EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr) == 1;
  assert(begun);
}

RunningDigest::~RunningDigest() = default;

void RunningDigest::Add(std::string_view bytes) {
  const bool added = EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) == 1;
  assert(added);
}

eventstore::Hash RunningDigest::Finish() {
  eventstore::Hash hash;
  unsigned int size = 0;
  const bool finished = EVP_DigestFinal_ex(context_->evp, hash.data(), &size) == 1;
  assert(finished && size == hash.size());
  return hash;
}

}  // namespace billing::replay

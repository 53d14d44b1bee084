// Logs to audit, made by the code that makes real ones.
#ifndef BILLING_TESTS_REPLAY_RECORDED_LOG_H_
#define BILLING_TESTS_REPLAY_RECORDED_LOG_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "eventstore/integrity/signing_key.h"
#include "eventstore/vault/vault.h"
#include "tests/model/trial.h"
#include "tools/replay/finding.h"
#include "tools/replay/source.h"

namespace billing::replay {

// A signed note and the size of its tree.
using Checkpoints = std::vector<std::pair<uint64_t, std::string>>;

struct RecordedLog {
  std::string log_id;
  std::vector<std::string> records;

  // Of every `span` records and of the last one.
  Checkpoints Sign(const eventstore::SigningKey& key, uint64_t span) const;
  // An export of it, byte for byte.
  std::string Export(const Checkpoints& checkpoints) const;
};

// So many random commands, in a log of their own. `before` and `after` see each step.
using Look = std::function<void(const model::Step&, const model::Trial&)>;
RecordedLog RandomLog(eventstore::Vault* vault, uint64_t seed, int commands,
                      const Look& before = nullptr, const Look& after = nullptr);

// Where each frame of an export begins, the header and the end among them; last the export's
// size.
std::vector<size_t> FramesOf(const std::string& bytes);

// Its items, without checkpoints. The log outlives it.
class RecordsSource final : public Source {
 public:
  explicit RecordsSource(const RecordedLog& log) : log_(log) {}
  const std::string& log_id() const override { return log_.log_id; }
  std::variant<Item, Finding> Next() override;
  double Done() const override { return -1; }

 private:
  const RecordedLog& log_;
  size_t next_ = 0;
};

}  // namespace billing::replay

#endif  // BILLING_TESTS_REPLAY_RECORDED_LOG_H_

#include "tests/replay/recorded_log.h"

#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "eventstore/big_endian.h"
#include "eventstore/integrity/checkpoint.h"
#include "eventstore/integrity/merkle.h"
#include "tools/replay/export_format.h"
#include "tools/replay/export_writer.h"

namespace billing::replay {

Checkpoints RecordedLog::Sign(const eventstore::SigningKey& key, uint64_t span) const {
  Checkpoints signed_ones;
  eventstore::Frontier tree;
  for (const std::string& record : records) {
    tree.Append(eventstore::LeafHash(record));
    if (tree.size() % span != 0 && tree.size() != records.size()) continue;
    const auto note = eventstore::SignCheckpoint(
        {.origin = eventstore::OriginOf(log_id), .size = tree.size(), .root = tree.Root()},
        {&key, 1});
    EXPECT_TRUE(note.ok()) << note.status();
    signed_ones.emplace_back(tree.size(), *note);
  }
  return signed_ones;
}

std::string RecordedLog::Export(const Checkpoints& checkpoints) const {
  std::ostringstream out;
  ExportWriter writer(out, log_id);
  eventstore::Frontier tree;
  auto checkpoint = checkpoints.begin();
  for (const std::string& record : records) {
    const eventstore::Hash leaf = eventstore::LeafHash(record);
    tree.Append(leaf);
    writer.Add({Item::Kind::kRecord, tree.size(), record, leaf});
    for (; checkpoint != checkpoints.end() && checkpoint->first == tree.size(); ++checkpoint) {
      writer.Add({Item::Kind::kCheckpoint, checkpoint->first, checkpoint->second});
    }
  }
  writer.Finish(tree.size(), tree.Root());
  return out.str();
}

RecordedLog RandomLog(eventstore::Vault* vault, uint64_t seed, int commands, const Look& before,
                      const Look& after) {
  model::Trial trial(vault, std::numeric_limits<int>::max());
  model::Generator generator(seed, trial.world());
  for (int i = 0; i < commands; ++i) {
    const model::Step step = generator.Next();
    if (before) before(step, trial);
    EXPECT_EQ(trial.Take(step), "") << "seed " << seed << ", command " << i + 1;
    if (after) after(step, trial);
  }
  return {trial.system().log_id(), trial.system().log()};
}

std::vector<size_t> FramesOf(const std::string& bytes) {
  std::vector<size_t> frames = {0};
  for (size_t at = kExportHeaderBytes; at < bytes.size();) {
    frames.push_back(at);
    const uint32_t payload = eventstore::FromBe32(std::string_view(bytes).substr(at + 1, 4));
    at += kFrameHeaderBytes + payload;
  }
  frames.push_back(bytes.size());
  return frames;
}

std::variant<Item, Finding> RecordsSource::Next() {
  if (next_ == log_.records.size()) return Item{Item::Kind::kEnd, next_, {}};
  const std::string& record = log_.records[next_++];
  return Item{Item::Kind::kRecord, next_, record, eventstore::LeafHash(record)};
}

}  // namespace billing::replay

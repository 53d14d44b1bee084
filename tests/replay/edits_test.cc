// Random edits of an export: each found by `verify` and by the second verifier, both at the very
// same position, which is the right one, or between the same two where only a checkpoint tells.
//
//   BILLING_EDITS  how many (default 500)
//   BILLING_SEED   default 1
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "tests/eventstore/temporary_directory.h"
#include "tests/model/model_fixture.h"
#include "tests/replay/recorded_log.h"
#include "tests/replay/setting.h"
#include "tools/replay/audit.h"
#include "tools/replay/export_format.h"
#include "tools/replay/export_source.h"

namespace billing::replay {
namespace {

using eventstore::SigningKey;
using eventstore::TemporaryDirectory;

constexpr int kCommands = 150;
constexpr uint64_t kSpan = 40;
// The second verifier is started once for so many.
constexpr size_t kEditsPerStart = 100;

struct Edit {
  std::string what;
  std::string bytes;
  // Where it must be found: exactly there, or somewhere in a range that holds it.
  uint64_t from = 0;
  uint64_t to = 0;
};

class Edits : public model::ModelTest {
 protected:
  Edits() {
    log_ = RandomLog(vault(), seed_, kCommands);
    other_ = RandomLog(vault(), seed_ + 1, kCommands);
    other_.log_id = log_.log_id;
    key_ = std::make_unique<SigningKey>(*SigningKey::Create(folder_ / "signing.pem"));
    foreign_key_ = std::make_unique<SigningKey>(*SigningKey::Create(folder_ / "foreign.pem"));
    checkpoints_ = log_.Sign(*key_, kSpan);
    export_ = log_.Export(checkpoints_);
    frames_ = FramesOf(export_);
    random_.seed(seed_);
  }

  size_t Below(size_t bound) { return random_() % bound; }
  eventstore::VerifierKey key() const {
    return key_->Verifier(absl::StrCat("billingd/", log_.log_id));
  }

  // The number of records in front of a frame, plus one: where a broken frame is found.
  uint64_t FoundAt(size_t frame) const {
    uint64_t records = 0;
    for (size_t i = 1; i < frame; ++i) records += export_[frames_[i]] == kRecordFrame ? 1 : 0;
    return frame == 0 ? 0 : records + 1;
  }
  size_t FrameOf(size_t offset) const {
    return static_cast<size_t>(std::ranges::upper_bound(frames_, offset) - frames_.begin()) - 1;
  }
  std::string Frame(size_t i) const {
    return export_.substr(frames_[i], frames_[i + 1] - frames_[i]);
  }
  // Frame 0 is the header, the last one the end.
  size_t SomeFrame() { return 1 + Below(frames_.size() - 3); }
  size_t SomeRecordFrame() {
    while (true) {
      const size_t frame = SomeFrame();
      if (export_[frames_[frame]] == kRecordFrame) return frame;
    }
  }

  Edit Flip() {
    const size_t at = Below(export_.size());
    std::string bytes = export_;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << Below(8)));
    const uint64_t found = FoundAt(FrameOf(at));
    return {absl::StrCat("a bit flipped at byte ", at), bytes, found, found};
  }
  Edit Truncate() {
    const size_t at = Below(export_.size());
    const size_t frame = FrameOf(at);
    return {absl::StrCat("cut at byte ", at), export_.substr(0, at), FoundAt(frame),
            FoundAt(frame)};
  }
  Edit Drop() {
    const size_t frame = SomeRecordFrame();
    std::string bytes = export_;
    bytes.erase(frames_[frame], frames_[frame + 1] - frames_[frame]);
    return {"a record dropped", bytes, FoundAt(frame), FoundAt(frame)};
  }
  Edit Insert() {
    const size_t at = SomeFrame();
    std::string bytes = export_;
    bytes.insert(frames_[at], Frame(SomeRecordFrame()));
    // A copy in front of itself is found where the second one stands.
    const uint64_t found = FoundAt(at);
    const bool itself = bytes.substr(frames_[at], frames_[at + 1] - frames_[at]) == Frame(at);
    return {"a record inserted", bytes, found + (itself ? 1 : 0), found + (itself ? 1 : 0)};
  }
  Edit Swap() {
    size_t one = SomeRecordFrame();
    size_t other = SomeRecordFrame();
    while (other == one) other = SomeRecordFrame();
    if (one > other) std::swap(one, other);
    const std::string between = export_.substr(frames_[one + 1], frames_[other] - frames_[one + 1]);
    const std::string bytes = export_.substr(0, frames_[one]) + Frame(other) + between +
                              Frame(one) + export_.substr(frames_[other + 1]);
    return {"two records swapped", bytes, FoundAt(one), FoundAt(one)};
  }

  // What follows mends every checksum, so that only checkpoints, or the records themselves,
  // tell: the range of the checkpoint that no longer fits.
  Edit Mended(std::string what, const RecordedLog& edited, uint64_t position) {
    const uint64_t from = (position - 1) / kSpan * kSpan + 1;
    const uint64_t to = std::min<uint64_t>(from + kSpan - 1, log_.records.size());
    return {std::move(what), edited.Export(checkpoints_), from, to};
  }
  // The salt can be anything, as far as one can see.
  Edit OtherSalt() {
    const size_t position = 1 + Below(log_.records.size());
    RecordedLog edited = log_;
    storage::v1::Record record;
    record.ParseFromString(edited.records[position - 1]);
    (*record.mutable_salt())[Below(16)] ^= 0x04;
    edited.records[position - 1] = record.SerializeAsString();
    return Mended("a record edited, all checksums mended", edited, position);
  }
  Edit OtherLogsRecord() {
    const size_t count = std::min(log_.records.size(), other_.records.size());
    const size_t position = 1 + Below(count);
    RecordedLog edited = log_;
    edited.records[position - 1] = other_.records[position - 1];
    return Mended("another log's record, all checksums mended", edited, position);
  }
  // What a record says of itself tells exactly.
  Edit OtherRevision() {
    const size_t position = 1 + Below(log_.records.size());
    RecordedLog edited = log_;
    storage::v1::Record record;
    record.ParseFromString(edited.records[position - 1]);
    record.mutable_event()->set_stream_revision(record.event().stream_revision() + 1 + Below(9));
    edited.records[position - 1] = record.SerializeAsString();
    return {"another revision, all checksums mended", edited.Export(checkpoints_), position,
            position};
  }
  Edit DropAndRenumber() {
    // Not the last one: then nothing but a checkpoint tells.
    const size_t position = 1 + Below(log_.records.size() - 1);
    RecordedLog edited = log_;
    edited.records.erase(edited.records.begin() + static_cast<std::ptrdiff_t>(position - 1));
    return {"a record dropped, the frames after it numbered anew", edited.Export(checkpoints_),
            position, position};
  }
  Edit SignedByAnother() {
    RecordedLog edited = log_;
    const size_t position = 1 + Below(log_.records.size());
    storage::v1::Record record;
    record.ParseFromString(edited.records[position - 1]);
    (*record.mutable_salt())[Below(16)] ^= 0x04;
    edited.records[position - 1] = record.SerializeAsString();
    const uint64_t first = std::min<uint64_t>(kSpan, log_.records.size());
    return {"a record edited, all signed again by another key",
            edited.Export(edited.Sign(*foreign_key_, kSpan)), first, first};
  }

  Edit Next(int i) {
    switch (i % 10) {
      case 0:
        return Flip();
      case 1:
        return Swap();
      case 2:
        return Drop();
      case 3:
        return Insert();
      case 4:
        return Truncate();
      case 5:
        return OtherSalt();
      case 6:
        return OtherLogsRecord();
      case 7:
        return OtherRevision();
      case 8:
        return DropAndRenumber();
      default:
        return SignedByAnother();
    }
  }

  std::optional<Finding> Verify(const std::string& path) const {
    auto opened = ExportSource::Open(path);
    if (auto* wrong = std::get_if<Finding>(&opened)) return *wrong;
    Audit audit(*std::get<std::unique_ptr<Source>>(opened), {.keys = {key()}});
    return audit.Run();
  }

  // By file: `<from> <to> <reason>`, or `held`.
  std::map<std::string, std::string> SecondOpinion(const std::vector<std::string>& paths) const {
    std::string command = absl::StrCat("python3 -B ", REPLAY_TESTS, "/second_opinion.py ", VERIFIER,
                                       " '", key().Serialize(), "'");
    for (const std::string& path : paths) absl::StrAppend(&command, " ", path);
    FILE* pipe = popen(command.c_str(), "r");
    std::string output;
    std::array<char, 4'096> buffer;
    for (size_t size; (size = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
      output.append(buffer.data(), size);
    }
    EXPECT_EQ(pclose(pipe), 0) << output;
    std::map<std::string, std::string> verdicts;
    std::istringstream lines(output);
    std::string path;
    std::string verdict;
    while (lines >> path && std::getline(lines >> std::ws, verdict)) verdicts[path] = verdict;
    return verdicts;
  }

  void Check(const std::vector<Edit>& edits) const {
    std::vector<std::string> paths;
    std::vector<std::optional<Finding>> findings;
    for (size_t i = 0; i < edits.size(); ++i) {
      paths.push_back(folder_ / absl::StrCat(i, ".export"));
      eventstore::SetFileContents(paths.back(), edits[i].bytes);
      findings.push_back(Verify(paths.back()));
    }
    auto second = SecondOpinion(paths);
    for (size_t i = 0; i < edits.size(); ++i) {
      const Edit& edit = edits[i];
      SCOPED_TRACE(absl::StrCat("seed ", seed_, ": ", edit.what));
      ASSERT_TRUE(findings[i]) << "not found";
      const Finding& finding = *findings[i];
      EXPECT_GE(finding.from, edit.from) << InWords(finding);
      EXPECT_LE(finding.to, edit.to) << InWords(finding);
      const std::string& other = second[paths[i]];
      uint64_t from = 0;
      uint64_t to = 0;
      ASSERT_EQ(std::sscanf(other.c_str(), "%lu %lu", &from, &to), 2) << other;
      EXPECT_TRUE(from == finding.from && to == finding.to)
          << "one says " << InWords(finding) << "\nthe other " << other;
    }
  }

  const uint64_t seed_ = static_cast<uint64_t>(Setting("BILLING_SEED", 1));
  TemporaryDirectory folder_;
  std::mt19937_64 random_;
  RecordedLog log_;
  RecordedLog other_;
  std::unique_ptr<SigningKey> key_;
  std::unique_ptr<SigningKey> foreign_key_;
  Checkpoints checkpoints_;
  std::string export_;
  std::vector<size_t> frames_;
};

TEST_F(Edits, AreEachFoundAtTheirPositionByBothVerifiers) {
  const int count = Setting("BILLING_EDITS", 500);
  std::cout << count << " edits of " << log_.records.size() << " records, seed " << seed_ << "\n";
  std::vector<Edit> edits;
  for (int i = 0; i < count && !HasFatalFailure(); ++i) {
    edits.push_back(Next(i));
    if (edits.size() < kEditsPerStart && i + 1 < count) continue;
    Check(edits);
    edits.clear();
  }
}

TEST_F(Edits, NoneIsHeldByBothVerifiers) {
  const std::string path = folder_ / "whole.export";
  eventstore::SetFileContents(path, export_);
  const auto finding = Verify(path);
  EXPECT_FALSE(finding) << InWords(*finding);
  EXPECT_EQ(SecondOpinion({path})[path], "held");
}

}  // namespace
}  // namespace billing::replay

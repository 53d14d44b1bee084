#include <algorithm>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "eventstore/integrity/merkle.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/command_line.h"
#include "tools/billingctl/log_check.h"
#include "tools/billingctl/options.h"
#include "tools/billingctl/whole_file.h"

namespace billing::billingctl {
namespace {

using eventstore::Checkpoint;
using eventstore::VerifierKey;

struct TrustArguments {
  // Each a verifier key, or a file that holds one.
  std::vector<std::string> keys;
};

struct VerifyArguments {
  TrustArguments trust;
  std::string since;
  std::string save;
};

struct ProofArguments {
  TrustArguments trust;
  RecordClaim claim;
  std::string leaf_hash;
};

// Nothing when it cannot be read.
std::optional<std::string> ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (!file || !(content << file.rdbuf())) return std::nullopt;
  return content.str();
}

// A note that was kept is what the next verification rests on.
bool Keep(const std::string& note, const std::string& path) {
  WholeFile file({.path = path});
  file.out() << note;
  return file.Finish();
}

Checked<KnownKeys> KeysOf(const TrustArguments& trust) {
  KnownKeys keys;
  for (const std::string& text : trust.keys) {
    auto key = VerifierKey::Parse(ContentOf(text).value_or(text));
    if (!key.ok()) {
      return UsageFailure(absl::StrCat("--key ", text, ": neither a verifier key nor a file with ",
                                       "one (name+id+key, as in keys/signing.pub)"));
    }
    keys.push_back(*std::move(key));
  }
  return keys;
}

// The checkpoint that the caller kept. With keys it must be signed by one of them.
Checked<Checkpoint> KeptCheckpoint(const std::string& path, const KnownKeys& keys) {
  const auto note = ContentOf(path);
  if (!note) return UsageFailure(absl::StrCat("--since ", path, ": the file cannot be read"));
  auto checkpoint = eventstore::ReadCheckpoint(*note);
  if (!checkpoint.ok()) {
    return UsageFailure(
        absl::StrCat("--since ", path, ": ", std::string(checkpoint.status().message())));
  }
  const bool trusted =
      keys.empty() || std::any_of(keys.begin(), keys.end(), [&](const VerifierKey& key) {
        return eventstore::VerifyCheckpoint(*note, key).ok();
      });
  if (trusted) return *std::move(checkpoint);
  return NotProved("CHECKPOINT_NOT_VERIFIED",
                   absl::StrCat("None of the keys has signed the checkpoint in ", path,
                                ": give the key that had, as another --key."));
}

// Loudly: a server that replaced its log would have replaced its key as well.
void WarnOfTheServersWord(const Context& context, const KnownKeys& keys) {
  if (!keys.empty()) return;
  context.err << "warning: the key is the server's own word, so this proves no more than that the "
                 "server\n  agrees with itself; give --key (the operator's keys/signing.pub)\n";
}

std::string Hex(const eventstore::Hash& hash) {
  return eventstore::ToHex(eventstore::AsBytes(hash));
}

std::string KeyText(const TrustedCheckpoint& trusted) {
  return eventstore::ToHex(trusted.key.id());
}

const char* KeySource(const KnownKeys& keys) { return keys.empty() ? "server" : "caller"; }

void Print(const Context& context, const std::vector<std::pair<std::string, std::string>>& fields) {
  std::vector<Heading> headings;
  std::vector<std::string> cells;
  for (const auto& [name, value] : fields) {
    headings.push_back({name});
    cells.push_back(value);
  }
  PrintRecord(headings, cells, context.style, context.out);
}

JsonObject JsonOf(const TrustedCheckpoint& trusted, const KnownKeys& keys) {
  JsonObject json;
  json.Text("origin", trusted.checkpoint.origin)
      .Text("size", absl::StrCat(trusted.checkpoint.size))
      .Text("root_hash", Hex(trusted.checkpoint.root))
      .Text("key_id", KeyText(trusted))
      .Text("key_from", KeySource(keys));
  return json;
}

ExitCode Verify(const Context& context, const VerifyArguments& arguments) {
  const auto keys = KeysOf(arguments.trust);
  if (const auto* failure = std::get_if<Failure>(&keys)) return Fail(context, *failure);
  const KnownKeys& known = std::get<KnownKeys>(keys);
  std::optional<Checkpoint> kept;
  if (!arguments.since.empty()) {
    const auto read = KeptCheckpoint(arguments.since, known);
    if (const auto* failure = std::get_if<Failure>(&read)) return Fail(context, *failure);
    kept = std::get<Checkpoint>(read);
  }
  WarnOfTheServersWord(context, known);
  const auto fetched = FetchCheckpoint(context.session, known, context.reads.min_position);
  if (const auto* failure = std::get_if<Failure>(&fetched)) return Fail(context, *failure);
  const auto& trusted = std::get<TrustedCheckpoint>(fetched);
  if (kept) {
    if (const auto failure = CheckGrowth(context.session, *kept, trusted.checkpoint)) {
      return Fail(context, *failure);
    }
  }
  if (!arguments.save.empty() && !Keep(trusted.note, arguments.save)) {
    return Fail(context, InternalFailure(absl::StrCat("--save ", arguments.save,
                                                      ": the file cannot be written")));
  }
  if (context.json) {
    JsonObject json = JsonOf(trusted, known);
    if (kept) json.Text("since_size", absl::StrCat(kept->size));
    context.out << json.Done() << '\n';
    return ExitCode::kOk;
  }
  Print(context, {{"log", trusted.checkpoint.origin},
                  {"records", absl::StrCat(trusted.checkpoint.size)},
                  {"root", Hex(trusted.checkpoint.root)},
                  {"signed-by", absl::StrCat("key ", KeyText(trusted))},
                  {"grown-from", kept ? absl::StrCat(kept->size, " records") : ""}});
  return ExitCode::kOk;
}

// Whether the leaf is the one in the receipt that the caller holds, in hexadecimal.
bool IsReceipts(const eventstore::Hash& leaf, std::string receipt) {
  std::transform(receipt.begin(), receipt.end(), receipt.begin(), absl::ascii_tolower);
  return Hex(leaf) == receipt;
}

ExitCode Prove(const Context& context, const ProofArguments& arguments) {
  const auto keys = KeysOf(arguments.trust);
  if (const auto* failure = std::get_if<Failure>(&keys)) return Fail(context, *failure);
  const KnownKeys& known = std::get<KnownKeys>(keys);
  const RecordClaim& claim = arguments.claim;
  if (claim.tree_size != 0 && claim.position > claim.tree_size) {
    return Fail(context, UsageFailure("--size must be at least the position"));
  }
  WarnOfTheServersWord(context, known);
  const uint64_t wanted = std::max(claim.position, claim.tree_size);
  const uint64_t reach = std::max(wanted, context.reads.min_position);
  const auto fetched = FetchCheckpoint(context.session, known, reach);
  if (const auto* failure = std::get_if<Failure>(&fetched)) {
    return Fail(context, BeyondTheLog(*failure, wanted).value_or(*failure));
  }
  const auto& trusted = std::get<TrustedCheckpoint>(fetched);
  const auto proved = ProveRecord(context.session, claim, trusted.checkpoint);
  if (const auto* failure = std::get_if<Failure>(&proved)) return Fail(context, *failure);
  const auto& record = std::get<ProvedRecord>(proved);
  if (!arguments.leaf_hash.empty() && !IsReceipts(record.leaf, arguments.leaf_hash)) {
    return Fail(context, NotProved("RECORD_NOT_PROVED",
                                   absl::StrCat("Record ", claim.position,
                                                " is in the log, but it is not the one of the "
                                                "receipt: its leaf hash is ",
                                                Hex(record.leaf), ".")));
  }
  if (context.json) {
    JsonArray hashes;
    for (const auto& hash : record.hashes) hashes.Add(JsonQuoted(Hex(hash)));
    JsonObject json;
    json.Text("position", absl::StrCat(claim.position))
        .Text("tree_size", absl::StrCat(record.tree_size))
        .Text("leaf_hash", Hex(record.leaf))
        .Raw("hashes", hashes.Done())
        .Text("tree_root_hash", Hex(record.root))
        .Raw("checkpoint", JsonOf(trusted, known).Done());
    context.out << json.Done() << '\n';
    return ExitCode::kOk;
  }
  Print(context, {{"position", absl::StrCat(claim.position)},
                  {"leaf-hash", Hex(record.leaf)},
                  {"in-the-first", absl::StrCat(record.tree_size, " records")},
                  {"root", Hex(record.root)},
                  {"checkpoint", absl::StrCat(trusted.checkpoint.size, " records of ",
                                              trusted.checkpoint.origin)},
                  {"signed-by", absl::StrCat("key ", KeyText(trusted))}});
  for (const auto& hash : record.hashes) context.out << "  " << Hex(hash) << '\n';
  return ExitCode::kOk;
}

void AddKeyFlag(CLI::App* verb, std::vector<std::string>* keys) {
  verb->add_option("--key", *keys,
                   "A verifier key that you trust, or a file with one; may be given again while "
                   "keys change. Default: the server's own word, with a warning")
      ->type_name("FILE|VKEY")
      ->expected(1)
      ->take_all();
}

void AddVerify(CommandLine& line) {
  auto arguments = std::make_shared<VerifyArguments>();
  CLI::App* verb = line.AddRead(
      {&line.root(), "verify",
       "Checks the log's signed checkpoint, and that the log only grew; exit code 11 when not"},
      [=](const Context& context) { return Verify(context, *arguments); });
  AddKeyFlag(verb, &arguments->trust.keys);
  verb->add_option("--since", arguments->since,
                   "A checkpoint kept earlier: the log must begin with what it had then")
      ->type_name("FILE");
  verb->add_option("--save", arguments->save, "Keep the checkpoint here once all holds")
      ->type_name("FILE");
}

void AddProof(CommandLine& line) {
  auto arguments = std::make_shared<ProofArguments>();
  CLI::App* verb = line.AddRead(
      {&line.root(), "proof",
       "Proves that a record is in the log, and prints the proof; exit code 11 when not"},
      [=](const Context& context) { return Prove(context, *arguments); });
  verb->add_option("position", arguments->claim.position, "The record's, from 1")
      ->required()
      ->check(FromOneOn());
  verb->add_option("--size", arguments->claim.tree_size,
                   "In the tree of so many records; default: the checkpoint's")
      ->check(FromOneOn());
  verb->add_option("--leaf-hash", arguments->leaf_hash,
                   "The leaf hash of your receipt, in hexadecimal: the record must be that one")
      ->check([](const std::string& text) -> std::string {
        const bool is_hash = text.size() == 2 * sizeof(eventstore::Hash) &&
                             std::all_of(text.begin(), text.end(), absl::ascii_isxdigit);
        return is_hash ? "" : "must be 64 hexadecimal digits";
      });
  AddKeyFlag(verb, &arguments->trust.keys);
}

}  // namespace

void AddIntegrityVerbs(CommandLine& line) {
  AddVerify(line);
  AddProof(line);
}

}  // namespace billing::billingctl

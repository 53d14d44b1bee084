#include "tools/replay/running.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/progress/progress.h"

namespace billing::replay {
namespace {

using absl::StrCat;
using progress::ProgressLine;

constexpr auto kBetweenDrawings = std::chrono::milliseconds(200);

// A public key as text, or the file that holds it.
std::variant<eventstore::VerifierKey, Finding> KeyIn(const std::string& text) {
  auto key = eventstore::VerifierKey::Parse(text);
  if (key.ok()) return *std::move(key);
  std::error_code error;
  if (!std::filesystem::exists(text, error)) {
    return BadArgument(
        StrCat("`", text, "` is no file and no public key: ", std::string(key.status().message())));
  }
  auto contents = ReadFile(text);
  if (auto* wrong = std::get_if<Finding>(&contents)) return std::move(*wrong);
  key = eventstore::VerifierKey::Parse(std::get<std::string>(contents));
  if (key.ok()) return *std::move(key);
  return BadArgument(StrCat(text, " holds no public key: ", std::string(key.status().message())));
}

}  // namespace

std::variant<std::string, Finding> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream contents;
  contents << file.rdbuf();
  if (!file) return Unreadable(StrCat("cannot read ", path));
  return contents.str();
}

std::variant<Prepared, Finding> Prepare(const Subject& subject, Depth depth, Contents contents) {
  Prepared prepared;
  prepared.options.depth = depth;
  for (const std::string& text : subject.keys) {
    auto key = KeyIn(text);
    if (auto* wrong = std::get_if<Finding>(&key)) return std::move(*wrong);
    prepared.options.keys.push_back(std::get<eventstore::VerifierKey>(std::move(key)));
  }
  for (const std::string& path : subject.checkpoints) {
    auto note = ReadFile(path);
    if (auto* wrong = std::get_if<Finding>(&note)) return std::move(*wrong);
    prepared.options.kept.push_back({path, std::get<std::string>(std::move(note))});
  }
  auto opened = Open(subject.from, contents);
  if (auto* wrong = std::get_if<Finding>(&opened)) return std::move(*wrong);
  prepared.opened = std::get<Opened>(std::move(opened));
  prepared.options.anchor = prepared.opened.anchor;
  prepared.options.stored = prepared.opened.stored.get();
  return prepared;
}

int RunAudit(const Subject& subject, const std::string& verb, Prepared prepared,
             const Terminal& terminal, const Held& held) {
  const auto began = std::chrono::steady_clock::now();
  ProgressLine bar(terminal.err, terminal.err_is_terminal);
  prepared.options.progress = [&, drawn = began](double done, uint64_t position) mutable {
    const auto now = std::chrono::steady_clock::now();
    if (now - drawn < kBetweenDrawings) return;
    drawn = now;
    bar.Draw({.what = verb,
              .share = done < 0 ? std::nullopt : std::optional(done),
              .count = position,
              .unit = "records",
              .seconds = std::chrono::duration<double>(now - began).count()});
  };
  Audit audit(*prepared.opened.source, prepared.options);
  std::optional<Finding> wrong = audit.Run();
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began;
  bar.Erase();
  if (!wrong) wrong = held({audit, prepared.opened, prepared.options, passed.count()});
  return wrong ? Fail(*wrong, subject.json, terminal) : 0;
}

int RunAndSay(const Subject& subject, const std::string& verb, Prepared prepared,
              const Terminal& terminal, const LastLine& last_line) {
  return RunAudit(subject, verb, std::move(prepared), terminal,
                  [&](const Looked& looked) -> std::optional<Finding> {
                    if (subject.json) {
                      terminal.out << JsonOf(looked).Done() << "\n";
                    } else {
                      Say(looked, terminal.out);
                      terminal.out << last_line(looked) << "\n";
                    }
                    return std::nullopt;
                  });
}

}  // namespace billing::replay

#include "tools/billingctl/completion.h"

#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "tools/billingctl/command_line.h"
#include "tools/billingctl/options.h"

namespace billing::billingctl {
namespace {

// The script walks the words before the cursor: a word that leads to a noun or verb
// extends `path`, the value of a flag is skipped. Then it offers what may follow.
constexpr char kScript[] =
    R"(# bash completion for billingctl: billingctl completion bash > FILE, then source FILE
_billingctl() {
  local path= words= previous= word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $previous in
      @VALUE_FLAGS@) previous=; continue ;;
    esac
    case "$path $word" in
      @PATHS@) path="$path $word" ;;
    esac
    previous=$word
  done
  case $previous in
@VALUES@
    @VALUE_FLAGS@) ;;
    *)
      case $path in
@FOLLOWERS@
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _billingctl billingctl
)";

// What the walk over the tree finds.
struct Words {
  // ` card add` → its flags and verbs.
  std::map<std::string, std::vector<std::string>> followers;
  std::set<std::string> value_flags;
  // ` card add --brand` → `visa …`: one flag may take other words elsewhere.
  std::map<std::string, std::string> values;
};

std::vector<std::string> FlagsOf(const CLI::App& app) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

void Collect(const CLI::App& app, const std::string& path, Words& words) {
  std::vector<std::string>& followers = words.followers[path];
  for (const CLI::App* verb : app.get_subcommands({})) {
    followers.push_back(verb->get_name());
    Collect(*verb, absl::StrCat(path, " ", verb->get_name()), words);
  }
  for (const std::string& flag : FlagsOf(app)) followers.push_back(flag);
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_max() == 0) continue;
    for (const std::string& name : option->get_lnames()) {
      words.value_flags.insert("--" + name);
      const std::vector<std::string> taken = WordsOf(*option);
      if (!taken.empty()) {
        words.values[absl::StrCat(path, " --", name)] = absl::StrJoin(taken, " ");
      }
    }
  }
}

std::string PathPatterns(const Words& words) {
  std::vector<std::string> patterns;
  for (const auto& [path, followers] : words.followers) {
    if (!path.empty()) patterns.push_back(absl::StrCat("'", path, "'"));
  }
  return absl::StrJoin(patterns, "|");
}

std::string FollowerCases(const Words& words, const std::vector<std::string>& global_flags) {
  std::vector<std::string> cases;
  for (const auto& [path, followers] : words.followers) {
    std::vector<std::string> all = followers;
    if (!path.empty()) all.insert(all.end(), global_flags.begin(), global_flags.end());
    cases.push_back(absl::StrCat("        '", path, "') words='", absl::StrJoin(all, " "), "' ;;"));
  }
  return absl::StrJoin(cases, "\n");
}

std::string ValueCases(const Words& words) {
  std::map<std::string, std::vector<std::string>> by_flag;
  for (const auto& [path_and_flag, taken] : words.values) {
    const size_t flag = path_and_flag.rfind(' ') + 1;
    by_flag[path_and_flag.substr(flag)].push_back(
        absl::StrCat("        '", path_and_flag.substr(0, flag - 1), "') words='", taken, "' ;;"));
  }
  std::vector<std::string> cases;
  for (const auto& [flag, paths] : by_flag) {
    cases.push_back(absl::StrCat("    ", flag, ")\n      case $path in\n",
                                 absl::StrJoin(paths, "\n"), "\n      esac\n      ;;"));
  }
  return absl::StrJoin(cases, "\n");
}

}  // namespace

std::string BashCompletion(const CLI::App& root) {
  Words words;
  Collect(root, "", words);
  return absl::StrReplaceAll(kScript, {{"@VALUE_FLAGS@", absl::StrJoin(words.value_flags, "|")},
                                       {"@PATHS@", PathPatterns(words)},
                                       {"@VALUES@", ValueCases(words)},
                                       {"@FOLLOWERS@", FollowerCases(words, FlagsOf(root))}});
}

void AddCompletionVerb(CommandLine& line) {
  CLI::App* noun = line.AddNoun("completion", "Prints a script for the shell");
  line.AddPlain({noun, "bash", "Completion for bash: source it"},
                [root = &line.root()](const Context& context) {
                  context.out << BashCompletion(*root);
                  return ExitCode::kOk;
                });
}

}  // namespace billing::billingctl

#include "tools/bench/figure.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace billing::bench {
namespace {

// Keeps the order in which fields are set.
using Json = nlohmann::ordered_json;

constexpr Target kTargets[] = {
    {"S1", "durable AddCard per second / echo calls per second, saturated", 0.80, 0.50, "", true},
    {"S2", "server CPU per durable AddCard / per echo call, saturated", 1.6, 2.5, "", false},
    {"S3", "one client: median AddCard / (median echo + one data sync)", 1.3, 2, "", false},
    {"S4a", "GetCard per second / echo calls per second, saturated", 0.90, 0.70, "", true},
    {"S4b", "ListCardsInUse of 10 rows per second / echo calls per second, saturated", 0.90, 0.70,
     "", true},
    {"S5", "p99 / p50 of AddCard at half the saturated rate, open loop", 5, 15, "", false},
    {"S6", "durable commands per second through ExecuteCommands", 50'000, 30'000, "/s", true},
    {"S7", "audit: events verified, judged again and folded per second and core", 300'000, 100'000,
     "/s", true},
    {"S8a", "read models rebuilt by the auditor: events per second and core", 500'000, 200'000,
     "/s", true},
    {"S8b", "read models rebuilt by the server: events per second and core", 500'000, 200'000, "/s",
     true},
    {"S9", "AddCard per second in the grown store / in a small one", 0.9, 0.7, "", true},
    {"S10a", "RemoveCard check with 2,000 subscriptions / with 10", 1.5, 3, "", false},
    {"S10b", "SetActive of one of 2,000 subscriptions / of one of 10", 1.5, 3, "", false},
    {"S11a", "start after a clean stop", 2, 5, "s", false},
    {"S11b", "start after kill -9", 2, 5, "s", false},
    {"S12", "bytes on disk per event, everything in the data directory", 500, 800, "B", false},
    {"S13", "server memory at rest", 256, 512, "MiB", false},
    {"S14", "share of AddCard per second that 200 live watchers cost", 0.05, 0.15, "", false},
    {"S15a", "GetAccountState of an account with 100,000 events, to the last of a few parts", 1, 3,
     "s", false},
    {"S15b", "GetAccountState of an account with 100,000 events, to the last of 50,000 parts", 1, 3,
     "s", false},
};

// Four significant digits: no run is more exact.
double Rounded(double value) { return std::stod(absl::StrFormat("%.4g", value)); }

std::string Number(double value) {
  if (value >= 1000) {
    const std::string digits = absl::StrFormat("%.0f", value);
    std::string grouped;
    for (size_t i = 0; i < digits.size(); ++i) {
      if (i > 0 && (digits.size() - i) % 3 == 0) grouped += ',';
      grouped += digits[i];
    }
    return grouped;
  }
  return value >= 100 ? absl::StrFormat("%.0f", value) : absl::StrFormat("%.3g", value);
}

std::string_view NameOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kReached:
      return "reached";
    case Verdict::kAboveFloor:
      return "above floor";
    case Verdict::kBelowFloor:
      return "below floor";
  }
  std::abort();
}

Json JsonOfWords(const Words& words) {
  Json object = Json::object();
  for (const auto& [name, value] : words) object[name] = value;
  return object;
}

std::string Line(const std::string& name, const Words& words) {
  return absl::StrCat(name, absl::StrJoin(words, ", ", absl::PairFormatter(" ")), "\n");
}

}  // namespace

const Target& TargetOf(std::string_view id) {
  const auto* found = std::find_if(std::begin(kTargets), std::end(kTargets),
                                   [id](const Target& target) { return target.id == id; });
  if (found == std::end(kTargets)) std::abort();
  return *found;
}

double MedianOf(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Verdict VerdictOf(const Figure& figure) {
  const Target& target = TargetOf(figure.id);
  const double measured = MedianOf(figure.runs);
  const auto holds = [&](double bound) {
    return target.more_is_better ? measured >= bound : measured <= bound;
  };
  if (holds(target.reach)) return Verdict::kReached;
  return holds(target.floor) ? Verdict::kAboveFloor : Verdict::kBelowFloor;
}

std::string TextOf(const Figure& figure) {
  const Target& target = TargetOf(figure.id);
  const auto [least, most] = std::minmax_element(figure.runs.begin(), figure.runs.end());
  std::string text = absl::StrFormat(
      "%-4s  %s\n      %s%s (%s to %s in %d runs); reach %s, floor %s: %s\n      ", target.id,
      target.what, Number(MedianOf(figure.runs)),
      (target.unit.empty() ? "" : " ") + std::string(target.unit), Number(*least), Number(*most),
      figure.runs.size(), Number(target.reach), Number(target.floor), NameOf(VerdictOf(figure)));
  absl::StrAppend(&text, absl::StrJoin(figure.parts, "  ", [](std::string* out, const auto& part) {
    absl::StrAppend(out, part.first, "=", Number(part.second));
  }));
  if (!figure.note.empty()) absl::StrAppend(&text, "\n      ", figure.note);
  return text + "\n";
}

std::string TextOf(const Setting& setting) {
  return Line("machine   ", setting.machine) + Line("settings  ", setting.settings);
}

std::string JsonOf(const Figure& figure, const Setting& setting) {
  const Target& target = TargetOf(figure.id);
  const double measured = Rounded(MedianOf(figure.runs));
  Json json;
  json["figure"] = target.id;
  json["verb"] = setting.verb;
  json["what"] = target.what;
  json[target.unit.empty() ? "ratio" : "value"] = measured;
  json["unit"] = target.unit;
  for (const auto& [name, value] : figure.parts) json[name] = Rounded(value);
  json["reach"] = target.reach;
  json["floor"] = target.floor;
  json["more_is_better"] = target.more_is_better;
  json["verdict"] = NameOf(VerdictOf(figure));
  for (const double run : figure.runs) json["runs"].push_back(Rounded(run));
  if (!figure.note.empty()) json["note"] = figure.note;
  json["machine"] = JsonOfWords(setting.machine);
  json["settings"] = JsonOfWords(setting.settings);
  return json.dump();
}

}  // namespace billing::bench

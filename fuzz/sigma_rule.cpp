// links: yagura_detect yagura_formats
// with: tests/detect/oracle.cpp tests/detect/oracle_detection.cpp
// Arbitrary YAML as a rule: it is loaded or refused with a reason, then asked of a fixed batch, and where the slow
// evaluator of the tests can read the rule too, both must say the same.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/check.hpp"
#include "base/yaml.hpp"
#include "detect/matcher.hpp"
#include "detect/oracle.hpp"
#include "detect/rule_set.hpp"

namespace {

using namespace yagura;

const std::filesystem::path& catalog() {
  static const std::filesystem::path path = std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/sigma";
  return path;
}

const detect::Taxonomy& taxonomy() {
  static const detect::Taxonomy loaded = detect::Taxonomy::load(catalog()).value();
  return loaded;
}

event::Batch fixed_batch() {
  using event::Kind;
  event::Batch batch;
  const auto add = [&](const char* name, std::string_view value, Kind kind = Kind::string) {
    batch.add_copy(event::known_field(name), kind, value);
  };
  event::Event& process = batch.begin("evtx");
  process.channel = "Microsoft-Windows-Sysmon/Operational";
  process.event_id = 1;
  add("EventID", "1", Kind::integer);
  add("Image", "C:\\Windows\\System32\\cmd.exe");
  add("CommandLine", "cmd /c powershell –enc SQBFAFgA http://évil.example/ÉCOLE?a=*");
  add("User", "NT AUTHORITY\\SYSTEM");
  add("UtcTime", "2026-04-08 10:58:04.850");
  add("Hashes", "", Kind::null);
  add("Description", "");
  event::Event& any = batch.begin("json");
  any.raw = "{\"f\": \"a\\b*?c\", \"n\": 42}";
  add("logsource.product", "test");
  add("f", "a\\b*?c");
  add("f", "10.1.2.3");
  add("g", "2001:db8::1");
  add("n", "42", Kind::integer);
  add("r", "-1.50", Kind::real);
  add("b", "true", Kind::boolean);
  add("z", "", Kind::null);
  add("bad", "a\xFF\xC3(b");
  add("Threat Name", "Evil");
  return batch;
}

/// Whether the slow evaluator can be asked: its recursion and its regexes know no limits.
bool modest(const std::string& text) {
  const auto count = [&](char c) { return std::count(text.begin(), text.end(), c); };
  return text.size() < 2000 && count('*') < 12 && count('+') < 4 && count('{') < 12 && count('(') < 12;
}

void compare(const detect::RuleSet& rules, const YAML::Node& document, const event::Batch& batch,
             const std::vector<detect::Match>& matches) {
  if (document["id"].IsDefined() == false || !document["id"].IsScalar()) return;
  const std::string id = document["id"].Scalar();
  oracle::Oracle slow(catalog());
  if (!slow.add(document)) return;
  for (uint32_t i = 0; i < batch.size(); ++i) {
    bool found = false;
    for (const detect::Match& match : matches) found = found || (match.event == i && rules.rule(match.rule).id == id);
    check(found == !slow.match(batch, batch.events()[i]).empty(), "the evaluators differ");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const detect::LoadReport report = detect::RuleSet::load_text(text, "fuzz.yml", taxonomy());
  for (const detect::Rejection& rejection : report.rejected)
    check(!rejection.code.empty() && !rejection.reason.empty(), "a refusal without its reason");
  const event::Batch batch = fixed_batch();
  detect::Matcher matcher(report.rules);
  std::vector<detect::Match> matches;
  matcher.match(batch, matches);
  for (const detect::Match& match : matches) {
    matcher.explain(match, batch);
    check(!matcher.make_finding(match, batch, "uid").id.empty(), "a finding without an id");
  }
  const auto documents = parse_yaml(text, "fuzz.yml");
  if (documents && documents->size() == 1 && report.loaded == 1 && modest(text))
    compare(*report.rules, documents->front(), batch, matches);
  return 0;
}

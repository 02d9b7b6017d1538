// links: yagura_detect yagura_formats
// Any bytes behind a head with the right checksum: what the cache's reader makes of them can be matched, shown and
// written again, or is refused.
#include "detect/rule_cache.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/check.hpp"
#include "detect/matcher.hpp"
#include "detect/rule_set_builder.hpp"

namespace {

using namespace yagura;

const detect::Taxonomy& taxonomy() {
  static const detect::Taxonomy loaded =
      detect::Taxonomy::load(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/sigma").value();
  return loaded;
}

event::Batch fixed_batch() {
  event::Batch batch;
  for (const char* text : {"powershell -enc x", "10.1.2.3", "42", ""}) {
    batch.begin("json").raw = "{\"f\": \"x\"}";
    for (const char* name : {"logsource.product", "Image", "CommandLine", "f", "g", "ip", "n"})
      batch.add_copy(event::known_field(name), event::Kind::string, *name == 'l' ? "test" : text);
  }
  return batch;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const detect::RuleCache cache("/nonexistent", {}, "");
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  check(!cache.decode(bytes).has_value() || bytes.starts_with("YAGRULES"), "a cache without its head");
  const auto files = cache.decode(cache.sealed(bytes));
  if (!files) return 0;
  std::vector<detect::SharedFile> list = *files;
  std::ranges::stable_sort(list, {}, [](const detect::SharedFile& file) { return file->path; });
  detect::LoadReport report;
  detect::RuleSetBuilder(taxonomy(), {}, nullptr, false).build(list, report);
  const event::Batch batch = fixed_batch();
  detect::Matcher matcher(report.rules);
  std::vector<detect::Match> matches;
  matcher.match(batch, matches);
  for (const detect::Match& match : matches) {
    matcher.explain(match, batch);
    matcher.make_finding(match, batch, "uid");
  }
  for (const detect::Rule& rule : report.rules->rules()) check(rule.title.size() < size + 1, "a rule out of nothing");
  const auto again = cache.decode(cache.encode(list));
  check(again.has_value() && again->size() == files->size(), "what was read can't be written and read again");
  return 0;
}

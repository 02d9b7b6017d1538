// links: yagura_detect
// Correlation and filter documents of any content: read or refused, never more; what is read takes a few events.
#include <cstdint>
#include <filesystem>
#include <string>

#include "detect/correlation/engine.hpp"
#include "detect/matcher.hpp"
#include "detect/rule_set.hpp"

namespace {

using namespace yagura;
using namespace yagura::detect;

constexpr size_t input_bytes_max = 64 << 10;

const Taxonomy& taxonomy() {
  static const Taxonomy made = *Taxonomy::load(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
  return made;
}

constexpr const char* rules =
    "title: a\nid: a\nname: a\nlogsource: {product: test}\ndetection: {s: {kind|contains: a}, condition: s}\n---\n"
    "title: b\nid: b\nname: b\nlogsource: {product: test}\ndetection: {s: {kind|contains: b}, condition: s}\n---\n"
    "title: c\nid: c\nname: c\nlogsource: {product: test}\ndetection: {s: {kind|contains: c}, condition: s}\n---\n";

void add(event::Batch& batch, int64_t number) {
  event::Event& event = batch.begin("json");
  const auto put = [&](const char* name, std::string_view value) {
    batch.add_copy(event::known_field(name), event::Kind::string, value);
  };
  put("logsource.product", "test");
  put("kind", number % 3 == 0 ? "ab" : number % 3 == 1 ? "b" : "c");
  put("User", number % 2 == 0 ? "jo" : "kim");
  put("n", std::to_string(number * 7 % 11));
  event.time = Timestamp{(1'700'000'000 + number * number % 37) * ns_per_second};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > input_bytes_max) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const LoadReport report = RuleSet::load_text(rules + text, "fuzz.yml", taxonomy());
  if (report.correlations == 0 && report.filters == 0) return 0;
  event::Batch batch;
  std::vector<std::string> uids;
  for (int64_t i = 0; i < 40; ++i) {
    add(batch, i);
    uids.push_back(std::to_string(i));
  }
  Matcher matcher(report.rules);
  std::vector<Match> matches;
  matcher.match(batch, matches);
  correlation::Engine engine({.lateness_seconds = 10, .bytes_max = 1 << 20}, {});
  engine.use(report.rules);
  correlation::OfferReader reader(report.rules, engine.key());
  correlation::Offers offers;
  reader.read(batch, matches, uids, offers);
  std::vector<Finding> findings;
  if (!offers.empty()) {
    const std::string record = engine.encode(offers, 1'700'000'000);
    engine.take(offers, 1'700'000'000, findings);
    correlation::Engine again({.lateness_seconds = 10, .bytes_max = 1 << 20}, {});
    again.use(report.rules);
    std::vector<Finding> replayed;
    if (!again.replay(record, replayed) || replayed.size() != findings.size()) __builtin_trap();
    if (!again.load(engine.save())) __builtin_trap();
  }
  return 0;
}

// The engine against the oracle over random streams: the same findings at the same events, whatever the order in which
// they come, however often they are offered, and through restarts.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "detect/correlation/engine.hpp"
#include "detect/matcher.hpp"
#include "detect/rule_set.hpp"
#include "event/batch.hpp"
#include "oracle.hpp"

namespace yagura::detect::correlation::test {
namespace {

constexpr int64_t second = 1'000'000'000;
constexpr int64_t start = 1'700'000'000 * second;

const Taxonomy& taxonomy() {
  static const Taxonomy made = *Taxonomy::load(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
  return made;
}

std::string rule_yaml(char kind) {
  const std::string name(1, kind);
  return "title: " + name + "\nid: rule-" + name + "\nname: " + name +
         "\nlogsource: {product: test}\ndetection: {s: {kind|contains: " + name + "}, condition: s}\n---\n";
}

class Dice {
 public:
  explicit Dice(uint64_t seed) : bits_(seed) {}
  int64_t upto(int64_t most) { return std::uniform_int_distribution<int64_t>(0, most)(bits_); }
  bool once_in(int64_t many) { return upto(many - 1) == 0; }
  template <typename T>
  const T& one_of(const std::vector<T>& list) {
    return list[static_cast<size_t>(upto(static_cast<int64_t>(list.size()) - 1))];
  }

 private:
  std::mt19937_64 bits_;
};

Formula random_formula(Dice& dice, size_t rules, int depth) {
  const int64_t pick = depth == 0 ? 0 : dice.upto(5);
  if (pick <= 1) return {Formula::Op::rule, static_cast<size_t>(dice.upto(static_cast<int64_t>(rules) - 1)), {}};
  if (pick == 2) return {Formula::Op::negate, 0, {random_formula(dice, rules, depth - 1)}};
  Formula out{pick == 3 ? Formula::Op::all : Formula::Op::any, 0, {}};
  for (int64_t i = 0; i <= 1 + dice.upto(1); ++i) out.parts.push_back(random_formula(dice, rules, depth - 1));
  return out;
}

Bound random_bound(Dice& dice, int64_t most, bool fractions) {
  static const std::vector<std::string> ops{"gt", "gte", "gte", "gte", "lt", "lte", "eq", "neq"};
  Bound out{dice.one_of(ops), 0, ""};
  const int64_t whole = dice.upto(most);
  const int64_t half = fractions ? dice.upto(1) : 0;
  out.millionths = whole * 1'000'000 + half * 500'000;
  out.text = std::to_string(whole) + (half ? ".5" : "");
  return out;
}

Spec random_spec(Dice& dice, const std::string& id, const std::vector<std::string>& inner) {
  static const std::vector<std::string> types{"event_count", "value_count", "temporal",        "temporal_ordered",
                                              "value_sum",   "value_avg",   "value_percentile"};
  Spec out;
  out.id = id;
  out.type = dice.one_of(types);
  const bool temporal = out.type.starts_with("temporal");
  std::vector<std::string> names{"a", "b", "c"};
  names.insert(names.end(), inner.begin(), inner.end());
  std::ranges::shuffle(names, std::mt19937_64(static_cast<uint64_t>(dice.upto(1 << 20))));
  names.resize(static_cast<size_t>(1 + (temporal ? 1 : 0) + dice.upto(1)));
  out.rules = names;
  if (!dice.once_in(5)) out.group_by.emplace_back("user");
  if (dice.once_in(3)) out.group_by.emplace_back("host");
  if (dice.once_in(3)) {
    out.group_by.emplace_back("address");
    for (const std::string& rule : out.rules) out.aliases["address"][rule] = dice.once_in(2) ? "src" : "dst";
  }
  out.span_seconds = dice.one_of<int64_t>({1, 5, 30, 120});
  if (temporal && dice.once_in(2)) {
    out.formula = random_formula(dice, out.rules.size(), 3);
    return out;
  }
  if (temporal && dice.once_in(2)) return out;
  if (out.type == "value_count")
    out.fields = dice.once_in(2) ? std::vector<std::string>{"v", "w"} : std::vector<std::string>{"v"};
  if (out.type == "value_sum" || out.type == "value_avg") out.fields = {"n"};
  if (out.type == "value_percentile") {
    out.fields = {dice.once_in(2) ? "n" : "v"};
    if (out.fields[0] == "n") out.percentile_tenths = dice.one_of<int64_t>({0, 50, 333, 500, 900, 995, 1000});
  }
  const int64_t most = temporal                  ? static_cast<int64_t>(out.rules.size())
                       : out.type == "value_sum" ? 60
                       : out.type == "value_percentile" && !out.percentile_tenths ? 100
                                                                                  : 12;
  out.bounds.push_back(random_bound(dice, most, !out.fields.empty() && out.type != "value_count"));
  if (dice.once_in(4)) out.bounds.push_back(random_bound(dice, most, false));
  if (out.bounds.size() == 2 && out.bounds[0].op == out.bounds[1].op) out.bounds.pop_back();
  return out;
}

Given random_event(Dice& dice, int64_t& clock, uint64_t number, int64_t disorder_seconds) {
  Given out;
  // Mostly forward by little, sometimes not at all, now and then by a lot.
  if (!dice.once_in(4)) clock += dice.upto(2 * second);
  if (dice.once_in(200)) clock += dice.upto(600) * second;
  out.time = clock;
  out.arrival = to_arrival(clock);
  if (disorder_seconds > 0 && dice.once_in(3)) out.time -= dice.upto(disorder_seconds * second);
  if (dice.once_in(3)) out.time = out.time / second * second;  // sources that know only seconds
  char uid[40];
  std::snprintf(uid, sizeof uid, "00000000-0000-4000-8000-%012llx", static_cast<unsigned long long>(number));
  out.uid = uid;
  for (const char kind : {'a', 'b', 'c'})
    if (dice.once_in(2)) out.kinds += kind;
  const auto put = [&](const char* name, std::initializer_list<const char*> values, int64_t missing_once_in) {
    if (!dice.once_in(missing_once_in))
      out.fields[name] = dice.one_of(std::vector<std::string>(values.begin(), values.end()));
  };
  put("user", {"jo", "Jo", "kim", "LEE"}, 10);
  put("host", {"ws1", "ws2", ""}, 10);
  put("src", {"10.0.0.1", "10.0.0.2"}, 10);
  put("dst", {"10.0.0.1", "10.0.0.2"}, 10);
  put("v", {"x", "X", "y", "z", "longer", "q", "r", "s"}, 8);
  put("w", {"1", "2"}, 8);
  put("n", {"0", "1", "2.5", "7", "-3", "12", "0.125", "none"}, 8);
  return out;
}

/// Feeds one engine; offers go in one event a batch.
class Feeder {
 public:
  Feeder(const std::string& yaml, const Limits& limits) : limits_(limits), engine_(std::make_unique<Engine>(limits)) {
    report = RuleSet::load_text(yaml, "stream.yml", taxonomy());
    engine_->use(report.rules);
  }

  std::vector<Finding> take(const Given& given) {
    const Offers offers = offer(given);
    std::vector<Finding> out;
    if (offers.empty()) return out;
    if (records) records->push_back(engine_->encode(offers, given.arrival));
    engine_->take(offers, given.arrival, out);
    return out;
  }

  Offers offer(const Given& given) {
    event::Batch batch;
    event::Event& event = batch.begin("json");
    batch.add_copy(event::known_field("logsource.product"), event::Kind::string, "test");
    batch.add_copy(event::known_field("kind"), event::Kind::string, given.kinds);
    for (const auto& [name, value] : given.fields) batch.add_copy(event::known_field(name), event::Kind::string, value);
    event.time = Timestamp{given.time};
    Matcher matcher(report.rules);
    std::vector<Match> matches;
    matcher.match(batch, matches);
    OfferReader reader(report.rules, engine_->key());
    const std::vector<std::string> uids{given.uid};
    Offers offers;
    reader.read(batch, matches, uids, offers);
    return offers;
  }

  /// The program ends and starts again with what was saved.
  void restart() {
    const std::string state = engine_->save();
    engine_ = std::make_unique<Engine>(limits_);
    engine_->use(report.rules);
    ASSERT_TRUE(engine_->load(state));
    EXPECT_EQ(engine_->save().size(), state.size());
  }

  Engine& engine() { return *engine_; }

  LoadReport report;
  std::vector<std::string>* records = nullptr;

 private:
  Limits limits_;
  std::unique_ptr<Engine> engine_;
};

Found found_of(const Finding& finding) {
  Found out{finding.rule_id, finding.group, finding.event_uid, finding.time.ns, "", 0, finding.event_uids};
  for (const auto& [name, value] : finding.fields) {
    if (name == "events") out.events = std::stoul(value);
    if (name.starts_with("event_count") || name.starts_with("value_") || name.starts_with("temporal"))
      out.value = value;
  }
  return out;
}

std::vector<Spec> random_specs(Dice& dice) {
  std::vector<Spec> out;
  std::vector<std::string> ids;
  while (out.size() < 8) {
    Spec spec = random_spec(dice, "corr-" + std::to_string(out.size()), ids);
    // Ordered ones of one rule twice, conditions that can never hold and the like are refused; others are drawn.
    std::string yaml = rule_yaml('a') + rule_yaml('b') + rule_yaml('c');
    for (const Spec& known : out) yaml += known.yaml() + "---\n";
    const LoadReport report = RuleSet::load_text(yaml + spec.yaml(), "stream.yml", taxonomy());
    if (!report.rejected.empty()) continue;
    ids.push_back(spec.id);
    out.push_back(std::move(spec));
  }
  return out;
}

std::string yaml_of(const std::vector<Spec>& specs) {
  std::string out = rule_yaml('a') + rule_yaml('b') + rule_yaml('c');
  for (const Spec& spec : specs) out += spec.yaml() + "---\n";
  return out;
}

struct Course {
  uint64_t seed;
  int64_t disorder_seconds;
  uint32_t lateness_seconds;
  bool restarts;
};

size_t run(const Course& course) {
  Dice dice(course.seed);
  const std::vector<Spec> specs = random_specs(dice);
  Feeder feeder(yaml_of(specs), {.lateness_seconds = course.lateness_seconds});
  EXPECT_EQ(feeder.report.correlations, specs.size());
  Oracle oracle(specs, course.lateness_seconds);
  int64_t clock = start;
  size_t count = 0;
  std::vector<Given> before;
  for (uint64_t number = 1; number <= 700; ++number) {
    Given event = random_event(dice, clock, number, course.disorder_seconds);
    if (!before.empty() && dice.once_in(20)) {  // offered again
      const uint32_t arrival = event.arrival;
      event = dice.one_of(before);
      event.arrival = arrival;
    }
    before.push_back(event);
    if (course.restarts && dice.once_in(25)) feeder.restart();
    std::vector<Found> expected = oracle.take(event);
    std::vector<Found> got;
    for (const Finding& finding : feeder.take(event)) got.push_back(found_of(finding));
    std::ranges::sort(expected);
    std::ranges::sort(got);
    count += got.size();
    if (expected == got) continue;
    std::string what;
    for (const Found& one : expected) what += "\n  expected " + one.text();
    for (const Found& one : got) what += "\n  got      " + one.text();
    ADD_FAILURE() << "seed " << course.seed << " event " << number << " time " << event.time << " kinds " << event.kinds
                  << what << "\n"
                  << yaml_of(specs);
    return count;
  }
  return count;
}

TEST(CorrelationStream, finds_what_the_definitions_say_in_order) {
  size_t findings = 0;
  for (uint64_t seed = 1; seed <= 40 && !testing::Test::HasFailure(); ++seed) findings += run({seed, 0, 3600, false});
  EXPECT_GT(findings, 4000U);
}

TEST(CorrelationStream, finds_the_same_of_late_and_unordered_events) {
  size_t findings = 0;
  for (uint64_t seed = 101; seed <= 140 && !testing::Test::HasFailure(); ++seed)
    findings += run({seed, static_cast<int64_t>(seed % 4) * 100, 3600, false});
  EXPECT_GT(findings, 4000U);
}

TEST(CorrelationStream, forgets_as_stated_when_events_come_too_late) {
  size_t findings = 0;
  for (uint64_t seed = 201; seed <= 240 && !testing::Test::HasFailure(); ++seed)
    findings += run({seed, 300, static_cast<uint32_t>(seed % 3) * 20, false});
  EXPECT_GT(findings, 4000U);
}

TEST(CorrelationStream, goes_on_after_a_restart_anywhere) {
  size_t findings = 0;
  for (uint64_t seed = 301; seed <= 340 && !testing::Test::HasFailure(); ++seed)
    findings += run({seed, 150, static_cast<uint32_t>(seed % 3) * 30, true});
  EXPECT_GT(findings, 4000U);
}

TEST(CorrelationStream, gives_equal_findings_when_its_records_are_replayed) {
  for (uint64_t seed = 401; seed <= 410; ++seed) {
    Dice dice(seed);
    const std::vector<Spec> specs = random_specs(dice);
    Feeder live(yaml_of(specs), {});
    int64_t clock = start;
    std::string snapshot;
    std::vector<std::string> records;
    std::vector<std::string> ids_since;
    live.records = &records;
    for (uint64_t number = 1; number <= 400; ++number) {
      if (number == 150) {
        snapshot = live.engine().save();
        records.clear();
        ids_since.clear();
      }
      for (const Finding& finding : live.take(random_event(dice, clock, number, 60))) ids_since.push_back(finding.id);
    }
    Engine again;
    again.use(live.report.rules);
    ASSERT_TRUE(again.load(snapshot));
    std::vector<Finding> replayed;
    for (const std::string& record : records) ASSERT_TRUE(again.replay(record, replayed));
    std::vector<std::string> ids;
    for (const Finding& finding : replayed) ids.push_back(finding.id);
    EXPECT_EQ(ids, ids_since);
    EXPECT_EQ(again.save().size(), live.engine().save().size());
  }
}

TEST(CorrelationState, that_is_damaged_is_refused_and_leaves_the_engine_empty) {
  Dice dice(7);
  Feeder feeder(yaml_of(random_specs(dice)), {});
  int64_t clock = start;
  std::vector<std::string> records;
  feeder.records = &records;
  for (uint64_t number = 1; number <= 200; ++number) feeder.take(random_event(dice, clock, number, 60));
  const std::string state = feeder.engine().save();
  Engine other;
  other.use(feeder.report.rules);
  for (size_t size = 0; size < state.size(); size += 97) {
    EXPECT_FALSE(other.load(state.substr(0, size)));
    EXPECT_EQ(other.totals().groups, 0U);
  }
  EXPECT_FALSE(other.load(state + "x"));
  ASSERT_TRUE(other.load(state));
  EXPECT_EQ(other.totals().groups, feeder.engine().totals().groups);
  std::vector<Finding> findings;
  for (size_t size = 0; size < records[50].size(); ++size)
    EXPECT_FALSE(other.replay(std::string_view(records[50]).substr(0, size), findings));
}

}  // namespace
}  // namespace yagura::detect::correlation::test

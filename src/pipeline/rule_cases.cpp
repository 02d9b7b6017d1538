// Samples that people wrote or recorded, as cases.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/yaml.hpp"
#include "detect/number.hpp"
#include "pipeline/decode.hpp"
#include "pipeline/rule_tests.hpp"

namespace yagura::pipeline {
namespace {

namespace fs = std::filesystem;

class CaseReader {
 public:
  /// `logs`: recorded logs that a file names are read.
  CaseReader(const detect::RuleSet& rules, Counters& counters, bool logs)
      : rules_(rules), counters_(counters), logs_(logs) {}

  void take_text(const std::string& text) {
    const fs::path path("samples");
    const auto documents = parse_yaml(text, path.string());
    if (!documents) return lose(path, to_text(documents.error()));
    read_samples(path, *documents, true);
  }

  void take(const fs::path& path, bool named) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      if (path.filename() == "info.yml")
        read_info(path);
      else if (path.extension() == ".yaml" || path.extension() == ".yml")
        read_samples(path, named || path.filename().string().ends_with(".samples.yaml"));
      else if (named)
        lose(path, "it is neither a sample file (*.yaml) nor info.yml");
      return;
    }
    std::vector<fs::path> entries;
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error))
      entries.push_back(it->path());
    if (error) lose(path, error.message());
    std::ranges::sort(entries);
    for (const fs::path& entry : entries) take(entry, false);
  }

  std::vector<RuleCase> cases;

 private:
  void lose(const fs::path& path, std::string reason) {
    RuleCase& one = cases.emplace_back();
    one.file = path.string();
    one.unreadable = std::move(reason);
  }

  const detect::Rule* rule_of(const std::string& id) const {
    const auto found = std::ranges::find(rules_.rules(), id, &detect::Rule::id);
    return found == rules_.rules().end() ? nullptr : &*found;
  }

  /// The id that a file's `rule:` gives, or that of the rule file with its name.
  std::string rule_id_for(const fs::path& path, const YAML::Node& document) const {
    if (const YAML::Node id = document["rule"]; id.IsDefined() && id.IsScalar()) return id.Scalar();
    std::string stem = path.stem().string();
    if (stem.ends_with(".samples")) stem.resize(stem.size() - 8);
    if (!logs_ && rules_.rules().size() == 1) return rules_.rule(0).id;
    for (const detect::Rule& rule : rules_.rules())
      if (fs::path(rule.file).stem() == stem) return rule.id;
    return {};
  }

  void read_samples(const fs::path& path, bool surely) {
    const auto documents = load_yaml(path);
    if (!documents) {
      if (surely) lose(path, to_text(documents.error()));
      return;
    }
    read_samples(path, *documents, surely);
  }

  void read_samples(const fs::path& path, const std::vector<YAML::Node>& documents, bool surely) {
    for (const YAML::Node& document : documents) {
      if (!document.IsMap()) continue;
      const bool samples = document["must_match"].IsDefined() || document["must_not_match"].IsDefined() ||
                           (document["tests"].IsDefined() && !document["detection"].IsDefined());
      if (!samples) {
        if (surely) lose(path, "it has none of must_match, must_not_match and tests");
        continue;
      }
      const std::string id = rule_id_for(path, document);
      try {
        read_lists(path, id, document);
      } catch (const YAML::Exception& e) {
        lose(path, e.what());
      }
    }
  }

  void read_lists(const fs::path& path, const std::string& id, const YAML::Node& document) {
    for (const char* list : {"must_match", "must_not_match"}) {
      size_t number = 0;
      for (const YAML::Node& fields : document[list])
        add(path, fmt::format("{} {}", list, ++number), id, fields, {}, std::string_view(list) == "must_match");
    }
    size_t number = 0;
    for (const YAML::Node& test : document["tests"]) {
      ++number;
      const std::string name = test["name"].IsDefined() ? test["name"].Scalar() : fmt::format("tests {}", number);
      const bool match = !test["match"].IsDefined() || test["match"].as<bool>();
      if (const YAML::Node file = test["file"]; file.IsDefined()) {
        const YAML::Node count = test["count"];
        add_log(path, name, id, path.parent_path() / file.Scalar(), match,
                count.IsDefined() ? std::optional(count.as<size_t>()) : std::nullopt);
      } else {
        add(path, name, id, test["event"], test["source"], match);
      }
    }
  }

  /// What YAML 1.2 takes a plain scalar for; what is quoted is a text.
  static event::Kind kind_of(const YAML::Node& value) {
    if (value.IsNull()) return event::Kind::null;
    const std::string& text = value.Scalar();
    if (value.Tag() != "?") return event::Kind::string;
    if (text == "true" || text == "false") return event::Kind::boolean;
    const auto number = detect::parse_number(text);
    if (!number) return event::Kind::string;
    return number->whole ? event::Kind::integer : event::Kind::real;
  }

  static void add_fields(event::Batch& batch, const std::string& prefix, const YAML::Node& value) {
    if (value.IsMap()) {
      for (const auto& field : value)
        add_fields(batch, prefix.empty() ? field.first.Scalar() : prefix + "." + field.first.Scalar(), field.second);
    } else if (value.IsSequence()) {
      for (const YAML::Node& one : value) add_fields(batch, prefix, one);
    } else if (const auto id = event::FieldNames::instance().intern(prefix)) {
      batch.add_copy(*id, kind_of(value), value.IsNull() ? "" : value.Scalar());
    }
  }

  /// An event with these fields. Without `source` it says itself that it is of the rule's log source.
  void add(const fs::path& path, std::string name, const std::string& id, const YAML::Node& fields,
           const YAML::Node& source, bool match) {
    RuleCase& one = cases.emplace_back();
    one.file = path.string();
    one.name = std::move(name);
    one.rule_id = id;
    one.least = match ? 1 : 0;
    one.most = match ? SIZE_MAX : 0;
    if (!fields.IsMap()) {
      one.unreadable = "an event is a map of fields";
      return;
    }
    const auto part = [&](const char* key) {
      return source.IsMap() && source[key].IsDefined() ? source[key].Scalar() : std::string();
    };
    const std::string format = part("format");
    event::Event& event =
        one.events.begin(event::FieldNames::instance().name(event::known_field(format.empty() ? "json" : format)));
    event.channel = one.events.arena().copy(part("channel"));
    event.provider = one.events.arena().copy(part("provider"));
    const std::string event_id = part("event_id");
    std::from_chars(event_id.data(), event_id.data() + event_id.size(), event.event_id);
    if (const detect::Rule* rule = rule_of(id); rule && !source.IsMap()) {
      const auto say = [&](const char* field, const std::string& value) {
        if (!value.empty()) one.events.add_copy(event::known_field(field), event::Kind::string, value);
      };
      say("logsource.product", rule->logsource.product);
      say("logsource.category", rule->logsource.category);
      say("logsource.service", rule->logsource.service);
    }
    add_fields(one.events, "", fields);
    if (const YAML::Node message = fields["message"]; message.IsDefined() && message.IsScalar())
      one.events.current().raw = one.events.arena().copy(message.Scalar());
  }

  void add_log(const fs::path& path, std::string name, const std::string& id, const fs::path& log, bool match,
               std::optional<size_t> count) {
    RuleCase& one = cases.emplace_back();
    one.file = path.string();
    one.name = std::move(name);
    one.rule_id = id;
    one.least = match ? count.value_or(1) : 0;
    one.most = match ? count.value_or(SIZE_MAX) : 0;
    if (!logs_) {
      one.unreadable = "a recorded log is not read from here; run 'yagura rules test'";
      return;
    }
    DecodeOptions options;
    options.counters = &counters_;
    InputOutcome outcome;
    std::vector<InputFailure> failures;
    const std::vector<fs::path> logs{log};
    for (const InputFile& file : list_inputs(logs, failures))
      (void)decode_input(
          file, options,
          [&](event::Batch&& batch) -> Status {
            one.events.join(std::move(batch));
            return {};
          },
          outcome);
    std::ranges::move(outcome.failures, std::back_inserter(failures));
    if (!failures.empty()) one.unreadable = failures.front().error.message;
  }

  /// SigmaHQ's regression data: rules' ids, and recorded logs that stand beside the file whatever its paths say.
  void read_info(const fs::path& path) {
    const auto documents = load_yaml(path);
    if (!documents) return lose(path, to_text(documents.error()));
    try {
      for (const YAML::Node& info : *documents) read_info(path, info);
    } catch (const YAML::Exception& e) {
      lose(path, e.what());
    }
  }

  void read_info(const fs::path& path, const YAML::Node& info) {
    if (!info.IsMap()) return;
    for (const YAML::Node& rule : info["rule_metadata"])
      for (const YAML::Node& test : info["regression_tests_info"]) {
        if (!test["path"].IsDefined()) continue;
        const fs::path log = path.parent_path() / fs::path(test["path"].Scalar()).filename();
        const YAML::Node count = test["match_count"];
        const auto expected = count.IsDefined() ? std::optional(count.as<size_t>()) : std::nullopt;
        for (const char* ending : {"", ".json"}) {  // the same events stand beside it as JSON
          fs::path form = log;
          if (*ending) form.replace_extension(ending);
          std::error_code error;
          if (*ending && (form == log || !fs::exists(form, error))) continue;
          add_log(path, form.filename().string(), rule["id"].Scalar(), form, expected != 0, expected);
        }
      }
  }

  const detect::RuleSet& rules_;
  Counters& counters_;
  bool logs_;
};

}  // namespace

std::vector<RuleCase> read_rule_cases(std::span<const fs::path> paths, const detect::RuleSet& rules,
                                      Counters& counters) {
  CaseReader reader(rules, counters, true);
  for (const fs::path& path : paths) reader.take(path, true);
  return std::move(reader.cases);
}

std::vector<RuleCase> read_rule_cases_text(const std::string& text, const detect::RuleSet& rules, Counters& counters) {
  CaseReader reader(rules, counters, false);
  reader.take_text(text);
  return std::move(reader.cases);
}

}  // namespace yagura::pipeline

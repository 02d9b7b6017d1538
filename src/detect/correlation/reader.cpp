#include "detect/correlation/reader.hpp"

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "base/time.hpp"
#include "detect/attributes.hpp"
#include "detect/condition.hpp"
#include "detect/correlation/terms.hpp"
#include "detect/number.hpp"

namespace yagura::detect::correlation {
namespace {

/// Reads `correlation:`; the first mistake ends it.
class SectionReader {
 public:
  SectionReader(const YAML::Node& section, Definition& out, std::vector<Diagnostic>& warnings)
      : section_(section), out_(out), warnings_(warnings) {}

  Diagnosed<void> read() {
    if (!section_.IsMap()) return refused(section_, "type", "correlation is a map");
    using Step = Diagnosed<void> (SectionReader::*)();
    constexpr std::array<Step, 7> steps{&SectionReader::read_type,     &SectionReader::read_rules,
                                        &SectionReader::read_group_by, &SectionReader::read_aliases,
                                        &SectionReader::read_timespan, &SectionReader::read_condition,
                                        &SectionReader::read_generate};
    for (const Step step : steps)
      if (auto done = (this->*step)(); !done) return done;
    warn_of_unknown();
    return {};
  }

 private:
  static std::unexpected<Diagnostic> refused(const YAML::Node& at, const std::string& code, std::string what,
                                             std::string hint = "") {
    return std::unexpected(Diagnostic{
        "sigma.correlation." + code, {}, at.Mark().line + 1, at.Mark().column + 1, std::move(what), std::move(hint)});
  }

  Diagnosed<void> read_type() {
    const YAML::Node node = section_["type"];
    if (!node.IsDefined()) return refused(section_, "type_missing", "the correlation has no type");
    const std::string word = node.IsScalar() ? node.Scalar() : "";
    for (const Type type : {Type::event_count, Type::value_count, Type::temporal, Type::temporal_ordered,
                            Type::value_sum, Type::value_avg, Type::value_percentile})
      if (word == to_text(type)) {
        out_.type = type;
        return {};
      }
    // Names that the boolean conditions of 2.2 and the reference implementation added.
    if (word == "temporal_extended" || word == "temporal_ordered_extended") {
      out_.type = word == "temporal_extended" ? Type::temporal : Type::temporal_ordered;
      return {};
    }
    if (word == "value_median") {
      out_.type = Type::value_percentile;
      out_.percentile = 50;
      return {};
    }
    return refused(node, "type_unknown", "'" + word + "' is no type of correlation",
                   "event_count, value_count, temporal, temporal_ordered, value_sum, value_avg or value_percentile");
  }

  /// A text or a list of texts, each not empty and none twice.
  Diagnosed<std::vector<std::string>> names(const YAML::Node& node, const std::string& what, size_t most) {
    std::vector<std::string> out;
    std::vector<YAML::Node> items;
    if (node.IsScalar()) items.push_back(node);
    if (node.IsSequence())
      for (const YAML::Node& item : node) items.push_back(item);
    if (items.empty()) return refused(node, "list", what + " is a text or a list of texts");
    for (const YAML::Node& item : items) {
      if (!item.IsScalar() || item.Scalar().empty()) return refused(item, "list", what + " holds texts only");
      if (std::ranges::find(out, item.Scalar()) != out.end())
        return refused(item, "repeated", "'" + item.Scalar() + "' is given twice");
      out.push_back(item.Scalar());
    }
    if (out.size() > most)
      return refused(node, "too_many", what + " has more than " + std::to_string(most) + " entries");
    return out;
  }

  Diagnosed<void> read_rules() {
    const YAML::Node node = section_["rules"];
    const YAML::Node condition = section_["condition"];
    if (!node.IsDefined() && is_temporal(out_.type) && condition.IsDefined() && condition.IsScalar()) return {};
    if (!node.IsDefined()) return refused(section_, "rules_missing", "the correlation names no rules");
    auto read = names(node, "rules", rules_per_correlation_max);
    if (!read) return std::unexpected(read.error());
    out_.rules = std::move(*read);
    return {};
  }

  Diagnosed<void> read_group_by() {
    const YAML::Node node = section_["group-by"];
    if (!node.IsDefined() || node.IsNull()) return {};
    if (node.IsSequence() && node.size() == 0) return {};
    auto read = names(node, "group-by", group_fields_max);
    if (!read) return std::unexpected(read.error());
    out_.group_by = std::move(*read);
    return {};
  }

  Diagnosed<void> read_aliases() {
    const YAML::Node node = section_["aliases"];
    if (!node.IsDefined() || node.IsNull()) return {};
    if (!node.IsMap()) return refused(node, "aliases", "aliases is a map of alias to rule to field");
    for (const auto& alias : node) {
      if (!alias.second.IsMap()) return refused(alias.second, "aliases", "an alias is a map of rule to field");
      auto& fields = out_.aliases[alias.first.Scalar()];
      for (const auto& entry : alias.second) {
        if (!entry.second.IsScalar() || entry.second.Scalar().empty())
          return refused(entry.second, "aliases", "an alias names one field for each rule");
        if (std::ranges::find(out_.rules, entry.first.Scalar()) == out_.rules.end() && !out_.rules.empty())
          return refused(entry.first, "alias_rule",
                         "the alias names the rule '" + entry.first.Scalar() + "', which is not among 'rules'",
                         "write it as it stands under 'rules'");
        fields[entry.first.Scalar()] = entry.second.Scalar();
      }
    }
    return {};
  }

  Diagnosed<void> read_timespan() {
    YAML::Node node = section_["timespan"];
    if (!node.IsDefined()) return refused(section_, "timespan_missing", "the correlation has no timespan");
    const std::string text = node.IsScalar() ? node.Scalar() : "";
    const bool unit = !text.empty() && std::string_view("smhdw").find(text.back()) != std::string_view::npos;
    const auto seconds = unit ? parse_span(text) : std::nullopt;
    if (!seconds || *seconds <= 0)
      return refused(node, "timespan", "'" + text + "' is no timespan", "a number and s, m, h, d or w, such as 90m");
    if (*seconds > timespan_seconds_max) return refused(node, "timespan", "a timespan is at most 366 days");
    out_.timespan_ns = *seconds * ns_per_second;
    return {};
  }

  Diagnosed<void> read_condition() {
    const YAML::Node node = section_["condition"];
    if (!node.IsDefined() || node.IsNull()) {
      if (!is_temporal(out_.type)) return refused(section_, "condition_missing", "the correlation has no condition");
      out_.comparisons.push_back({Comparison::Op::gte, static_cast<Exact>(out_.rules.size()) * exact_one});
      out_.condition = "gte " + std::to_string(out_.rules.size());
      ask_for_all();
      return {};
    }
    if (node.IsScalar()) return read_boolean(node);
    if (!node.IsMap()) return refused(node, "condition", "the condition is a map of comparisons or, of rules, a text");
    for (const auto& entry : node)
      if (auto done = read_entry(entry.first, entry.second); !done) return done;
    if (out_.comparisons.empty())
      return refused(node, "condition", "the condition compares nothing", "one of gt, gte, lt, lte, eq, neq");
    warn_of_never(node);
    ask_for_all();
    return check_fields(node);
  }

  /// A window holds the event that is asked about, and no more rules than are named: some counts never come.
  void warn_of_never(const YAML::Node& node) {
    if (out_.type != Type::event_count && out_.type != Type::value_count && !is_temporal(out_.type)) return;
    const Exact most =
        is_temporal(out_.type) ? static_cast<Exact>(out_.rules.size()) * exact_one : 2 * count_max * exact_one;
    const auto holds = [&](Exact count) {
      return count >= exact_one && count <= most &&
             std::ranges::all_of(out_.comparisons, [&](const Comparison& one) { return one.holds(count); });
    };
    // What the comparisons hold for changes only next to their numbers.
    if (holds(exact_one) || std::ranges::any_of(out_.comparisons, [&](const Comparison& one) {
          return holds(one.value - exact_one) || holds(one.value) || holds(one.value + exact_one);
        }))
      return;
    warnings_.push_back({"sigma.correlation.never",
                         {},
                         node.Mark().line + 1,
                         node.Mark().column + 1,
                         "the condition can never hold",
                         is_temporal(out_.type) ? "it counts the rules that matched: from 1 to as many as 'rules' names"
                                                : "a window always holds the event that is asked about: at least 1"});
  }

  /// "At least as many as there are" is every one of them: one chain to follow rather than any.
  void ask_for_all() {
    const size_t rules = out_.rules.size();
    const Comparison& only = out_.comparisons.front();
    if (out_.type != Type::temporal_ordered || out_.comparisons.size() != 1 || only.op != Comparison::Op::gte ||
        only.value != static_cast<Exact>(rules) * exact_one || rules == 0)
      return;
    out_.terms = {{rules == 64 ? UINT64_MAX : (uint64_t{1} << rules) - 1, 0}};
  }

  Diagnosed<void> read_entry(const YAML::Node& key, const YAML::Node& value) {
    constexpr std::array<const char*, 6> ops{"gt", "gte", "lt", "lte", "eq", "neq"};
    const std::string& word = key.Scalar();
    if (word == "field") {
      auto read = names(value, "field", group_fields_max);
      if (!read) return std::unexpected(read.error());
      out_.fields = std::move(*read);
      return {};
    }
    const auto op = std::ranges::find(ops, word);
    if (op == ops.end() && word != "percentile")
      return refused(key, "condition_key", "'" + word + "' is not known in a condition",
                     "gt, gte, lt, lte, eq, neq, field or percentile");
    const auto number = value.IsScalar() ? parse_number(value.Scalar()) : std::nullopt;
    if (!number) return refused(value, "number", word + " asks for a number");
    if (op == ops.end()) return read_percentile(value, number->real);
    const bool counts = out_.type == Type::event_count || out_.type == Type::value_count || is_temporal(out_.type);
    if (counts && (!number->whole || number->negative || number->magnitude > static_cast<uint64_t>(count_max)))
      return refused(value, "count", "a count is a whole number from 0 to 1,000,000");
    out_.comparisons.push_back({static_cast<Comparison::Op>(op - ops.begin()), to_exact(number->real)});
    if (!out_.condition.empty()) out_.condition += " and ";
    out_.condition += word + ' ' + value.Scalar();
    return {};
  }

  Diagnosed<void> read_percentile(const YAML::Node& value, double percentile) {
    if (out_.type != Type::value_percentile)
      return refused(value, "percentile", "only value_percentile takes a percentile");
    if (!(percentile >= 0 && percentile <= 100))
      return refused(value, "percentile", "a percentile is a number from 0 to 100");
    out_.percentile = percentile;
    return {};
  }

  Diagnosed<void> check_fields(const YAML::Node& node) {
    const bool takes = out_.type != Type::event_count && !is_temporal(out_.type);
    if (takes && out_.fields.empty())
      return refused(node, "field_missing", std::string(to_text(out_.type)) + " needs a field in its condition");
    if (takes && out_.fields.size() > 1 && out_.type != Type::value_count)
      return refused(node["field"], "field_several",
                     std::string(to_text(out_.type)) + " takes one field; only value_count takes several");
    if (!takes && !out_.fields.empty()) {
      warnings_.push_back({"sigma.correlation.field_unused",
                           {},
                           node.Mark().line + 1,
                           node.Mark().column + 1,
                           std::string(to_text(out_.type)) + " reads no field",
                           "value_count counts values"});
      out_.fields.clear();
    }
    return {};
  }

  Diagnosed<void> read_boolean(const YAML::Node& node) {
    if (!is_temporal(out_.type))
      return refused(node, "condition", "only temporal and temporal_ordered take a condition over rules");
    const auto condition = parse_condition(node.Scalar());
    if (!condition) return refused(node, "condition", condition.error().reason);
    const auto named = named_rules(*condition);
    const bool implied = out_.rules.empty();
    if (implied) out_.rules = named;
    if (out_.rules.size() > rules_per_correlation_max)
      return refused(node, "too_many", "the condition names more than 64 rules");
    for (const std::string& rule : out_.rules)
      if (std::ranges::find(named, rule) == named.end())
        return refused(node, "rule_unused", "the condition does not name '" + rule + "', which is among 'rules'",
                       "leave it out, or say what it is for");
    auto terms = terms_of(*condition, out_.rules);
    if (!terms) return refused(node, "condition", terms.error());
    out_.terms = std::move(*terms);
    out_.condition = node.Scalar();
    return {};
  }

  Diagnosed<void> read_generate() {
    const YAML::Node node = section_["generate"];
    if (!node.IsDefined() || node.IsNull()) return {};
    return flag(node, out_.generate);
  }

 public:
  static Diagnosed<void> flag(const YAML::Node& node, bool& out) {
    const std::string word = node.IsScalar() ? node.Scalar() : "";
    if (word != "true" && word != "false") return refused(node, "generate", "generate is true or false");
    out = word == "true";
    return {};
  }

 private:
  void warn_of_unknown() {
    constexpr std::array<const char*, 7> known{"type",     "rules",     "group-by", "aliases",
                                               "timespan", "condition", "generate"};
    for (const auto& entry : section_)
      if (std::ranges::find(known, entry.first.Scalar()) == known.end())
        warnings_.push_back({"sigma.correlation.attribute_unknown",
                             {},
                             entry.first.Mark().line + 1,
                             entry.first.Mark().column + 1,
                             "'" + entry.first.Scalar() + "' is not known here",
                             ""});
    for (const auto& [alias, fields] : out_.aliases)
      if (std::ranges::find(out_.group_by, alias) == out_.group_by.end() &&
          std::ranges::find(out_.fields, alias) == out_.fields.end())
        warnings_.push_back({"sigma.correlation.alias_unused",
                             {},
                             section_.Mark().line + 1,
                             0,
                             "nothing asks for the alias '" + alias + "'",
                             "name it in group-by"});
  }

  const YAML::Node& section_;
  Definition& out_;
  std::vector<Diagnostic>& warnings_;
};

Diagnosed<Definition> read_whole(const YAML::Node& document, std::vector<Diagnostic>& warnings) {
  Definition out;
  out.line = document.Mark().line + 1;
  out.id = text_of(document, "id");
  out.name = text_of(document, "name");
  out.title = text_of(document, "title");
  out.status = text_of(document, "status");
  out.description = text_of(document, "description");
  out.author = text_of(document, "author");
  out.date = text_of(document, "date");
  out.modified = text_of(document, "modified");
  out.tags = texts_of(document, "tags");
  out.references = texts_of(document, "references");
  out.falsepositives = texts_of(document, "falsepositives");
  if (auto level = level_of(document))
    out.level = *level;
  else
    return std::unexpected(level.error());
  const YAML::Node section = document["correlation"];
  if (auto read = SectionReader(section, out, warnings).read(); !read) return std::unexpected(read.error());
  if (const YAML::Node generate = document["generate"]; generate.IsDefined() && !generate.IsNull())
    if (auto read = SectionReader::flag(generate, out.generate); !read) return std::unexpected(read.error());
  if (out.title.empty())
    return std::unexpected(
        Diagnostic{"sigma.rule.title_missing", {}, out.line, document.Mark().column + 1, "the rule has no title", ""});
  if (out.id.empty()) {
    YAML::Emitter emitted;
    emitted << section;
    out.id = "unnamed-" + sha256_hex(out.title + '\n' + emitted.c_str()).substr(0, 32);
  }
  return out;
}

}  // namespace

Diagnosed<Definition> read_definition(const YAML::Node& document, const std::string& file,
                                      std::vector<Diagnostic>& warnings) {
  auto out = [&]() -> Diagnosed<Definition> {
    try {
      return read_whole(document, warnings);
    } catch (const YAML::Exception& e) {
      return std::unexpected(Diagnostic{"sigma.rule.yaml", {}, e.mark.line + 1, e.mark.column + 1, e.msg, ""});
    }
  }();
  for (Diagnostic& warning : warnings) warning.file = file;
  if (!out)
    out.error().file = file;
  else
    out->file = file;
  return out;
}

}  // namespace yagura::detect::correlation

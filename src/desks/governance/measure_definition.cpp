#include "desks/governance/measure_definition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "base/text.hpp"
#include "desks/governance/catalogue_reader.hpp"

namespace yagura::desks::governance {
namespace {

constexpr std::array<std::pair<std::string_view, MeasureKind>, 6> kinds{{{"time", MeasureKind::time},
                                                                         {"share", MeasureKind::share},
                                                                         {"count", MeasureKind::count},
                                                                         {"number", MeasureKind::number},
                                                                         {"unknowns", MeasureKind::unknowns},
                                                                         {"late", MeasureKind::late}}};

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> out;
  for (const std::string_view word : split(text, ' '))
    if (!word.empty()) out.emplace_back(word);
  return out;
}

class DefinitionReader {
 public:
  DefinitionReader(const std::filesystem::path& file, const ledger::RecordTypes& types)
      : reader_(file), types_(types) {}

  MeasureDefinition read() {
    const YAML::Node root = reader_.open();
    for (const auto& entry : root)
      if (!keys().contains(entry.first.Scalar()))
        wrong(entry.first, "the key '" + entry.first.Scalar() + "' is not understood");
    MeasureDefinition out;
    out.id = reader_.text(root, "id");
    out.edition = reader_.number(root, "edition");
    if (out.edition < 1) wrong(root["edition"], "the edition is at least 1");
    out.order = reader_.number(root, "order");
    out.title_ja = reader_.text(reader_.child(root, "title"), "ja");
    out.title_en = reader_.text(reader_.child(root, "title"), "en");
    out.definition_ja = reader_.text(reader_.child(root, "definition"), "ja");
    out.definition_en = reader_.text(reader_.child(root, "definition"), "en");
    out.kind = kind(root["kind"]);
    out.of = reader_.text(root, "of");
    type_ = types_.find(out.of);
    if (type_ == nullptr) wrong(root["of"], "there is no record type '" + out.of + "'");
    out.where = conditions(root["where"]);
    read_kind(root, out);
    return out;
  }

 private:
  static const std::set<std::string, std::less<>>& keys() {
    static const std::set<std::string, std::less<>> out{"id",    "edition", "order",  "title",  "definition", "kind",
                                                        "of",    "where",   "counts", "placed", "start",      "end",
                                                        "clock", "value",   "fields", "due",    "ended"};
    return out;
  }

  [[noreturn]] void wrong(const YAML::Node& at, std::string what) const {
    reader_.wrong(at, "measure.file", std::move(what));
  }

  MeasureKind kind(const YAML::Node& node) const {
    for (const auto& [name, kind] : kinds)
      if (node && node.IsScalar() && node.Scalar() == name) return kind;
    wrong(node, "'kind' is one of time, share, count, number, unknowns, late");
  }

  void read_kind(const YAML::Node& root, MeasureDefinition& out) const {
    if (root["placed"]) out.placed = moment(root["placed"]);
    switch (out.kind) {
      case MeasureKind::time:
        out.start = moment(reader_.child(root, "start"));
        out.end = moment(reader_.child(root, "end"));
        out.placed = out.start;
        if (root["clock"]) read_clock(root["clock"], out);
        break;
      case MeasureKind::share:
        out.counts = conditions(reader_.child(root, "counts"));
        break;
      case MeasureKind::count:
        break;
      case MeasureKind::number:
        out.value = field(reader_.child(root, "value"), root["value"].Scalar());
        break;
      case MeasureKind::unknowns:
        out.fields = reader_.texts(root, "fields");
        for (const std::string& name : out.fields) field(root["fields"], name);
        break;
      case MeasureKind::late:
        out.due = field(reader_.child(root, "due"), root["due"].Scalar());
        out.ended = reader_.texts(root, "ended");
        for (const std::string& state : out.ended) check_state(root["ended"], state);
        break;
    }
  }

  void read_clock(const YAML::Node& node, MeasureDefinition& out) const {
    out.clock = node.Scalar();
    const auto clock = std::ranges::find(type_->clocks, out.clock, &ledger::TypeClock::id);
    if (clock == type_->clocks.end()) wrong(node, "the type has no clock '" + out.clock + "'");
    out.clock_seconds = clock->within_seconds;
  }

  std::string field(const YAML::Node& at, const std::string& name) const {
    if (type_->field(name) == nullptr) wrong(at, fmt::format("the type {} has no field '{}'", type_->id, name));
    return name;
  }

  void check_state(const YAML::Node& at, const std::string& state) const {
    if (type_->state(state) == nullptr) wrong(at, fmt::format("the type {} has no state '{}'", type_->id, state));
  }

  Moment moment(const YAML::Node& node) const {
    const std::vector<std::string> words = words_of(node.IsScalar() ? node.Scalar() : "");
    Moment out;
    if (words.size() == 1 && words[0] == "created") return out;
    if (words.size() == 2 && words[0] == "field") {
      out.of = Moment::Of::field;
      out.field = field(node, words[1]);
      return out;
    }
    if (words.size() >= 2 && (words[0] == "state" || words[0] == "last_state")) {
      out.of = words[0] == "state" ? Moment::Of::state : Moment::Of::last_state;
      out.states.assign(words.begin() + 1, words.end());
      for (const std::string& state : out.states) check_state(node, state);
      return out;
    }
    if (words.size() == 2 && words[0] == "alerts" && type_->id == "incident") {
      out.of = words[1] == "created" ? Moment::Of::alerts_created : Moment::Of::alerts_field;
      out.field = words[1];
      const ledger::RecordType* alert = types_.find("alert");
      if (words[1] != "created" && (alert == nullptr || alert->field(words[1]) == nullptr))
        wrong(node, "alerts have no field '" + words[1] + "'");
      return out;
    }
    wrong(node, "this is no moment: write created, field NAME, state ID..., last_state ID..., or alerts NAME");
  }

  std::vector<Condition> conditions(const YAML::Node& node) const {
    std::vector<Condition> out;
    if (!node) return out;
    if (!node.IsSequence()) wrong(node, "conditions are a list");
    for (const auto& item : node) out.push_back(condition(item));
    return out;
  }

  Condition condition(const YAML::Node& node) const {
    const std::vector<std::string> words = words_of(node.IsScalar() ? node.Scalar() : "");
    if (words.size() < 2) wrong(node, "this is no condition: write FIELD is VALUE...");
    Condition out;
    out.field = words[0] == "state" ? words[0] : field(node, words[0]);
    out.values.assign(words.begin() + 2, words.end());
    const std::string& op = words[1];
    if (words[0] == "state")
      for (const std::string& state : out.values) check_state(node, state);
    if ((op == "is" || op == "is_not") && !out.values.empty()) {
      out.op = op == "is" ? Condition::Op::is : Condition::Op::is_not;
    } else if ((op == "filled" || op == "empty") && out.values.empty()) {
      out.op = op == "filled" ? Condition::Op::filled : Condition::Op::empty;
    } else if (op == "at_least" && out.values.size() == 1) {
      const std::string& number = out.values[0];
      const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), out.least);
      if (error != std::errc{} || end != number.data() + number.size()) wrong(node, "'at_least' wants a whole number");
      out.op = Condition::Op::at_least;
    } else {
      wrong(node, "this is no condition: write FIELD is VALUE..., is_not, filled, empty or at_least NUMBER");
    }
    return out;
  }

  CatalogueReader reader_;
  const ledger::RecordTypes& types_;
  const ledger::RecordType* type_ = nullptr;
};

}  // namespace

std::string_view to_text(MeasureKind kind) {
  for (const auto& [name, one] : kinds)
    if (one == kind) return name;
  return "count";
}

std::optional<MeasureKind> parse_measure_kind(std::string_view text) {
  for (const auto& [name, one] : kinds)
    if (name == text) return one;
  return std::nullopt;
}

Diagnosed<MeasureCatalog> MeasureCatalog::load(const std::filesystem::path& folder, const ledger::RecordTypes& types) {
  MeasureCatalog out;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".yaml") continue;
    try {
      out.definitions_.push_back(DefinitionReader(entry.path(), types).read());
    } catch (const CatalogueFault& fault) {
      return std::unexpected(fault.diagnostic);
    } catch (const YAML::Exception& fault) {
      return std::unexpected(Diagnostic{"measure.file", entry.path().string(), fault.mark.line + 1,
                                        fault.mark.column + 1, fault.msg, "compare with a shipped file"});
    }
    const MeasureDefinition& read = out.definitions_.back();
    if (read.id != entry.path().stem().string())
      return std::unexpected(Diagnostic{"measure.file", entry.path().string(), 1, 1,
                                        "the file is not named after its measure '" + read.id + "'",
                                        "name it " + read.id + ".yaml"});
    if (out.definitions_.size() > measures_max)
      return std::unexpected(Diagnostic{"measure.file", folder.string(), 0, 0,
                                        fmt::format("more than {} measures", measures_max), "take some away"});
  }
  if (error || out.definitions_.empty())
    return std::unexpected(
        Diagnostic{"measure.file", folder.string(), 0, 0, "no measure is defined here", "see catalog/measures"});
  std::ranges::sort(out.definitions_, {}, [](const MeasureDefinition& one) { return std::tie(one.order, one.id); });
  return out;
}

const MeasureDefinition* MeasureCatalog::find(std::string_view id) const {
  const auto found = std::ranges::find(definitions_, id, &MeasureDefinition::id);
  return found == definitions_.end() ? nullptr : &*found;
}

}  // namespace yagura::desks::governance

#include "desks/governance/skill_overlay.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <map>
#include <optional>

#include "base/text.hpp"
#include "desks/actor.hpp"
#include "desks/blank.hpp"
#include "desks/governance/register_pages.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Outcome;
using ledger::Record;
using ledger::Transaction;
using registers::ImportFaults;
using registers::SheetRow;

constexpr std::array<std::string_view, 5> columns{"code", "name", "role", "level", "note"};
constexpr int64_t skills_read_max = 100'000;

class OverlayReader {
 public:
  OverlayReader(const Textbook& book, ImportFaults& faults) : book_(book), faults_(faults) {}

  bool read_header(const SheetRow& header) {
    for (size_t i = 0; i < header.cells.size(); ++i) {
      const std::string name = ascii_lower(trim_blank(header.cells[i].text));
      const auto found = std::ranges::find(columns, name);
      if (found == columns.end()) {
        if (!name.empty())
          faults_.add(header.number, name, name, "skills.column",
                      "this column is none of code, name, role, level, note");
        continue;
      }
      at_[static_cast<size_t>(found - columns.begin())] = i;
    }
    for (const size_t must : {size_t{0}, size_t{1}})
      if (!at_[must])
        faults_.add(header.number, std::string(columns[must]), "", "skills.column_missing", "this column is missing",
                    "", {{"column", std::string(columns[must])}});
    return faults_.count == 0;
  }

  void read_row(const SheetRow& row, SkillOverlay& out) {
    const std::string code = cell(row, 0);
    const std::string name = cell(row, 1);
    if (code.empty()) return wrong(row, 0, "skills.code", "a skill has a code");
    const auto [place, fresh] = places_.try_emplace(code, out.skills.size());
    if (fresh) {
      if (name.empty()) return wrong(row, 1, "skills.name", "a skill has a name");
      if (out.skills.size() == overlay_skills_max)
        return wrong(row, 0, "skills.many", "an overlay holds at most 10,000 skills");
      out.skills.push_back({code, name, cell(row, 4), {}});
    }
    OverlaySkill& skill = out.skills[place->second];
    if (!name.empty() && skill.name != name)
      return wrong(row, 1, "skills.name_twice", "this code has another name above");
    read_role(row, skill);
  }

 private:
  std::string cell(const SheetRow& row, size_t column) const {
    const auto at = at_[column];
    return at && *at < row.cells.size() ? std::string(trim_blank(row.cells[*at].text)) : std::string();
  }

  void wrong(const SheetRow& row, size_t column, std::string code, std::string message) {
    faults_.add(row.number, std::string(columns[column]), cell(row, column), std::move(code), std::move(message));
  }

  void read_role(const SheetRow& row, OverlaySkill& skill) {
    const std::string role = cell(row, 2);
    const std::string level = cell(row, 3);
    if (role.empty()) {
      if (!level.empty()) wrong(row, 2, "skills.role", "a level is some role's");
      return;  // the source says nothing of a role: neither do we
    }
    if (!book_.find(role)) return wrong(row, 2, "skills.role", "the textbook has no such role");
    int value = -1;
    const auto [end, error] = std::from_chars(level.data(), level.data() + level.size(), value);
    if (error != std::errc() || end != level.data() + level.size() || value < 0 || value > skill_level_max)
      return wrong(row, 3, "skills.level", "a level is a whole number from 0 to 4");
    if (std::ranges::find(skill.roles, role, &std::pair<std::string, int>::first) != skill.roles.end())
      return wrong(row, 2, "skills.role_twice", "this role asks for the skill above already");
    skill.roles.emplace_back(role, value);
  }

  const Textbook& book_;
  ImportFaults& faults_;
  std::array<std::optional<size_t>, columns.size()> at_;
  std::map<std::string, size_t> places_;
};

bool is_workbook(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04");
}

json::object body_of(const SkillOverlay& overlay, const OverlaySkill& skill) {
  json::array roles;
  for (const auto& [role, level] : skill.roles) roles.push_back(json::object{{"role", role}, {"level", level}});
  json::object out{{"code", skill.code},
                   {"name", skill.name},
                   {"framework", overlay.framework},
                   {"edition", overlay.edition},
                   {"roles", std::move(roles)}};
  out["note"] = skill.note.empty() ? json::value(nullptr) : json::value(skill.note);
  return out;
}

Outcome<std::vector<Record>> current_skills(Transaction& transaction, const std::string& framework) {
  ledger::RecordQuery query;
  query.type = "skill";
  query.states = {"current"};
  query.filters = {{"framework", ledger::FilterOp::equals, {framework}}};
  query.limit = ledger::page_records_max;
  std::vector<Record> out;
  for (;;) {
    auto page = transaction.list(query);
    if (!page) return std::unexpected(page.error());
    std::ranges::move(page->records, std::back_inserter(out));
    if (static_cast<int64_t>(out.size()) > skills_read_max)
      return ledger::refuse(ErrorKind::limit, "the framework has too many skills");
    if (page->next_cursor.empty()) return out;
    query.cursor = page->next_cursor;
  }
}

Outcome<void> replace_all(Transaction& transaction, const SkillOverlay& overlay, OverlayOutcome& out) {
  auto known = current_skills(transaction, overlay.framework);
  if (!known) return std::unexpected(known.error());
  std::map<std::string, const Record*> same_edition;
  std::vector<const Record*> gone;
  for (const Record& record : *known) {
    const bool same = text_at(record.body, "edition") == overlay.edition;
    if (!same || !same_edition.emplace(text_at(record.body, "code"), &record).second) gone.push_back(&record);
  }
  for (const OverlaySkill& skill : overlay.skills) {
    const auto found = same_edition.find(skill.code);
    if (found == same_edition.end()) {
      auto made = transaction.create("skill", body_of(overlay, skill));
      if (!made) return std::unexpected(made.error());
      ++out.created;
      continue;
    }
    const Record& before = *found->second;
    auto after = transaction.update(before.id, before.version, body_of(overlay, skill));
    if (!after) return std::unexpected(after.error());
    ++(after->version == before.version ? out.unchanged : out.changed);
    same_edition.erase(found);
  }
  for (const auto& [code, record] : same_edition) gone.push_back(record);
  for (const Record* record : gone) {
    auto moved = transaction.move(record->id, record->version, "replace");
    if (!moved) return std::unexpected(moved.error());
    ++out.replaced;
  }
  if (out.created + out.changed + out.replaced == 0) return {};
  auto fact = transaction.append_fact("skill.overlay_loaded", "skills:" + overlay.framework,
                                      {{"framework", overlay.framework},
                                       {"edition", overlay.edition},
                                       {"skills", overlay.skills.size()},
                                       {"created", out.created},
                                       {"changed", out.changed},
                                       {"replaced", out.replaced}});
  if (!fact) return std::unexpected(fact.error());
  return {};
}

}  // namespace

std::expected<SkillOverlay, ImportFaults> read_overlay(std::string_view bytes, const Textbook& book,
                                                       std::string framework, std::string edition) {
  ImportFaults faults;
  SkillOverlay out{std::move(framework), std::move(edition), {}};
  if (!is_workbook(bytes) && !is_utf8(bytes))
    faults.add(0, "", "", "skills.encoding", "the file is no UTF-8", "save it as CSV UTF-8 or as XLSX");
  if (faults.count > 0) return std::unexpected(std::move(faults));
  const registers::Sheet sheet =
      is_workbook(bytes) ? registers::read_xlsx(bytes, "skill", faults) : registers::read_csv(bytes, faults);
  if (faults.count > 0) return std::unexpected(std::move(faults));
  OverlayReader reader(book, faults);
  if (reader.read_header(sheet.header))
    for (const SheetRow& row : sheet.rows) reader.read_row(row, out);
  if (faults.count == 0 && out.skills.empty()) faults.add(0, "", "", "skills.none", "the file holds no skill");
  if (faults.count > 0) return std::unexpected(std::move(faults));
  return out;
}

Outcome<OverlayOutcome> load_overlay(ledger::Ledger& ledger, const ledger::Actor& actor, const SkillOverlay& overlay) {
  OverlayOutcome out;
  auto done = ledger.write(actor, "governance", [&](Transaction& transaction) -> Outcome<void> {
    if (auto allowed = require(actor, "liaison.write"); !allowed) return allowed;
    return replace_all(transaction, overlay, out);
  });
  if (!done) return std::unexpected(done.error());
  return out;
}

}  // namespace yagura::desks::governance

#include "desks/governance/deeds.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Fact;
using ledger::Outcome;

constexpr std::string_view note_key = "governance.deeds";
constexpr int64_t page_facts = 5000;

json::value as_note(const RoleDeeds& deeds) {
  json::array days;
  for (const auto& [day, count] : deeds.by_day) days.push_back(json::array{day, count});
  json::array latest;
  for (const Deed& deed : deeds.latest)
    latest.push_back(json::array{deed.fact_seq, deed.at.ns, deed.actor, deed.kind, deed.record});
  json::array performers;
  for (const Performer& who : deeds.performers)
    performers.push_back(json::array{who.actor, who.deeds, who.last.ns, who.first.ns, who.days});
  return json::object{{"total", deeds.total},
                      {"days", std::move(days)},
                      {"latest", std::move(latest)},
                      {"performers", std::move(performers)}};
}

/// Throws what Boost.JSON throws on a note of another form.
RoleDeeds from_note(const json::value& note) {
  RoleDeeds out;
  out.total = note.at("total").as_int64();
  for (const json::value& day : note.at("days").as_array())
    out.by_day.emplace_back(day.at(0).as_int64(), day.at(1).as_int64());
  for (const json::value& deed : note.at("latest").as_array())
    out.latest.push_back({deed.at(0).as_int64(), Timestamp{deed.at(1).as_int64()}, std::string(deed.at(2).as_string()),
                          std::string(deed.at(3).as_string()), std::string(deed.at(4).as_string())});
  for (const json::value& who : note.at("performers").as_array())
    out.performers.push_back({std::string(who.at(0).as_string()), who.at(1).as_int64(), Timestamp{who.at(2).as_int64()},
                              Timestamp{who.at(3).as_int64()}, who.at(4).as_int64()});
  return out;
}

void add(RoleDeeds& deeds, const Fact& fact) {
  ++deeds.total;
  const int64_t day = day_of(fact.time);
  if (deeds.by_day.empty() || deeds.by_day.back().first != day) deeds.by_day.emplace_back(day, 0);
  ++deeds.by_day.back().second;
  if (static_cast<int64_t>(deeds.by_day.size()) > deed_days_max) deeds.by_day.erase(deeds.by_day.begin());
  deeds.latest.push_back({fact.seq, fact.time, fact.actor, fact.kind, fact.subject});
  if (deeds.latest.size() > deeds_kept_max) deeds.latest.pop_front();
  auto who = std::ranges::find(deeds.performers, fact.actor, &Performer::actor);
  if (who == deeds.performers.end()) {
    if (deeds.performers.size() == performers_kept_max)
      deeds.performers.erase(std::ranges::min_element(deeds.performers, {}, &Performer::last));
    deeds.performers.push_back({fact.actor, 0, {}, fact.time, 0});
    who = std::prev(deeds.performers.end());
  }
  if (who->deeds == 0 || day_of(who->last) != day) ++who->days;
  ++who->deeds;
  who->last = fact.time;
}

bool tells_of(const Fact& fact, std::string_view word) {
  if (word.empty() || text_at(fact.body, "move") == word) return true;
  return std::ranges::any_of(array_at(fact.body, "changed"),
                             [&](const json::value& name) { return name.is_string() && name.as_string() == word; });
}

}  // namespace

DeedLog::DeedLog(ledger::Ledger& ledger, const Cadences& cadences, std::function<bool(std::string_view)> is_person)
    : ledger_(ledger), is_person_(std::move(is_person)) {
  std::string all = "2";  // the form of the notes
  for (const RoleCadence& role : cadences.roles) {
    deeds_[role.role];
    for (const DeedRule& rule : role.deeds) {
      rules_.emplace(rule.kind, std::pair(role.role, rule.word));
      all += "\n" + role.role + " " + rule.kind + ":" + rule.word;
    }
  }
  signature_ = sha256_hex(all);
}

Outcome<void> DeedLog::look(const std::function<void(const DeedsByRole&)>& use) {
  const std::lock_guard lock(mutex_);
  if (!recalled_) {
    if (auto done = recall(); !done) return done;
    recalled_ = true;
  }
  if (auto done = follow(); !done) return done;
  use(deeds_);
  return {};
}

void DeedLog::forget() {
  const std::lock_guard lock(mutex_);
  for (auto& [role, deeds] : deeds_) deeds = {};
  cursor_ = 0;
  saved_ = 0;
  recalled_ = true;
}

Outcome<void> DeedLog::recall() {
  DeedsByRole known;
  int64_t cursor = 0;
  auto done = ledger_.write(ledger::system_actor("governance"), "governance",
                            [&](ledger::Transaction& transaction) -> Outcome<void> {
                              auto head = transaction.note(note_key);
                              if (!head) return std::unexpected(head.error());
                              if (!*head) return {};
                              try {
                                const json::value parsed = json::parse(**head);
                                if (parsed.at("rules").as_string() != signature_) return {};
                                for (const auto& [role, deeds] : deeds_) {
                                  auto note = transaction.note(std::string(note_key) + "." + role);
                                  if (!note) return std::unexpected(note.error());
                                  if (*note) known[role] = from_note(json::parse(**note));
                                }
                                cursor = parsed.at("cursor").as_int64();
                              } catch (const std::exception&) {
                                cursor = 0;  // not what was written: the journal tells it all again
                              }
                              return {};
                            });
  if (!done) return done;
  if (cursor <= 0 || cursor > ledger_.head_seq()) return {};
  for (auto& [role, deeds] : known) deeds_[role] = std::move(deeds);
  cursor_ = cursor;
  saved_ = cursor;
  return {};
}

/// The next facts that people wrote, and how far the journal was looked at for them.
Outcome<std::vector<Fact>> DeedLog::people_facts(int64_t& reached) {
  reached = ledger_.head_seq();
  std::vector<Fact> out;
  for (const char* actors : {"user:*", "owner:*"}) {
    ledger::FactQuery query;
    query.actor = actors;
    query.after_seq = cursor_;
    // Where none of the second kind are, the rest of the journal must not be searched for them page after page.
    query.before_seq = reached + 1;
    query.limit = page_facts;
    auto page = ledger_.facts(query);
    if (!page) return page;
    if (static_cast<int64_t>(page->size()) == page_facts) reached = std::min(reached, page->back().seq);
    std::ranges::move(*page, std::back_inserter(out));
  }
  std::erase_if(out, [&](const Fact& fact) { return fact.seq > reached; });
  std::ranges::sort(out, {}, &Fact::seq);
  return out;
}

Outcome<void> DeedLog::follow() {
  while (cursor_ < ledger_.head_seq()) {
    int64_t reached = 0;
    auto facts = people_facts(reached);
    if (!facts) return std::unexpected(facts.error());
    for (const Fact& fact : *facts) take(fact);
    cursor_ = reached;
  }
  if (cursor_ - saved_ >= facts_between_saves) save();
  return {};
}

void DeedLog::take(const Fact& fact) {
  const auto [from, to] = rules_.equal_range(fact.kind);
  if (from == to || !fact.body.contains("record") || !is_person_(fact.actor)) return;
  std::vector<std::string_view> counted;  // several rules may name one role: it is one deed
  for (auto rule = from; rule != to; ++rule) {
    const auto& [role, word] = rule->second;
    if (!tells_of(fact, word) || std::ranges::find(counted, role) != counted.end()) continue;
    counted.push_back(role);
    add(deeds_[role], fact);
  }
}

/// A failure is no loss: the next start reads the journal from where the notes stand.
void DeedLog::save() {
  const auto done = ledger_.write(
      ledger::system_actor("governance"), "governance", [&](ledger::Transaction& transaction) -> Outcome<void> {
        for (const auto& [role, deeds] : deeds_) {
          auto set = transaction.set_note(std::string(note_key) + "." + role, json::serialize(as_note(deeds)));
          if (!set) return set;
        }
        return transaction.set_note(note_key,
                                    json::serialize(json::object{{"rules", signature_}, {"cursor", cursor_}}));
      });
  if (done) saved_ = cursor_;
}

}  // namespace yagura::desks::governance

#include "desks/obligations.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>

#include "desks/json_fields.hpp"
#include "desks/role_links.hpp"
#include "ledger/visibility.hpp"

namespace yagura::desks {
namespace {

namespace json = boost::json;
using ledger::Outcome;
using ledger::Record;
using ledger::RecordType;

/// Visits at most owed_records_max records, in order of creation, until `visit` says that it is enough; false when
/// there were more.
Outcome<bool> for_each(ledger::Ledger& ledger, ledger::RecordQuery query,
                       const std::function<bool(const Record&)>& visit) {
  query.descending = false;
  query.limit = ledger::page_records_max;
  for (size_t seen = 0; seen < owed_records_max;) {
    auto page = ledger.list(query);
    if (!page) return std::unexpected(page.error());
    for (const Record& record : page->records)
      if (!visit(record)) return false;
    seen += page->records.size();
    if (page->next_cursor.empty()) return true;
    query.cursor = page->next_cursor;
  }
  return false;
}

Timestamp plus_seconds(Timestamp from, int64_t seconds) {
  return {from.ns + seconds * ns_per_second};
}

/// A date means its whole day.
std::optional<Timestamp> moment_at(const json::object& body, const std::string& field) {
  const std::string text = text_at(body, field);
  constexpr size_t date_length = 10;
  if (text.size() == date_length) {
    const auto day = parse_time(text + "T00:00:00Z");
    return day ? std::optional(plus_seconds(*day, 86'400)) : std::nullopt;
  }
  return parse_time(text);
}

/// When each record was last attended to, by its id.
Outcome<std::map<std::string, Timestamp>> last_met(ledger::Ledger& ledger, const Obligation::MetBy& by) {
  std::map<std::string, Timestamp> out;
  ledger::RecordQuery query;
  query.type = by.type;
  query.states = by.states;
  auto done = for_each(ledger, query, [&](const Record& record) {
    std::vector<std::string> targets = texts_at(record.body, by.field);
    if (const std::string one = text_at(record.body, by.field); !one.empty()) targets.push_back(one);
    for (std::string& target : targets) {
      Timestamp& last = out.try_emplace(std::move(target), record.state_since).first->second;
      last = std::max(last, record.state_since);
    }
    return true;
  });
  if (!done) return std::unexpected(done.error());
  return out;
}

bool concerns(std::string_view wanted, std::string_view named) {
  return wanted.empty() || covers(named, wanted) || covers(wanted, named);
}

/// Gathers what one obligation comes to.
class Gathering {
 public:
  Gathering(ledger::Ledger& ledger, const ledger::Actor& actor, Timestamp now, const OwedQuery& query)
      : ledger_(ledger), actor_(actor), now_(now), query_(query) {}

  Outcome<void> add(const Obligation& obligation) {
    const RecordType* type = ledger_.types().find(obligation.type);
    if (type == nullptr || !ledger::may_read(*type, actor_)) return {};
    std::map<std::string, Timestamp> met;
    if (obligation.met_by) {
      auto found = last_met(ledger_, *obligation.met_by);
      if (!found) return std::unexpected(found.error());
      met = std::move(*found);
    }
    ledger::RecordQuery records;
    records.type = obligation.type;
    records.states = obligation.states;
    records.filters = obligation.where;
    // What runs since its creation is found soonest first: more than the list takes need not be looked at.
    const bool in_order = obligation.since_creation && obligation.due_field.empty();
    const size_t before = list_.items.size();
    auto whole = for_each(ledger_, records, [&](const Record& record) {
      const auto last = met.find(record.id.value);
      add_record(obligation, *type, record, last == met.end() ? std::nullopt : std::optional(last->second));
      return !in_order || list_.items.size() - before <= query_.limit;
    });
    if (!whole) return std::unexpected(whole.error());
    list_.more |= !*whole;
    return {};
  }

  OwedList finish() {
    std::ranges::sort(list_.items, {}, [](const Owed& owed) { return std::tie(owed.due_at, owed.record, owed.what); });
    if (list_.items.size() > query_.limit) {
      list_.items.resize(query_.limit);
      list_.more = true;
    }
    return std::move(list_);
  }

 private:
  void add_record(const Obligation& obligation, const RecordType& type, const Record& record,
                  std::optional<Timestamp> met) {
    Owed owed;
    owed.obligation = &obligation;
    owed.since = obligation.since_creation ? record.created_at : record.state_since;
    owed.due_at = plus_seconds(owed.since, obligation.within_seconds);
    if (met && obligation.met_by) {
      const int64_t every_seconds = obligation.met_by->every_seconds;
      if (every_seconds == 0) return;
      owed.since = *met;
      owed.due_at = plus_seconds(*met, every_seconds);
      if (now_ < plus_seconds(owed.due_at, -obligation.within_seconds)) return;
    }
    if (const auto due = moment_at(record.body, obligation.due_field)) owed.due_at = *due;
    owed.overdue = owed.due_at < now_;
    if (query_.overdue_only && !owed.overdue) return;
    owed.from = obligation.from_field.empty() ? obligation.from : text_at(record.body, obligation.from_field);
    owed.to = obligation.to_field.empty() ? obligation.to : text_at(record.body, obligation.to_field);
    if (!concerns(query_.role, owed.from) && !concerns(query_.role, owed.to)) return;
    owed.acts = obligation.receiver_acts ? owed.to : owed.from;
    owed.record = record.id;
    owed.type = record.type;
    owed.what = title_of(type, record, actor_);
    owed.who = responsible_of(type, record, actor_);
    if (!obligation.lines) {
      list_.items.push_back(std::move(owed));
      return;
    }
    const json::object body = ledger::visible_body(type, record.body, actor_);
    for (const json::value& item : array_at(body, obligation.lines->field)) {
      const json::object* line = item.if_object();
      if (line == nullptr || !flag_at(*line, obligation.lines->flag) ||
          !text_at(*line, obligation.lines->missing).empty())
        continue;
      Owed one = owed;
      one.what = text_at(*line, obligation.lines->label);
      list_.items.push_back(std::move(one));
    }
  }

  ledger::Ledger& ledger_;
  const ledger::Actor& actor_;
  Timestamp now_;
  const OwedQuery& query_;
  OwedList list_;
};

/// The value of the first of `names` that the type has as a field which the actor may see, and that is filled.
template <size_t N>
std::string first_of(const RecordType& type, const Record& record, const ledger::Actor& actor,
                     const std::array<std::string_view, N>& names) {
  for (const std::string_view name : names) {
    const ledger::Field* field = type.field(name);
    if (field == nullptr || !ledger::may_read(type, field->sensitivity, actor)) continue;
    if (std::string text = text_at(record.body, name); !text.empty()) return text;
  }
  return "";
}

}  // namespace

std::string title_of(const RecordType& type, const Record& record, const ledger::Actor& actor) {
  constexpr std::array<std::string_view, 4> names{"title", "name", "subject", "what"};
  return first_of(type, record, actor, names);
}

std::string responsible_of(const RecordType& type, const Record& record, const ledger::Actor& actor) {
  constexpr std::array<std::string_view, 6> names{"assignee", "owner_account", "owner", "handler", "receiver", "lead"};
  return first_of(type, record, actor, names);
}

Outcome<OwedList> Obligations::owed(ledger::Ledger& ledger, const ledger::Actor& actor, Timestamp now,
                                    const OwedQuery& query) const {
  Gathering gathering(ledger, actor, now, query);
  for (const Obligation& obligation : obligations_) {
    if (!query.type.empty() && query.type != obligation.type) continue;
    const bool fixed = obligation.from_field.empty() && obligation.to_field.empty();
    if (fixed && !concerns(query.role, obligation.from) && !concerns(query.role, obligation.to)) continue;
    if (auto added = gathering.add(obligation); !added) return std::unexpected(added.error());
  }
  return gathering.finish();
}

}  // namespace yagura::desks

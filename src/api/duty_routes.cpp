// What is due and to whom it is owed, and what roles hand over to each other.
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <tuple>

#include "api/act_row.hpp"
#include "api/desk_routes.hpp"
#include "api/problem.hpp"
#include "ledger/visibility.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::Obligations;
using desks::Referrals;
using desks::Target;
using ledger::Actor;
using ledger::Ledger;
using schema::ref;

constexpr int64_t due_items_max = 1000;
constexpr std::string_view kind_names[] = {"clock", "review", "retention"};

json::object title_json(const ledger::Title& title) {
  return {{"ja", title.ja}, {"en", title.en}};
}

/// One line of the answer, with the moment that it is sorted by.
struct DueLine {
  Timestamp due_at;
  json::object item;
  size_t place = 0;
};

/// What a request asks of the list.
struct DueAsked {
  std::string role;
  std::string type;
  std::string kind;
  bool overdue = false;
  int64_t limit = due_items_max;

  explicit DueAsked(const Request& request)
      : role(request.param("role").value_or("")),
        type(request.param("type").value_or("")),
        kind(request.param("kind").value_or("")),
        overdue(request.param("overdue") == "true") {
    if (const auto text = request.param("limit")) std::from_chars(text->data(), text->data() + text->size(), limit);
  }

  bool wants_role(const ledger::RecordType& one) const {
    return role.empty() || std::ranges::any_of(one.roles, [&](const std::string& each) {
             return desks::covers(role, each) || desks::covers(each, role);
           });
  }
};

json::object clock_item(Ledger& ledger, const ledger::RecordType& type, const ledger::Due& due, const Actor& actor) {
  json::object item{{"record", due.record.value},
                    {"type", due.type},
                    {"kind", kind_names[static_cast<size_t>(due.kind)]},
                    {"clock", due.clock},
                    {"acts", json::value_from(type.roles)},
                    {"since", format_time(due.since, 3)},
                    {"due_at", format_time(due.due_at, 3)},
                    {"overdue", due.overdue}};
  const auto clock = std::ranges::find(type.clocks, due.clock, &ledger::TypeClock::id);
  if (clock != type.clocks.end()) item["title"] = title_json(clock->title);
  if (const auto record = ledger.get(due.record)) {
    item["what"] = desks::title_of(type, *record, actor);
    item["who"] = desks::responsible_of(type, *record, actor);
  }
  return item;
}

/// Clocks, reviews and retention of the types that are asked for; false when a list was cut.
ledger::Outcome<bool> add_clocks(Ledger& ledger, const Actor& actor, const DueAsked& asked,
                                 std::vector<DueLine>& lines) {
  std::vector<ledger::Due> found;
  bool whole = true;
  for (const auto& [id, type] : ledger.types().all()) {
    if ((!asked.type.empty() && asked.type != id) || !asked.wants_role(type) || !ledger::may_read(type, actor))
      continue;
    ledger::DueQuery query;
    query.type = id;
    query.overdue_only = asked.overdue;
    query.limit = asked.limit;
    auto due = ledger.due(ledger.now(), query);
    if (!due) return std::unexpected(due.error());
    whole &= !due->more;
    for (ledger::Due& each : due->items)
      if (asked.kind.empty() || asked.kind == kind_names[static_cast<size_t>(each.kind)])
        found.push_back(std::move(each));
  }
  std::ranges::sort(found, {}, &ledger::Due::due_at);
  if (static_cast<int64_t>(found.size()) > asked.limit) {
    found.resize(static_cast<size_t>(asked.limit));
    whole = false;
  }
  for (const ledger::Due& due : found)
    lines.push_back({due.due_at, clock_item(ledger, *ledger.types().find(due.type), due, actor)});
  return whole;
}

ledger::Outcome<bool> add_owed(Ledger& ledger, const Obligations& obligations, const Actor& actor,
                               const DueAsked& asked, std::vector<DueLine>& lines) {
  desks::OwedQuery query;
  query.role = asked.role;
  query.type = asked.type;
  query.overdue_only = asked.overdue;
  query.limit = static_cast<size_t>(asked.limit);
  auto owed = obligations.owed(ledger, actor, ledger.now(), query);
  if (!owed) return std::unexpected(owed.error());
  for (const desks::Owed& one : owed->items)
    lines.push_back({one.due_at, json::object{{"record", one.record.value},
                                              {"type", one.type},
                                              {"kind", "obligation"},
                                              {"obligation", one.obligation->id},
                                              {"from", one.from},
                                              {"to", one.to},
                                              {"acts", json::array{json::value(one.acts)}},
                                              {"title", title_json(one.obligation->title)},
                                              {"why", title_json(one.obligation->why)},
                                              {"what", one.what},
                                              {"who", one.who},
                                              {"since", format_time(one.since, 3)},
                                              {"due_at", format_time(one.due_at, 3)},
                                              {"overdue", one.overdue}}});
  return !owed->more;
}

Response list_due(Ledger& ledger, const Obligations& obligations, const Request& request) {
  const DueAsked asked(request);
  const Actor actor = actor_of(request.principal);
  std::vector<DueLine> lines;
  bool whole = true;
  if (asked.kind != "obligation") {
    const auto added = add_clocks(ledger, actor, asked, lines);
    if (!added) return problem(added.error());
    whole &= *added;
  }
  if (asked.kind.empty() || asked.kind == "obligation") {
    const auto added = add_owed(ledger, obligations, actor, asked, lines);
    if (!added) return problem(added.error());
    whole &= *added;
  }
  // Equal moments stay as they were found.
  for (size_t i = 0; i < lines.size(); ++i) lines[i].place = i;
  std::ranges::sort(lines, {}, [](const DueLine& line) { return std::tie(line.due_at, line.place); });
  if (static_cast<int64_t>(lines.size()) > asked.limit) {
    lines.resize(static_cast<size_t>(asked.limit));
    whole = false;
  }
  json::array items;
  for (DueLine& line : lines) items.push_back(std::move(line.item));
  return json_response(200, json::object{{"items", std::move(items)}, {"more", !whole}});
}

Response list_links(const Referrals& referrals, const Request& request) {
  const std::string role(request.param("role").value_or(""));
  json::array out;
  for (const desks::RoleLink& link : referrals.links().all()) {
    if (!role.empty() && !desks::covers(role, link.role) && !desks::covers(link.to, role)) continue;
    const desks::LinkKind& kind = referrals.links().kind(link.kind);
    out.push_back(json::object{{"role", link.role},
                               {"to", link.to},
                               {"kind", link.kind},
                               {"title", title_json(kind.title)},
                               {"flow", kind.flow == desks::Flow::in    ? "in"
                                        : kind.flow == desks::Flow::out ? "out"
                                                                        : "both"},
                               {"explicit", link.explicit_in_text}});
  }
  return json_response(200, json::object{{"links", std::move(out)}});
}

Components duty_components() {
  using namespace schema;
  const Value when = schema::time();
  return {{"Due", object({{"record", text(1)},
                          {"type", text(1)},
                          {"kind", choice({"clock", "review", "retention", "obligation"})},
                          {"acts", described(list(text(1)), "the roles whose next step it is")},
                          {"since", when},
                          {"due_at", when},
                          {"overdue", boolean()},
                          optional("clock", text()),
                          optional("obligation", text(1)),
                          optional("from", described(text(), "the role that owes")),
                          optional("to", described(text(), "the role or function that is owed")),
                          optional("title", ref("Title")),
                          optional("why", ref("Title")),
                          optional("what", described(text(), "the record's title")),
                          optional("who", described(text(), "the account that the record names as responsible"))})},
          {"RoleLink", object({{"role", text(1)},
                               {"to", text(1)},
                               {"kind", text(1)},
                               {"title", ref("Title")},
                               {"flow", choice({"in", "out", "both"})},
                               {"explicit", boolean()}})}};
}

Route reading_row(std::string pattern, std::string operation, std::string tag, std::string summary) {
  Route out;
  out.pattern = "/api/v1/" + std::move(pattern);
  out.operation = std::move(operation);
  out.tag = std::move(tag);
  out.summary = std::move(summary);
  out.permission = signed_in;
  return out;
}

Act step(std::string name, std::string operation, std::string summary, std::vector<schema::Property> members,
         std::function<ledger::Outcome<ledger::Record>(const Actor&, const Target&, const std::string&)> run) {
  return {"{id}/" + std::move(name),
          std::move(operation),
          std::move(summary),
          std::string(signed_in),  // which role's people may, the referral says
          std::move(members),
          [run = std::move(run)](const Actor& actor, const Target& referral, const json::object& body) {
            return run(actor, referral, text_in(body, "outcome"));
          }};
}

std::vector<Act> referral_acts(Referrals& referrals) {
  using schema::text;
  const schema::Property outcome{"outcome", text(1, 20'000)};
  return {{"",
           "sendReferral",
           "Hand a record over to another role, along a link of the textbook",
           std::string(signed_in),
           {{"record", text(1, 64)},
            {"to", schema::described(text(1, 100), "a role, a function's letter or ext:...")},
            {"what", text(1, 20'000)},
            schema::optional("from", schema::described(text(1, 10), "where the record serves several roles")),
            schema::optional("due_at", schema::time())},
           [&referrals](const Actor& actor, const Target&, const json::object& body) {
             return referrals.send(actor, {{text_in(body, "record")},
                                           text_in(body, "from"),
                                           text_in(body, "to"),
                                           text_in(body, "what"),
                                           parse_time(text_in(body, "due_at"))});
           },
           Method::post,
           201},
          step("receive", "receiveReferral", "Acknowledge that it arrived", {},
               [&referrals](const Actor& actor, const Target& referral, const std::string&) {
                 return referrals.receive(actor, referral);
               }),
          step("answer", "answerReferral", "Say what came of it", {outcome},
               [&referrals](const Actor& actor, const Target& referral, const std::string& text) {
                 return referrals.answer(actor, referral, text);
               }),
          step("refuse", "refuseReferral", "Not to be taken, and why", {outcome},
               [&referrals](const Actor& actor, const Target& referral, const std::string& text) {
                 return referrals.refuse(actor, referral, text);
               }),
          step("close", "closeReferral", "The answer will do: by the role that sent it", {},
               [&referrals](const Actor& actor, const Target& referral, const std::string&) {
                 return referrals.close(actor, referral);
               })};
}

}  // namespace

RouteSet duty_routes(Ledger& ledger, const Obligations& obligations, Referrals& referrals) {
  RouteSet out{{}, duty_components()};
  Route due = reading_row("due", "listDue", "records", "What runs out and what roles owe each other, soonest first");
  due.query = {{"role", schema::text(1, 10), "of one role, on either side, or of a function by its letter"},
               {"type", schema::text(1, 64), "of one record type"},
               {"kind", schema::choice({"clock", "review", "retention", "obligation"}), "only those"},
               {"overdue", schema::boolean(), "only what is late"},
               {"limit", schema::integer(1, due_items_max), "default 1000"}};
  due.answers = {{.schema = schema::object({{"items", schema::list(ref("Due"))}, {"more", schema::boolean()}}),
                  .summary = "What is due"}};
  due.handler = [&ledger, &obligations](const Request& request) { return list_due(ledger, obligations, request); };
  out.routes.push_back(std::move(due));

  Route links = reading_row("role-links", "listRoleLinks", "governance", "The textbook's links between roles");
  links.query = {{"role", schema::text(1, 10), "only those of this role or function"}};
  links.answers = {{.schema = schema::object({{"links", schema::list(ref("RoleLink"))}}), .summary = "Links"}};
  links.handler = [&referrals](const Request& request) { return list_links(referrals, request); };
  out.routes.push_back(std::move(links));

  add_register(out.routes, ledger, "referrals", "referral", "Referral", "governance", {"from_role", "to_role"});
  for (Act& act : referral_acts(referrals))
    out.routes.push_back(act_row(ledger, "referrals", "referral", "governance", std::move(act)));
  return out;
}

}  // namespace yagura::api

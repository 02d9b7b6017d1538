#include "api/hunt_routes.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using pipeline::Hunts;
using schema::ref;

constexpr size_t hunt_rule_length_max = 500'000;  // characters
constexpr int64_t matches_page_default = 100;
constexpr int64_t matches_page_max = 1'000;

json::array rules_json(const pipeline::HuntView& hunt) {
  json::array out;
  const auto add = [&](const std::string& id, const std::string& title, detect::Level level, bool correlation,
                       uint64_t matches) {
    out.push_back(json::object{{"id", to_valid_utf8(id)},
                               {"title", to_valid_utf8(title)},
                               {"level", detect::to_text(level)},
                               {"kind", correlation ? "correlation" : "rule"},
                               {"matches", matches}});
  };
  if (hunt.result) {
    for (const pipeline::HuntRule& rule : hunt.result->rules)
      add(rule.id, rule.title, rule.level, rule.correlation, rule.matches);
    return out;
  }
  if (!hunt.request.rules) return out;
  for (const detect::Rule& rule : hunt.request.rules->rules()) add(rule.id, rule.title, rule.level, false, 0);
  const auto& correlations = hunt.request.rules->correlations();
  for (uint32_t i = 0; i < correlations.size(); ++i) {
    const auto& one = correlations.definition(i);
    add(one.id, one.title, one.level, true, 0);
  }
  return out;
}

json::object hunt_json(const pipeline::HuntView& hunt, bool with_rule) {
  json::object out{{"id", hunt.id},
                   {"title", to_valid_utf8(hunt.request.title)},
                   {"by", hunt.request.by},
                   {"state", pipeline::to_text(hunt.state)},
                   {"from", format_time(hunt.request.range.from)},
                   {"until", format_time(hunt.request.range.to)},
                   {"events_max", hunt.request.events_max},
                   {"started", format_time(hunt.started, 3)},
                   {"events", hunt.events},
                   {"total", hunt.total},
                   {"matches", hunt.matches},
                   {"rules", rules_json(hunt)}};
  if (hunt.ended) out["ended"] = format_time(*hunt.ended, 3);
  if (!hunt.error.empty()) out["error"] = to_valid_utf8(hunt.error);
  if (with_rule) out["rule"] = to_valid_utf8(hunt.request.rule_text);
  if (!hunt.result) return out;
  out["cut"] = hunt.result->cut;
  out["reached"] = format_time(hunt.result->reached);
  out["matches_kept"] = hunt.result->matches.size();
  return out;
}

Response one_hunt(const Hunts& hunts, const Request& request, int status = 200) {
  const auto hunt = hunts.find(request.path_value("id"));
  return hunt ? json_response(status, hunt_json(*hunt, true)) : problem(404, "not_found", "there is no such hunt");
}

/// Every reason why the rules can't be used, each where it is.
Response broken_rules(const std::vector<detect::Rejection>& rejected) {
  std::vector<Fault> faults;
  constexpr size_t faults_shown_max = 50;
  for (const detect::Rejection& one : rejected)
    if (faults.size() < faults_shown_max) faults.push_back({"/rule", one.code, to_valid_utf8(to_text(one))});
  if (faults.empty()) faults.push_back({"/rule", "hunt.no_rule", "the text holds no rule that can be used"});
  return problem(422, "rule", "the rule can't be used", faults);
}

Response start(Hunts& hunts, const detect::Taxonomy& taxonomy, const Request& request) {
  const json::object& body = request.json.get_object();
  pipeline::HuntRequest asked;
  asked.rule_text = text_in(body, "rule");
  const detect::LoadReport report = detect::RuleSet::load_text(asked.rule_text, "rule", taxonomy);
  const size_t rules = report.rules->rules().size() + report.rules->correlations().size();
  if (!report.rejected.empty() || rules == 0) return broken_rules(report.rejected);
  if (rules > pipeline::hunt_rules_max)
    return problem(422, "rule", "too many rules for one hunt",
                   {{"/rule", "hunt.rules", "at most " + std::to_string(pipeline::hunt_rules_max)}});
  asked.rules = report.rules;
  const auto from = parse_time(text_in(body, "from"));
  const auto until = parse_time(text_in(body, "until"));
  const auto refused = [](const char* pointer, const char* what) {
    return problem(422, "range", "the period can't be used", {{pointer, "hunt.range", what}});
  };
  if (!from) return refused("/from", "is no time");
  if (!until) return refused("/until", "is no time");
  if (*until <= *from) return refused("/from", "must be before until");
  int64_t span = 0;
  if (__builtin_sub_overflow(until->ns, from->ns, &span) || span / ns_per_second > pipeline::hunt_days_max * 86'400)
    return refused("/from", "the period is longer than ten years");
  asked.range = {*from, *until};
  asked.events_max =
      static_cast<uint64_t>(integer_in(body, "events_max", static_cast<int64_t>(pipeline::hunt_events_default)));
  asked.by = request.principal.id;
  asked.title = text_in(body, "title");
  if (asked.title.empty())
    asked.title =
        report.rules->rules().empty() ? report.rules->correlations().definition(0).title : report.rules->rule(0).title;
  const auto id = hunts.start(std::move(asked));
  if (!id) return id.error().kind == ErrorKind::limit ? problem(429, "busy", id.error().message) : problem(id.error());
  Response out = json_response(201, hunt_json(hunts.find(*id).value_or(pipeline::HuntView{}), true));
  out.headers.emplace_back("Location", "/api/v1/hunts/" + *id);
  return out;
}

int64_t count_of(const Request& request, std::string_view name, int64_t otherwise) {
  if (const auto text = request.param(name)) std::from_chars(text->data(), text->data() + text->size(), otherwise);
  return otherwise;
}

Response show_matches(const Hunts& hunts, const Request& request) {
  const auto hunt = hunts.find(request.path_value("id"));
  if (!hunt) return problem(404, "not_found", "there is no such hunt");
  if (!hunt->result) return problem(409, "not_over", "the hunt has no result yet");
  const auto& all = hunt->result->matches;
  const auto offset = static_cast<size_t>(count_of(request, "offset", 0));
  const auto limit = static_cast<size_t>(count_of(request, "limit", matches_page_default));
  json::array out;
  for (size_t i = offset; i < all.size() && out.size() < limit; ++i) {
    const pipeline::HuntMatch& match = all[i];
    const pipeline::HuntRule& rule = hunt->result->rules[match.rule];
    json::object one{{"rule_id", to_valid_utf8(rule.id)}, {"event_uid", match.event_uid},
                     {"time", format_time(match.time)},   {"host", to_valid_utf8(match.host)},
                     {"user", to_valid_utf8(match.user)}, {"channel", to_valid_utf8(match.channel)},
                     {"event_id", match.event_id},        {"events", match.events}};
    if (rule.correlation) one["group"] = to_valid_utf8(match.group);
    out.push_back(std::move(one));
  }
  return json_response(
      200, json::object{{"matches", std::move(out)}, {"kept", all.size()}, {"total", hunt->result->matches_total}});
}

Components components() {
  using namespace schema;
  const Value count = integer(0);
  Components out;
  out["Hunt"] = object({{"id", text(1)},
                        {"title", text()},
                        {"by", text()},
                        {"state", choice({"waiting", "running", "done", "cancelled", "failed"})},
                        {"from", time()},
                        {"until", time()},
                        {"events_max", count},
                        {"started", time()},
                        optional("ended", time()),
                        {"events", described(count, "Looked at so far")},
                        {"total", described(count, "Of the rules' log sources in the period; 0 until it is counted")},
                        {"matches", count},
                        optional("matches_kept", described(count, "The first ones; the others are counted")),
                        optional("cut", described(boolean(), "events_max was reached before the end of the period")),
                        optional("reached", described(time(), "Everything before it was looked at")),
                        optional("error", text()),
                        optional("rule", text()),
                        {"rules", list(object({{"id", text()},
                                               {"title", text()},
                                               {"level", text(1)},
                                               {"kind", choice({"rule", "correlation"})},
                                               {"matches", described(count, "Told when it is done")}}))}});
  out["HuntMatch"] = object({{"rule_id", text()},
                             {"event_uid", text(1)},
                             {"time", time()},
                             {"host", text()},
                             {"user", text()},
                             {"channel", text()},
                             {"event_id", integer()},
                             {"events", described(count, "Of a correlation: that it stands on")},
                             optional("group", text())});
  return out;
}

Route row(Method method, std::string path, std::string operation, std::string summary, Answer answer, Handler handler) {
  Route out;
  out.method = method;
  out.pattern = "/api/v1/hunts" + std::move(path);
  out.operation = std::move(operation);
  out.tag = "hunts";
  out.summary = std::move(summary);
  out.permission = "event.read";
  out.answers = {std::move(answer)};
  out.handler = std::move(handler);
  return out;
}

}  // namespace

RouteSet hunt_routes(Hunts& hunts, std::shared_ptr<const detect::Taxonomy> taxonomy) {
  using namespace schema;
  const Answer one{.schema = ref("Hunt"), .summary = "The hunt"};
  RouteSet out{{}, components()};
  out.routes.push_back(row(Method::post, "", "startHunt", "Run a rule over the stored events of a period",
                           {.status = 201, .schema = ref("Hunt"), .summary = "Started"},
                           [&hunts, taxonomy](const Request& request) { return start(hunts, *taxonomy, request); }));
  out.routes.back().body = BodySpec{
      .schema = object({{"rule", described(text(1, hunt_rule_length_max), "Sigma, as YAML: rules and correlations")},
                        {"from", time()},
                        {"until", time()},
                        optional("events_max", described(integer(1, static_cast<int64_t>(pipeline::hunt_events_max)),
                                                         "Ends after so many; default 1,000,000")),
                        optional("title", text(0, 200))}),
      .bytes_max = 2 << 20};
  out.routes.push_back(row(Method::get, "", "listHunts", "The hunts of this server's life, the newest first",
                           {.schema = object({{"hunts", list(ref("Hunt"))}}), .summary = "At most 50"},
                           [&hunts](const Request&) {
                             json::array list;
                             for (const pipeline::HuntView& hunt : hunts.all()) list.push_back(hunt_json(hunt, false));
                             return json_response(200, json::object{{"hunts", std::move(list)}});
                           }));
  out.routes.push_back(row(Method::get, "/{id}", "getHunt", "How far a hunt is, and what it came to", one,
                           [&hunts](const Request& request) { return one_hunt(hunts, request); }));
  out.routes.push_back(
      row(Method::get, "/{id}/matches", "listHuntMatches", "What a hunt that is done has found",
          {.schema = object({{"matches", list(ref("HuntMatch"))}, {"kept", integer(0)}, {"total", integer(0)}}),
           .summary = "A page, by time"},
          [&hunts](const Request& request) { return show_matches(hunts, request); }));
  out.routes.back().query = {{"limit", integer(1, matches_page_max), "default 100"},
                             {"offset", integer(0), "skip so many"}};
  out.routes.push_back(row(Method::post, "/{id}/cancel", "cancelHunt", "End a hunt that waits or runs", one,
                           [&hunts](const Request& request) {
                             hunts.cancel(request.path_value("id"));
                             return one_hunt(hunts, request);
                           }));
  return out;
}

}  // namespace yagura::api

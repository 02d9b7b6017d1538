#include <boost/json.hpp>

#include "api/act_row.hpp"
#include "api/desk_routes.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::Target;
using desks::response::ResponseDesk;
using ledger::Actor;
using schema::optional;

constexpr size_t prose_length_max = 20'000;

schema::Value prose() {
  return schema::text(0, prose_length_max);
}

const schema::Property reason{"reason", schema::text(1, prose_length_max)};

std::vector<Act> task_acts(ResponseDesk& desk) {
  const std::string work = "incident_task.work";
  return {
      {"{id}/start",
       "startTask",
       "Start a task",
       work,
       {},
       [&desk](const Actor& actor, const Target& task, const json::object&) { return desk.start_task(actor, task); }},
      {"{id}/finish",
       "finishTask",
       "Finish a task",
       work,
       {optional("result", prose())},
       [&desk](const Actor& actor, const Target& task, const json::object& body) {
         return desk.finish_task(actor, task, text_in(body, "result"));
       }},
      {"{id}/skip",
       "skipTask",
       "Leave a task out, with the reason",
       work,
       {reason},
       [&desk](const Actor& actor, const Target& task, const json::object& body) {
         return desk.skip_task(actor, task, text_in(body, "reason"));
       }},
      {"{id}/redo",
       "redoTask",
       "Take a finished task up again",
       work,
       {reason},
       [&desk](const Actor& actor, const Target& task, const json::object& body) {
         return desk.redo_task(actor, task, text_in(body, "reason"));
       }},
      {"{id}/assign",
       "assignTask",
       "Give a task to somebody",
       work,
       {{"user", schema::text(1, 64)}},
       [&desk](const Actor& actor, const Target& task, const json::object& body) {
         return desk.assign_task(actor, task, text_in(body, "user"));
       }},
  };
}

Route add_task_row(ledger::Ledger& ledger, ResponseDesk& desk) {
  return act_row(ledger, "incidents", "incident_task", "incidents",
                 {"{id}/tasks",
                  "addTask",
                  "Add a task to an incident",
                  "incident_task.add",
                  {{"what_ja", schema::text(1, 1000)},
                   {"what_en", schema::text(1, 1000)},
                   {"role", schema::text(1, 100)},
                   {"due_at", schema::time()}},
                  [&desk](const Actor& actor, const Target& incident, const json::object& body) {
                    return desk.add_task(actor, incident.id,
                                         {text_in(body, "what_ja"), text_in(body, "what_en"), text_in(body, "role"),
                                          parse_time(text_in(body, "due_at")).value_or(Timestamp{})});
                  },
                  Method::post,
                  201});
}

Route tasks_row(ledger::Ledger& ledger) {
  Route out;
  out.pattern = "/api/v1/incidents/{id}/tasks";
  out.operation = "listIncidentTasks";
  out.tag = "incidents";
  out.summary = "The tasks of an incident";
  out.permission = "incident_task.read";
  out.query = list_parameters();
  out.answers = {{.schema = list_schema(record_component("incident_task")), .summary = "A page"}};
  out.handler = [&ledger](const Request& request) {
    return list_records(ledger, request, "incident_task",
                        {{"incident", ledger::FilterOp::equals, {request.path_value("id")}}});
  };
  return out;
}

}  // namespace

RouteSet task_routes(ledger::Ledger& ledger, ResponseDesk& desk) {
  RouteSet out;
  out.routes.push_back(tasks_row(ledger));
  out.routes.push_back(add_task_row(ledger, desk));
  add_register(out.routes, ledger, "tasks", "incident_task", "Task", "incidents", {"incident", "assignee", "role"});
  for (Act& act : task_acts(desk))
    out.routes.push_back(act_row(ledger, "tasks", "incident_task", "incidents", std::move(act)));
  return out;
}

}  // namespace yagura::api

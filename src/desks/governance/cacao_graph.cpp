#include "desks/governance/cacao_graph.hpp"

#include <boost/json.hpp>

#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;

/// Where a step leads, in the order in which it is read.
std::vector<std::string> edges_of(const json::object& step) {
  std::vector<std::string> out = texts_at(step, "next_steps");
  for (const char* name : {"on_true", "on_false"})
    if (std::string to = text_at(step, name); !to.empty()) out.push_back(std::move(to));
  for (const auto& entry : object_at(step, "cases"))
    if (entry.value().is_string()) out.emplace_back(entry.value().as_string());
  for (const char* name : {"on_success", "on_failure", "on_completion"})
    if (std::string to = text_at(step, name); !to.empty()) out.push_back(std::move(to));
  return out;
}

/// A step whose edges are being walked.
struct Open {
  std::string id;
  std::vector<std::string> edges;
  size_t next = 0;
};

class Walk {
 public:
  explicit Walk(const json::object& workflow) : workflow_(workflow) {}

  void from(const std::string& id) {
    enter(id);
    while (!open_.empty()) {
      Open& top = open_.back();
      if (top.next < top.edges.size()) {
        const std::string to = top.edges[top.next++];  // a copy: entering may move what is open
        enter(to);
      } else {
        on_the_way_.erase(top.id);
        open_.pop_back();
      }
    }
  }

  CacaoGraph done() { return std::move(out_); }

 private:
  void enter(const std::string& id) {
    const json::value* step = workflow_.if_contains(id);
    if (step == nullptr || !step->is_object()) return;
    if (on_the_way_.contains(id)) {
      if (out_.cycle.empty()) out_.cycle = id;
      return;
    }
    if (!out_.reached.insert(id).second) return;
    out_.order.push_back(id);
    on_the_way_.insert(id);
    open_.push_back({id, edges_of(step->as_object())});
  }

  const json::object& workflow_;
  CacaoGraph out_;
  std::vector<Open> open_;
  std::set<std::string, std::less<>> on_the_way_;
};

}  // namespace

CacaoGraph walk(const json::object& document) {
  Walk out(object_at(document, "workflow"));
  out.from(text_at(document, "workflow_start"));
  out.from(text_at(document, "workflow_exception"));
  return out.done();
}

}  // namespace yagura::desks::governance

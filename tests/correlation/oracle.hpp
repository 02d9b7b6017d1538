// What docs/correlation.md defines, computed the obvious way: every event is kept, every window is measured anew.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace yagura::detect::correlation::test {

/// A boolean condition over rules, by their place in `rules`.
struct Formula {
  enum class Op { rule, negate, all, any };
  Op op = Op::rule;
  size_t rule = 0;
  std::vector<Formula> parts;

  std::string text(const std::vector<std::string>& rules) const;
};

struct Bound {
  std::string op;
  int64_t millionths = 0;
  std::string text;
};

struct Spec {
  std::string id;
  std::string type;
  std::vector<std::string> rules;  // "a", "b", "c" or ids of specs that stand before this one
  std::vector<std::string> group_by;
  std::map<std::string, std::map<std::string, std::string>> aliases;
  int64_t span_seconds = 60;
  std::vector<Bound> bounds;
  std::optional<Formula> formula;
  std::vector<std::string> fields;
  std::optional<int64_t> percentile_tenths;

  std::string yaml() const;
};

struct Given {
  int64_t time = 0;
  uint32_t arrival = 0;
  std::string uid;
  std::string kinds;  // letters of the rules that match
  std::map<std::string, std::string> fields;
};

struct Found {
  std::string correlation;
  std::string group;
  std::string uid;
  int64_t time = 0;
  std::string value;
  size_t events = 0;
  std::vector<std::string> uids;

  auto operator<=>(const Found&) const = default;
  std::string text() const;
};

class Oracle {
 public:
  Oracle(std::vector<Spec> specs, uint32_t lateness_seconds);

  std::vector<Found> take(const Given& event);

 private:
  struct Seen {
    int64_t time;
    uint32_t arrival;
    std::string uid;
    uint64_t mask;
    std::string value;
  };
  struct Fired {
    int64_t end;
    uint32_t arrival;
    std::string value;
  };
  struct State {
    std::vector<Seen> seen;
    std::vector<Fired> fired;
  };
  struct Offered {
    size_t spec;
    std::string key;
    std::string value;
    uint64_t mask;
  };

  std::vector<Offered> offered(const Given& event, const std::string& by, const std::vector<char>& kinds) const;
  bool read(const Spec& spec, const std::string& by, const Given& event, std::string& key, std::string& value) const;
  void process(const Offered& offered, const Given& event, int64_t time, std::vector<Found>& out);
  static std::vector<std::string> told(const Spec& spec, const std::vector<Seen>& window);
  /// Whether the window holds, and what was measured.
  std::pair<bool, __int128> measure(const Spec& spec, const std::vector<Seen>& window) const;
  std::pair<bool, __int128> measure_rules(const Spec& spec, const std::vector<Seen>& window) const;

  std::vector<Spec> specs_;
  uint32_t lateness_;
  std::vector<std::map<std::string, State>> states_;
  std::map<std::string, std::vector<std::string>> told_;
};

std::string millionths_text(__int128 value);

}  // namespace yagura::detect::correlation::test

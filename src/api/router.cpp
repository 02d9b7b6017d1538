#include "api/router.hpp"

#include <algorithm>
#include <set>

#include "base/check.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

bool is_name(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool takes_rest(std::string_view segment) {
  return is_name(segment) && segment[segment.size() - 2] == '*';
}

std::string_view name_of(std::string_view segment) {
  return segment.substr(1, segment.size() - (takes_rest(segment) ? 3 : 2));
}

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> out;
  for (const std::string_view segment : split(path.substr(1), '/')) out.emplace_back(segment);
  return out;
}

/// Sorts literals before names and names before rests, segment by segment.
int order(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const auto rank = [](const std::string& segment) { return takes_rest(segment) ? 2 : is_name(segment) ? 1 : 0; };
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (rank(a[i]) != rank(b[i])) return rank(a[i]) - rank(b[i]);
    if (rank(a[i]) == 0 && a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return static_cast<int>(a.size()) - static_cast<int>(b.size());
}

/// The page that takes every path takes none of the API's: what is not there answers 404 to every method.
constexpr std::string_view api_segment = "api";

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  if (takes_rest(pattern.front()) && path.front() == api_segment) return false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (takes_rest(pattern[i])) return path.size() >= i + 1;
    if (i >= path.size()) return false;
    if (is_name(pattern[i]) ? path[i].empty() : pattern[i] != path[i]) return false;
  }
  return pattern.size() == path.size();
}

std::vector<std::pair<std::string, std::string>> values_of(const std::vector<std::string>& pattern,
                                                           const std::vector<std::string>& path) {
  std::vector<std::pair<std::string, std::string>> out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (!is_name(pattern[i])) continue;
    std::string value = path[i];
    if (takes_rest(pattern[i]))
      for (size_t j = i + 1; j < path.size(); ++j) value += "/" + path[j];
    out.emplace_back(name_of(pattern[i]), std::move(value));
  }
  return out;
}

}  // namespace

Router::Router(Routes routes) : routes_(std::move(routes)) {
  std::set<std::string> operations;
  for (size_t i = 0; i < routes_.size(); ++i) {
    const Route& route = routes_[i];
    check(route.pattern.starts_with('/'), "a route's pattern does not start with '/'");
    check(!route.permission.empty(), "a route names no permission");
    check(route.handler != nullptr && !route.answers.empty(), "a route has no handler or no answers");
    check(operations.insert(route.operation).second, "two routes carry the same operation");
    rows_.push_back({segments_of(route.pattern), i});
  }
  std::ranges::sort(rows_, [](const Row& a, const Row& b) {
    const int difference = order(a.segments, b.segments);
    return difference != 0 ? difference < 0 : a.route < b.route;
  });
  for (size_t i = 0; i < rows_.size(); ++i)
    for (size_t j = i + 1; j < rows_.size() && order(rows_[i].segments, rows_[j].segments) == 0; ++j)
      check(routes_[rows_[i].route].method != routes_[rows_[j].route].method,
            "two routes have the same method and pattern");
}

Match Router::find(Method method, std::string_view path) const {
  Match match;
  if (path.empty() || path.front() != '/') return match;
  const std::vector<std::string> segments = segments_of(path);
  const std::vector<std::string>* shape = nullptr;
  for (const Row& row : rows_) {
    if (shape != nullptr && order(*shape, row.segments) != 0) break;  // a less exact pattern is another resource
    if (!fits(row.segments, segments)) continue;
    shape = &row.segments;
    const Route& route = routes_[row.route];
    match.allowed.push_back(route.method);
    if (route.method != method && !(method == Method::head && route.method == Method::get)) continue;
    match.route = &route;
    match.path_values = values_of(row.segments, segments);
  }
  if (std::ranges::find(match.allowed, Method::get) != match.allowed.end()) match.allowed.push_back(Method::head);
  if (!match.allowed.empty()) match.allowed.push_back(Method::options);
  return match;
}

}  // namespace yagura::api

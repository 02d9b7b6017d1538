#include "detect/taxonomy.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace yagura::detect {
namespace {

bool covers(const std::string& asked, const std::string& has) {
  return asked.empty() || asked == has;
}

template <typename T>
std::optional<std::vector<T>> both(const std::vector<T>& a, const std::vector<T>& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  std::vector<T> out;
  for (const T& item : a)
    if (std::ranges::find(b, item) != b.end()) out.push_back(item);
  if (out.empty()) return std::nullopt;
  return out;
}

/// Both tests at once; nothing when no event can pass both.
std::optional<EventTest> both(const EventTest& a, const EventTest& b) {
  EventTest out;
  const auto formats = both(a.formats, b.formats);
  const auto channels = both(a.channels, b.channels);
  const auto providers = both(a.providers, b.providers);
  const auto event_ids = both(a.event_ids, b.event_ids);
  if (!formats || !channels || !providers || !event_ids) return std::nullopt;
  out.formats = *formats;
  out.channels = *channels;
  out.providers = *providers;
  out.event_ids = *event_ids;
  out.present = a.present;
  out.present.insert(out.present.end(), b.present.begin(), b.present.end());
  out.equal = a.equal;
  for (const auto& [field, values] : b.equal) {
    const auto found = out.equal.find(field);
    const auto joined = found == out.equal.end() ? values : both(found->second, values);
    if (!joined) return std::nullopt;
    out.equal[field] = *joined;
  }
  return out;
}

EventTest named_by_itself(const LogSource& source) {
  EventTest out;
  const auto ask = [&](const char* field, const std::string& value) {
    if (!value.empty()) out.equal[field] = {ascii_lower(value)};
  };
  ask("logsource.product", source.product);
  ask("logsource.category", source.category);
  ask("logsource.service", source.service);
  return out;
}

void add(std::vector<Route>& routes, const EventTest& test, const std::shared_ptr<const FieldMap>& fields) {
  for (Route& route : routes) {
    if (*route.fields != *fields) continue;
    if (std::ranges::find(route.tests, test) == route.tests.end()) route.tests.push_back(test);
    return;
  }
  routes.push_back({{test}, fields});
}

}  // namespace

std::vector<const Taxonomy::Entry*> Taxonomy::entries_for(const LogSource& source) const {
  std::vector<const Entry*> out;
  for (const Entry& entry : entries_)
    if (entry.source == source) out.push_back(&entry);
  if (!out.empty()) return out;
  for (const Entry& entry : entries_)
    if (covers(source.product, entry.source.product) && covers(source.category, entry.source.category) &&
        covers(source.service, entry.source.service))
      out.push_back(&entry);
  return out;
}

Taxonomy::Answer Taxonomy::routes(const LogSource& source) const {
  Answer out;
  static const auto own_names = std::make_shared<const FieldMap>();
  add(out.routes, named_by_itself(source), own_names);
  const auto entries = entries_for(source);
  for (const Entry* entry : entries)
    for (const auto& [test, fields] : entry->routes) add(out.routes, test, fields);
  out.known = !entries.empty();
  if (out.known || source.category.empty() || source.service.empty()) return out;
  for (const Entry* by_category : entries_for({source.product, source.category, {}}))
    for (const Entry* by_service : entries_for({source.product, {}, source.service}))
      for (const auto& [test, fields] : by_category->routes)
        for (const auto& [narrower, other_fields] : by_service->routes)
          if (const auto joined = both(test, narrower)) {
            add(out.routes, *joined, fields->empty() ? other_fields : fields);
            out.known = true;
          }
  return out;
}

}  // namespace yagura::detect

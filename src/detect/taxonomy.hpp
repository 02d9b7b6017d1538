// Which events a rule's log source means, and under which names its fields stand there. Data, not code:
// catalog/sigma/*.yaml (the format is told in catalog/sigma/README.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.hpp"
#include "detect/rule.hpp"

namespace yagura::detect {

/// Where the value of a rule's field is found in an event.
struct FieldSource {
  std::vector<std::string> names;             // of event fields; several are joined by `joint`
  std::string joint;                          // between them; a part that is missing, empty or "-" is left out
  std::map<std::string, std::string> values;  // the event's value -> the value that rules know
  std::vector<std::pair<std::string, std::string>> prefixes;  // the same for the value's beginning; first wins

  bool plain() const { return names.size() == 1 && values.empty() && prefixes.empty(); }
  auto operator<=>(const FieldSource&) const = default;
};

/// By the rule's name of the field; a field without an entry stands under its own name.
using FieldMap = std::map<std::string, FieldSource, std::less<>>;

/// What an event must be: every part that is not empty must hold. Channels and providers in any case.
struct EventTest {
  std::vector<std::string> formats;
  std::vector<std::string> channels;   // lower case
  std::vector<std::string> providers;  // lower case
  std::vector<int64_t> event_ids;
  std::vector<std::string> present;                       // fields that must be there
  std::map<std::string, std::vector<std::string>> equal;  // field -> folded values, one of which it must have

  bool needs_fields() const { return !present.empty() || !equal.empty(); }
  auto operator<=>(const EventTest&) const = default;
};

/// Events that share field names: any of the tests lets an event in.
struct Route {
  std::vector<EventTest> tests;
  std::shared_ptr<const FieldMap> fields;  // never null
};

class Taxonomy {
 public:
  /// Reads every *.yaml of the folder; a wrong entry is a Diagnostic with its place.
  static Diagnosed<Taxonomy> load(const std::filesystem::path& folder);

  /// An event that says itself what it is (`logsource.product`, `.category`, `.service`) is always let in;
  /// beyond that: the entry with exactly these attributes; else every entry that has them and more; else,
  /// for several attributes of which each is known, their intersection. `known` is false when none of that
  /// gave anything: such a rule fires only on events that name its log source.
  struct Answer {
    std::vector<Route> routes;
    bool known = false;
  };
  Answer routes(const LogSource& source) const;

  /// Formats whose raw text is markup around the fields: keywords look at the fields alone.
  const std::vector<std::string>& structured_formats() const { return structured_formats_; }

 private:
  struct Entry {
    LogSource source;
    std::vector<std::pair<EventTest, std::shared_ptr<const FieldMap>>> routes;
  };
  friend class TaxonomyReader;

  std::vector<const Entry*> entries_for(const LogSource& source) const;

  std::vector<Entry> entries_;
  std::vector<std::string> structured_formats_;
};

}  // namespace yagura::detect

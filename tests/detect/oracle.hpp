// A second evaluator of Sigma, slow and obvious, written from the specification and catalog/sigma/README.md.
// It shares nothing with src/detect but the YAML reader, the event model and the libraries ICU and PCRE2.
#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/batch.hpp"

namespace yagura::oracle {

/// A value as code points (ill-formed bytes above 0x110000), as it is and folded.
struct Text {
  event::Kind kind;
  std::string bytes;
  std::u32string plain;
  std::u32string folded;
};

/// One event, every value decoded once.
class OracleEvent {
 public:
  OracleEvent(const event::Batch& batch, const event::Event& event);

  /// The values of the event's field: those under this name, and those whose name is it with spaces left out
  /// or written '_'. The header stands in for EventID, Channel, Provider_Name and Computer.
  const std::vector<const Text*>& named(const std::string& name);
  /// Every value that is not null, and the raw text unless the format is structured.
  const std::vector<const Text*>& all(const std::vector<std::string>& structured_formats);

  const Text* make(std::string bytes);
  const event::Event& header() const { return event_; }

 private:
  const event::Event& event_;
  std::vector<std::pair<std::string, std::unique_ptr<Text>>> fields_;
  std::vector<std::unique_ptr<Text>> made_;
  std::map<std::string, std::vector<const Text*>> by_name_;
  std::optional<std::vector<const Text*>> all_;
};

/// Where a rule finds its fields: the YAML of a field map; null for own names.
using Values = std::vector<const Text*>;
using Lookup = std::function<Values(const std::string& field)>;  // the empty name: every value
using Test = std::function<bool(const Lookup&)>;

struct OracleRoute {
  std::vector<std::string> formats, channels, providers, event_ids, present;
  std::map<std::string, std::vector<std::string>> equal;
  YAML::Node fields;  // a field map; null for own names
  bool operator==(const OracleRoute& other) const {
    return formats == other.formats && channels == other.channels && providers == other.providers &&
           event_ids == other.event_ids && present == other.present && equal == other.equal && fields.is(other.fields);
  }
};

struct OracleRule {
  std::string id;
  Test condition;
  std::vector<size_t> routes;
};

class Oracle {
 public:
  /// `catalog` is catalog/sigma.
  explicit Oracle(const std::filesystem::path& catalog);

  /// Adds a rule's document; false when the oracle can't read it (what it throws says why, in `why`).
  bool add(const YAML::Node& rule, std::string* why = nullptr);

  /// Ids of the rules that hold.
  std::vector<std::string> match(const event::Batch& batch, const event::Event& event);

  /// Whether this one rule holds; throws std::out_of_range when it was not added.
  bool holds(const std::string& id, const event::Batch& batch, const event::Event& event);

  size_t size() const { return rules_.size(); }

 private:
  std::vector<OracleRoute> routes_of(const YAML::Node& logsource) const;
  bool lets_in(const OracleRoute& route, OracleEvent& event) const;
  bool holds_by(size_t route, const OracleRule& rule, OracleEvent& event) const;

  struct Source {
    std::string product, category, service;
    std::vector<OracleRoute> routes;
  };
  std::vector<Source> sources_;
  std::vector<std::string> structured_;
  std::vector<OracleRoute> routes_;  // each once
  std::vector<OracleRule> rules_;
  std::map<std::string, size_t> by_id_;
};

/// `detection:` as a test; throws std::runtime_error when it can't be read.
Test read_detection(const YAML::Node& detection);

std::u32string decode(std::string_view bytes);
std::u32string fold(std::u32string text);

}  // namespace yagura::oracle

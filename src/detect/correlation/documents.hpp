// The documents of rule files that are no detection rules: gathered while files are read, joined with the rules when
// all are known.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "detect/correlation/filter.hpp"
#include "detect/correlation/set.hpp"
#include "detect/decisions.hpp"
#include "detect/placeholders.hpp"

namespace yagura::detect {
struct LoadReport;
}

namespace yagura::detect::correlation {

class Documents {
 public:
  /// A document with `correlation:` or `filter:`.
  static bool takes(const YAML::Node& document);
  void take(const YAML::Node& document, const std::string& file, const Placeholders& placeholders);

  /// Lays the filters over the rules, finds the rules of the correlations, and adds counts, warnings and what can't
  /// be honoured to the report. A correlation with the id of a rule or of another correlation is refused, unless
  /// `decisions` set one of them aside.
  Set finish(std::vector<SharedRule>& rules, const Taxonomy& taxonomy, const Decisions& decisions, LoadReport& report);

 private:
  void set_aside(const std::vector<SharedRule>& rules, const Decisions& decisions, LoadReport& report);

  struct Refused {
    Diagnostic diagnostic;
    std::string id;
    std::string title;
  };

  std::vector<Definition> definitions_;
  std::vector<Filter> filters_;
  std::vector<Refused> rejected_;
  std::vector<Refused> skipped_;
  std::vector<Refused> warnings_;
};

}  // namespace yagura::detect::correlation

#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/rules.hpp"
#include "app/say.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

json::array to_json(const std::vector<detect::Rejection>& rejections) {
  json::array out;
  for (const detect::Rejection& one : rejections)
    out.push_back(json::object{{"file", one.file},
                               {"line", one.line},
                               {"column", one.column},
                               {"id", one.rule_id},
                               {"title", one.rule_title},
                               {"code", one.code},
                               {"reason", one.reason},
                               {"hint", one.hint}});
  return out;
}

}  // namespace

Exit run_rules_check(const CommonOptions& common, const RulesCheckOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto report = load_rules(*catalog, options.paths);
  if (!report) return say(report.error());
  fmt::print("{}\n", json::serialize(json::object{{"loaded", report->loaded},
                                                  {"correlations", report->correlations},
                                                  {"filters", report->filters},
                                                  {"rejected", report->rejected.size()},
                                                  {"skipped", report->skipped.size()},
                                                  {"rejections", to_json(report->rejected)},
                                                  {"skips", to_json(report->skipped)},
                                                  {"warnings", to_json(report->warnings)}}));
  return report->rejected.empty() ? Exit::done : Exit::no;
}

}  // namespace yagura::app

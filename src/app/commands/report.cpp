#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/say.hpp"

namespace yagura::app {

Exit run_report(const CommonOptions& common, const ReportOptions& options) {
  auto door = open_door(common, options.data);
  if (!door) return say(door.error());
  const bool issued = options.id.starts_with("RPT-");
  const std::string id = percent_encode(options.id);
  const std::string target = issued ? fmt::format("/api/v1/reports/{}/document?format={}", id, options.format)
                                    : fmt::format("/api/v1/incidents/{}/report?format={}&edition={}&lang={}", id,
                                                  options.format, options.edition, to_text(choose_lang(common)));
  const auto answer = (*door)->call("GET", target);
  if (!answer) return say(answer.error());
  if (answer->status != 200) return say_problem(*answer);
  fmt::print("{}", answer->body);
  return Exit::done;
}

}  // namespace yagura::app

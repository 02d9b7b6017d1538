#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/house.hpp"
#include "app/rules.hpp"
#include "app/say.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

/// One thing that was looked at.
struct Finding {
  std::string part;
  bool good = true;
  std::string detail;
};

Finding look_at_processor() {
  const bool good = __builtin_cpu_supports("avx2");
  return {"processor", good, good ? "AVX2" : "the embedded lake needs AVX2, which this processor lacks"};
}

Finding look_at_disk(const fs::path& data) {
  constexpr uintmax_t free_bytes_min = uintmax_t{2} << 30;
  std::error_code error;
  const auto space = fs::space(fs::exists(data, error) ? data : fs::path("."), error);
  if (error) return {"disk", false, error.message()};
  return {"disk", space.available >= free_bytes_min, fmt::format("{} MiB free", space.available >> 20)};
}

std::vector<Finding> look_at_rules(const fs::path& catalog) {
  const auto report = load_rules(catalog, {});
  if (!report) return {{"rules", false, to_text(report.error())}};
  return {{"rules", report->rejected.empty(),
           fmt::format("{} loaded, {} rejected", report->loaded, report->rejected.size())}};
}

std::vector<Finding> look_at_health(const CommonOptions& common, const DataOptions& data) {
  auto door = open_door(common, data);
  if (!door) return {{"data", false, door.error().message}};
  const auto answer = (*door)->call("GET", "/api/v1/health");
  if (!answer) return {{"server", false, answer.error().message}};
  boost::system::error_code error;
  const json::value parsed = json::parse(answer->body, error);
  const json::value* parts = !error && parsed.is_object() ? parsed.get_object().if_contains("parts") : nullptr;
  if (!parts || !parts->is_array()) return {{"server", false, fmt::format("health answered {}", answer->status)}};
  std::vector<Finding> out;
  for (const json::value& part : parts->get_array())
    out.push_back({std::string(part.at("name").get_string()), part.at("status").get_string() == "ok",
                   part.get_object().contains("detail") ? std::string(part.at("detail").get_string()) : ""});
  return out;
}

}  // namespace

Exit run_doctor(const CommonOptions& common, const DataOptions& options) {
  std::vector<Finding> findings{look_at_processor(), look_at_disk(options.data)};
  const auto catalog = find_catalog(common);
  findings.push_back({"catalogue", catalog.has_value(), catalog ? catalog->string() : catalog.error().message});
  if (catalog)
    for (Finding& one : look_at_rules(*catalog)) findings.push_back(std::move(one));
  for (Finding& one : look_at_health(common, options)) findings.push_back(std::move(one));
  bool well = true;
  json::array out;
  std::vector<std::vector<std::string>> rows;
  for (const Finding& one : findings) {
    well = well && one.good;
    out.push_back(json::object{{"part", one.part}, {"good", one.good}, {"detail", one.detail}});
    rows.push_back({one.good ? "ok" : "!!", one.part, one.detail});
  }
  if (common.json) {
    fmt::print("{}\n", json::serialize(json::object{{"well", well}, {"parts", std::move(out)}}));
  } else {
    print_table({"", "part", "detail"}, rows);
  }
  return well ? Exit::done : Exit::no;
}

}  // namespace yagura::app

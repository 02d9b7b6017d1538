#include "detect/correlation/measure_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/time.hpp"
#include "detect/finding_text.hpp"

namespace yagura::detect::correlation {
namespace {

bool names_host(std::string_view field) {
  constexpr std::array<std::string_view, 7> names{"computer", "computername", "host",           "host.name",
                                                  "hostname", "src_host",     "workstationname"};
  return std::ranges::find(names, ascii_lower(field)) != names.end();
}

bool names_user(std::string_view field) {
  const std::string name = ascii_lower(field);
  const bool domain = name.find("domain") != std::string::npos || name.ends_with("sid");
  return name == "acct" ||
         (!domain && (name.find("user") != std::string::npos || name.find("account") != std::string::npos));
}

/// Separators within a value are doubled, so that no value can look like two.
std::string plain(std::string_view value) {
  std::string out;
  for (const char c : value) {
    out += c;
    if (c == ',') out += c;
  }
  return out;
}

std::string number_text(Exact value) {
  const bool negative = value < 0;
  const Exact magnitude = negative ? -value : value;
  const auto rest = static_cast<uint64_t>(magnitude % exact_one);
  // Up to 10^24 millionths; what is larger is told as a double.
  if (magnitude / exact_one > Exact{1'000'000'000'000'000'000}) return fmt::format("{:g}", to_double(value));
  std::string out = fmt::format("{}{}", negative ? "-" : "", static_cast<uint64_t>(magnitude / exact_one));
  if (rest == 0) return out;
  out += fmt::format(".{:06}", rest);
  while (out.back() == '0') out.pop_back();
  return out;
}

}  // namespace

std::string group_text(const Definition& definition, const std::vector<std::string>& values) {
  std::string out;
  for (size_t i = 0; i < values.size() && i < definition.group_by.size(); ++i) {
    if (i > 0) out += ", ";
    out += definition.group_by[i] + '=' + plain(values[i]);
  }
  return out;
}

void name_entity(const Definition& definition, const std::vector<std::string>& values, std::string_view event_host,
                 Finding& out) {
  out.host = event_host;
  bool user_named = false;
  bool host_named = false;
  for (size_t i = 0; i < values.size() && i < definition.group_by.size(); ++i) {
    const std::string& field = definition.group_by[i];
    out.fields.emplace_back(field, cut(values[i]));
    if (!host_named && names_host(field)) {
      out.host = values[i];
      host_named = true;
    }
    if (!user_named && names_user(field)) {
      out.user = values[i];
      user_named = true;
    }
  }
}

void describe(const Definition& definition, const Hold& hold, Finding& out) {
  std::string what(to_text(definition.type));
  for (size_t i = 0; i < definition.fields.size(); ++i) what += (i == 0 ? " of " : ", ") + definition.fields[i];
  out.fields.emplace_back(what, number_text(hold.value));
  out.fields.emplace_back("condition", cut(definition.condition));
  out.fields.emplace_back("timespan", fmt::format("{}s", definition.timespan_ns / ns_per_second));
  out.fields.emplace_back("events", std::to_string(hold.count));
  out.fields.emplace_back("first_event", format_time(Timestamp{hold.begin}));
}

}  // namespace yagura::detect::correlation

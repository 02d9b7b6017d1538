// What an import of indicators asks for and answers, by whichever way it comes.
#include <boost/json.hpp>
#include <charconv>

#include "api/indicator_routes.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

Diagnostic wrong(std::string_view name, std::string what, std::string hint) {
  return {"indicators.import", "", 0, 0, std::string(name) + ": " + std::move(what), std::move(hint)};
}

std::optional<Diagnostic> read_listing(const std::function<std::string(std::string_view)>& value_of, Timestamp now,
                                       detect::Listing& out) {
  out.source = value_of("source");
  out.context = value_of("context");
  if (const std::string text = value_of("tlp"); !text.empty()) {
    const auto tlp = detect::parse_tlp(text);
    if (!tlp) return wrong("tlp", "there is no such TLP", "clear, green, amber, amber+strict or red");
    out.tlp = *tlp;
  }
  if (const std::string text = value_of("confidence"); !text.empty()) {
    int number = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0 || number > 100)
      return wrong("confidence", "it is no number from 0 to 100", "");
    out.confidence = static_cast<uint8_t>(number);
  }
  if (const std::string text = value_of("valid_until"); !text.empty()) {
    const auto time = parse_time(text);
    const auto span = parse_span(text);
    if (!time && !span) return wrong("valid_until", "it is neither a time nor a span", "2026-12-31T00:00:00Z or 90d");
    constexpr int64_t seconds_max = INT64_MAX / ns_per_second;
    out.valid_until =
        time ? *time
             : Timestamp{*span < seconds_max - now.ns / ns_per_second ? now.ns + *span * ns_per_second : INT64_MAX};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Parameter> indicator_import_parameters() {
  return {
      {"source", schema::text(1, detect::source_name_bytes_max), "who gives the list", true},
      {"name", schema::text(1, 500), "the file's name, for the journal"},
      {"format", schema::text(1, 32), "stix, misp, csv or list; recognised without"},
      {"type", schema::text(1, 32), "of values that don't say their type"},
      {"tlp", schema::text(1, 32), "of indicators that name none"},
      {"confidence", schema::integer(0, 100), "of indicators that name none"},
      {"valid_until", schema::text(1, 64), "of indicators that name none: RFC 3339, or a span from now such as 90d"},
      {"context", schema::text(1, detect::context_bytes_max), "of indicators that name none"},
      {"replace", schema::boolean(), "what the source listed before is gone; default false"}};
}

Diagnosed<detect::IntakeOptions> indicator_import_options(
    const std::function<std::string(std::string_view name)>& value_of, Timestamp now) {
  detect::IntakeOptions out;
  if (auto fault = read_listing(value_of, now, out.defaults.listing)) return std::unexpected(std::move(*fault));
  if (const std::string name = value_of("format"); !name.empty()) {
    out.format = detect::find_indicator_format(name);
    if (!out.format) return std::unexpected(wrong("format", "there is no such format", "stix, misp, csv or list"));
  }
  if (const std::string name = value_of("type"); !name.empty()) {
    out.defaults.type = detect::parse_indicator_type(name);
    if (!out.defaults.type)
      return std::unexpected(
          wrong("type", "there is no such type",
                "ip, cidr, domain, url, md5, sha1, sha256, sha512, imphash, email, file_name, file_path"));
  }
  out.replace = value_of("replace") == "true";
  return out;
}

json::object intake_json(const detect::IntakeReport& report) {
  json::array rejections;
  for (const detect::IndicatorRejection& one : report.rejections)
    rejections.push_back(json::object{{"line", one.line}, {"what", one.what}, {"reason", one.reason}});
  json::object reasons;
  for (const auto& [reason, count] : report.reasons) reasons[reason] = count;
  return {{"format", report.format},
          {"added", report.counts.added},
          {"updated", report.counts.updated},
          {"unchanged", report.counts.unchanged},
          {"withdrawn", report.counts.withdrawn},
          {"skipped", report.skipped},
          {"rejected", report.rejected},
          {"reasons", std::move(reasons)},
          {"rejections", std::move(rejections)}};
}

schema::Value intake_schema() {
  const auto count = schema::integer(0);
  return schema::object(
      {{"format", schema::text(1)},
       {"added", schema::described(count, "new for their source")},
       {"updated", schema::described(count, "said otherwise before")},
       {"unchanged", count},
       {"withdrawn", schema::described(count, "revoked by their source")},
       {"skipped", schema::described(count, "not meant for detection")},
       {"rejected", count},
       {"reasons", schema::described(schema::map(count), "how often each")},
       {"rejections",
        schema::list(schema::object({{"line", count}, {"what", schema::text()}, {"reason", schema::text(1)}}),
                     detect::rejections_kept_max)}});
}

}  // namespace yagura::api

// MISP's JSON: events (alone, in a response, in a list) with their attributes and objects, or the attributes of a
// search.
#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.hpp"
#include "detect/indicators/json_unit_reader.hpp"
#include "detect/indicators/normal_form.hpp"

namespace yagura::detect {
namespace {

namespace dom = simdjson::dom;

/// MISP writes booleans as such, as 0 and 1, or as text.
std::optional<bool> truth_at(const dom::object& object, std::string_view key) {
  dom::element element;
  if (object[key].get(element) != simdjson::SUCCESS) return std::nullopt;
  bool truth = false;
  if (element.get_bool().get(truth) == simdjson::SUCCESS) return truth;
  int64_t number = 0;
  if (element.get_int64().get(number) == simdjson::SUCCESS) return number != 0;
  std::string_view text;
  if (element.get_string().get(text) == simdjson::SUCCESS) return text == "1" || text == "true";
  return std::nullopt;
}

struct TypeOf {
  std::string_view misp;
  std::optional<IndicatorType> first;
  std::optional<IndicatorType> second;  // of "a|b"; nothing: that half only describes
};

constexpr std::optional<IndicatorType> no_type;

/// Of a file's name and hash the hash is taken; of an address and a port the address; a name and its address are two.
constexpr TypeOf types[] = {
    {"ip-src", IndicatorType::ip, no_type},
    {"ip-dst", IndicatorType::ip, no_type},
    {"ip-src|port", IndicatorType::ip, no_type},
    {"ip-dst|port", IndicatorType::ip, no_type},
    {"domain", IndicatorType::domain, no_type},
    {"hostname", IndicatorType::domain, no_type},
    {"hostname|port", IndicatorType::domain, no_type},
    {"domain|ip", IndicatorType::domain, IndicatorType::ip},
    {"url", IndicatorType::url, no_type},
    {"uri", IndicatorType::url, no_type},
    {"md5", IndicatorType::md5, no_type},
    {"sha1", IndicatorType::sha1, no_type},
    {"sha256", IndicatorType::sha256, no_type},
    {"sha512", IndicatorType::sha512, no_type},
    {"imphash", IndicatorType::imphash, no_type},
    {"filename", IndicatorType::file_name, no_type},
    {"filename|md5", no_type, IndicatorType::md5},
    {"filename|sha1", no_type, IndicatorType::sha1},
    {"filename|sha256", no_type, IndicatorType::sha256},
    {"filename|sha512", no_type, IndicatorType::sha512},
    {"filename|imphash", no_type, IndicatorType::imphash},
    {"malware-sample", no_type, IndicatorType::md5},
    {"email", IndicatorType::email, no_type},
    {"email-src", IndicatorType::email, no_type},
    {"email-dst", IndicatorType::email, no_type},
    {"email-reply-to", IndicatorType::email, no_type},
    {"email-attachment", IndicatorType::file_name, no_type},
};

/// The taxonomy "misp:confidence-level" on the STIX scale (STIX 2.1 appendix A).
std::optional<uint8_t> confidence_of(std::string_view tag) {
  constexpr std::pair<std::string_view, uint8_t> levels[] = {{"completely-confident", 95},
                                                             {"usually-confident", 75},
                                                             {"fairly-confident", 50},
                                                             {"rarely-confident", 25},
                                                             {"unconfident", 5}};
  if (!tag.starts_with("misp:confidence-level=")) return std::nullopt;
  for (const auto& [name, number] : levels)
    if (tag.find("\"" + std::string(name) + "\"") != std::string_view::npos) return number;
  return std::nullopt;
}

/// misp-galaxy:mitre-attack-pattern="Phishing - T1566.001" says attack.t1566.001.
std::string technique_of(std::string_view tag) {
  const size_t dash = tag.rfind(" - T");
  if (!tag.starts_with("misp-galaxy:mitre-attack-pattern=") || dash == std::string_view::npos) return {};
  std::string id = ascii_lower(tag.substr(dash + 3));
  std::erase(id, '"');
  return id.find_first_not_of("t0123456789.") == std::string::npos ? "attack." + id : std::string();
}

void read_tags(const dom::object& object, Listing& listing) {
  dom::array tags;
  if (object["Tag"].get_array().get(tags) != simdjson::SUCCESS) return;
  for (const dom::element each : tags) {
    dom::object tag;
    if (each.get_object().get(tag) != simdjson::SUCCESS) continue;
    const std::string_view name = text_at(tag, "name");
    if (ascii_lower(name.substr(0, 4)) == "tlp:") {
      // An attribute's own word may only be stricter than its event's.
      if (const auto tlp = parse_tlp(name)) listing.tlp = std::max(listing.tlp, *tlp);
    } else if (const auto confidence = confidence_of(name)) {
      listing.confidence = *confidence;
    } else if (const std::string technique = technique_of(name);
               !technique.empty() && listing.tags.size() + technique.size() < tags_bytes_max) {
      listing.tags += (listing.tags.empty() ? "" : ",") + technique;
    }
  }
}

class MispReader final : public JsonUnitReader {
 public:
  explicit MispReader(ReadDefaults defaults)
      : JsonUnitReader({"Event", "response/[]", "[]", "response/Event", "response/Attribute/[]", "Attribute/[]"},
                       {"an event", "it holds no MISP event"}, std::move(defaults)) {}

 private:
  void unit(const dom::object& object, uint64_t line, IndicatorSink& sink) override {
    dom::object inner;
    if (object["Event"].get_object().get(inner) == simdjson::SUCCESS && object["type"].error() != simdjson::SUCCESS)
      return event(inner, line, sink);
    if (!text_at(object, "type").empty() && !text_at(object, "value").empty()) {
      Listing listing = defaults_.listing;
      if (object["Event"].get_object().get(inner) == simdjson::SUCCESS) listing.context = text_at(inner, "info");
      return attribute(object, listing, line, sink);
    }
    event(object, line, sink);
  }

  void event(const dom::object& object, uint64_t line, IndicatorSink& sink) {
    Listing listing = defaults_.listing;
    if (const std::string_view info = text_at(object, "info"); !info.empty()) listing.context = info;
    read_tags(object, listing);
    bool some = attributes(object, listing, line, sink);
    dom::array objects;
    if (object["Object"].get_array().get(objects) == simdjson::SUCCESS)
      for (const dom::element each : objects)
        if (dom::object one; each.get_object().get(one) == simdjson::SUCCESS)
          some = attributes(one, listing, line, sink) || some;
    if (!some && text_at(object, "info").empty()) sink.reject("", "it is neither an event nor an attribute", line);
  }

  bool attributes(const dom::object& object, const Listing& listing, uint64_t line, IndicatorSink& sink) {
    dom::array list;
    if (object["Attribute"].get_array().get(list) != simdjson::SUCCESS) return false;
    for (const dom::element each : list)
      if (dom::object one; each.get_object().get(one) == simdjson::SUCCESS && !sink.stopped())
        attribute(one, listing, line, sink);
    return true;
  }

  void attribute(const dom::object& object, Listing listing, uint64_t line, IndicatorSink& sink) {
    const std::string_view name = text_at(object, "type");
    const std::string_view value = text_at(object, "value");
    if (!truth_at(object, "to_ids").value_or(false)) return sink.skip();
    const auto* type = std::ranges::find(types, name, &TypeOf::misp);
    if (type == std::end(types))
      return sink.reject(value, "the attribute type " + std::string(name.substr(0, 60)) + " can't be matched", line);
    read_tags(object, listing);
    if (const std::string_view comment = text_at(object, "comment"); !comment.empty())
      listing.context += (listing.context.empty() ? "" : "; ") + std::string(comment);
    const bool gone = truth_at(object, "deleted").value_or(false);
    const size_t bar =
        name.find('|') == std::string_view::npos && name != "malware-sample" ? std::string_view::npos : value.find('|');
    if (type->first) give(*type->first, value.substr(0, bar), listing, gone, line, sink);
    if (type->second) {
      if (bar == std::string_view::npos) return sink.reject(value, "a composite value has a '|'", line);
      if (!type->first) listing.context += (listing.context.empty() ? "" : "; ") + std::string(value.substr(0, bar));
      give(*type->second, value.substr(bar + 1), listing, gone, line, sink);
    }
  }

  static void give(IndicatorType type, std::string_view text, const Listing& listing, bool gone, uint64_t line,
                   IndicatorSink& sink) {
    const std::string value = refang(text);
    if (type == IndicatorType::ip && value.find('/') != std::string::npos) type = IndicatorType::cidr;
    if (type == IndicatorType::file_name && value.find_first_of("/\\") != std::string::npos)
      type = IndicatorType::file_path;
    if (gone)
      sink.withdraw(type, value, listing.source, line);
    else
      sink.add(type, value, listing, line);
  }
};

int sniff(std::string_view head) {
  const std::string_view text = trim(head);
  if (!text.starts_with('{') && !text.starts_with('[') && !text.starts_with("\xEF\xBB\xBF")) return 0;
  if (head.find("\"Event\"") != std::string_view::npos || head.find("\"Attribute\"") != std::string_view::npos)
    return 90;
  return head.find("\"to_ids\"") != std::string_view::npos ? 70 : 0;
}

std::unique_ptr<IndicatorReader> open(const ReadDefaults& defaults) {
  return std::make_unique<MispReader>(defaults);
}

}  // namespace

extern const IndicatorFormat misp_indicators{"misp", "MISP events and attributes as JSON", sniff, open};

}  // namespace yagura::detect

// STIX 2.1 (and 2.0) bundles and TAXII envelopes: indicator objects, their markings and what revokes them.
#include <simdjson.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/text.hpp"
#include "detect/indicators/json_unit_reader.hpp"
#include "detect/indicators/stix_pattern.hpp"

namespace yagura::detect {
namespace {

namespace dom = simdjson::dom;

constexpr size_t waiting_max = 100'000;  // indicators whose marking has not come yet
constexpr size_t markings_max = 10'000;

/// The markings that the specifications define (TLP 1: STIX 2.1 section 7.2.1.4; TLP 2: its extension).
const std::map<std::string, Tlp, std::less<>>& known_markings() {
  static const std::map<std::string, Tlp, std::less<>> known{
      {"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::clear},
      {"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::green},
      {"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", Tlp::amber},
      {"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::red},
      {"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::clear},
      {"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::green},
      {"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::amber},
      {"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::amber_strict},
      {"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::red}};
  return known;
}

/// An indicator whose TLP hangs on markings that are yet to come.
struct Waiting {
  std::vector<std::pair<IndicatorType, std::string>> values;
  Listing listing;
  std::vector<std::string> markings;
  uint64_t line;
};

class StixReader final : public JsonUnitReader {
 public:
  explicit StixReader(ReadDefaults defaults)
      : JsonUnitReader({"objects/[]", "[]"}, {"an object", "it is no STIX bundle"}, std::move(defaults)),
        markings_(known_markings()) {}

 private:
  void document_ended(IndicatorSink& sink) override {
    for (const Waiting& one : waiting_) add(one, sink);
    waiting_.clear();
  }

  void unit(const dom::object& object, uint64_t line, IndicatorSink& sink) override {
    const std::string_view type = text_at(object, "type");
    if (type == "marking-definition") return marking(object);
    if (type != "indicator") return sink.skip();
    indicator(object, line, sink);
  }

  void marking(const dom::object& object) {
    if (markings_.size() >= markings_max) return;
    std::optional<Tlp> tlp;
    std::string_view word;
    if (object["definition"]["tlp"].get_string().get(word) == simdjson::SUCCESS) tlp = parse_tlp(word);
    if (object["extensions"]["extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"]["tlp_2_0"].get_string().get(
            word) == simdjson::SUCCESS)
      tlp = parse_tlp(word);
    if (!tlp && text_at(object, "name").starts_with("TLP:")) tlp = parse_tlp(text_at(object, "name"));
    markings_.emplace(std::string(text_at(object, "id")), tlp.value_or(Tlp::none));  // a statement is no TLP
  }

  void indicator(const dom::object& object, uint64_t line, IndicatorSink& sink) {
    const std::string_view pattern = text_at(object, "pattern");
    const std::string_view id = text_at(object, "id");
    const std::string_view language = text_at(object, "pattern_type");
    if (!language.empty() && language != "stix")
      return sink.reject(id, "patterns in " + std::string(language.substr(0, 40)) + " can't be honoured", line);
    const auto terms = read_stix_pattern(pattern);
    if (!terms) return sink.reject(pattern, terms.error(), line);
    for (const std::string& why : terms->refused) sink.reject(pattern, why, line);
    if (terms->values.empty()) return;
    bool revoked = false;
    if (object["revoked"].get_bool().get(revoked) == simdjson::SUCCESS && revoked) {
      for (const auto& [type, value] : terms->values) sink.withdraw(type, value, defaults_.listing.source, line);
      return;
    }
    Waiting one{terms->values, defaults_.listing, {}, line};
    if (std::string_view why = read_listing(object, one.listing); !why.empty()) return sink.reject(id, why, line);
    read_markings(object, one);
    const bool known = std::ranges::all_of(one.markings, [&](const auto& each) { return markings_.contains(each); });
    if (known || waiting_.size() >= waiting_max)
      add(one, sink);
    else
      waiting_.push_back(std::move(one));
  }

  /// Why it can't be taken; empty when it can.
  std::string_view read_listing(const dom::object& object, Listing& listing) const {
    for (const auto& [key, into] :
         {std::pair("valid_from", &listing.valid_from), {"valid_until", &listing.valid_until}}) {
      const std::string_view text = text_at(object, key);
      if (text.empty()) continue;
      const auto time = parse_time(text);
      if (!time) return "a time of its validity can't be read";
      *into = *time;
    }
    if (listing.valid_until <= listing.valid_from) return "its validity ends before it starts";
    int64_t confidence = 0;
    if (object["confidence"].get_int64().get(confidence) == simdjson::SUCCESS) {
      if (confidence < 0 || confidence > 100) return "the confidence is no number from 0 to 100";
      listing.confidence = static_cast<uint8_t>(confidence);
    }
    if (const std::string_view name = text_at(object, "name"); !name.empty()) listing.context = name;
    dom::array phases;
    if (object["kill_chain_phases"].get_array().get(phases) != simdjson::SUCCESS) return {};
    for (const dom::element each : phases) {
      dom::object phase;
      if (each.get_object().get(phase) != simdjson::SUCCESS || text_at(phase, "kill_chain_name") != "mitre-attack")
        continue;
      std::string tag = "attack." + ascii_lower(text_at(phase, "phase_name"));
      std::ranges::replace(tag, '-', '_');
      std::ranges::replace(tag, ',', '_');
      if (listing.tags.size() + tag.size() < tags_bytes_max) listing.tags += (listing.tags.empty() ? "" : ",") + tag;
    }
    return {};
  }

  static void read_markings(const dom::object& object, Waiting& one) {
    dom::array refs;
    if (object["object_marking_refs"].get_array().get(refs) != simdjson::SUCCESS) return;
    constexpr size_t refs_max = 32;
    for (const dom::element each : refs)
      if (std::string_view ref; one.markings.size() < refs_max && each.get_string().get(ref) == simdjson::SUCCESS)
        one.markings.emplace_back(ref);
  }

  void add(const Waiting& one, IndicatorSink& sink) const {
    Listing listing = one.listing;
    Tlp highest = Tlp::none;
    for (const std::string& marking : one.markings)
      if (const auto known = markings_.find(marking); known != markings_.end())
        highest = std::max(highest, known->second);
    if (highest != Tlp::none) listing.tlp = highest;
    for (const auto& [type, value] : one.values) sink.add(type, value, listing, one.line);
  }

  std::map<std::string, Tlp, std::less<>> markings_;
  std::vector<Waiting> waiting_;
};

int sniff(std::string_view head) {
  const std::string_view text = trim(head);
  if (!text.starts_with('{') && !text.starts_with('[') && !text.starts_with("\xEF\xBB\xBF")) return 0;
  if (head.find("\"pattern\"") != std::string_view::npos || head.find("\"bundle\"") != std::string_view::npos ||
      head.find("\"spec_version\"") != std::string_view::npos ||
      head.find("marking-definition--") != std::string_view::npos)
    return 80;
  return head.find("\"objects\"") != std::string_view::npos ? 40 : 0;
}

std::unique_ptr<IndicatorReader> open(const ReadDefaults& defaults) {
  return std::make_unique<StixReader>(defaults);
}

}  // namespace

extern const IndicatorFormat stix_indicators{"stix", "STIX 2.1 and 2.0 bundles, TAXII envelopes", sniff, open};

}  // namespace yagura::detect

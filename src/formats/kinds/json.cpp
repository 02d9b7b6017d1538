// json: any JSON objects. Nested names are joined by dots, arrays repeat their field; time, host and channel
// are looked for under the names that products use.
#include <algorithm>

#include "formats/header_names.hpp"
#include "formats/json_events.hpp"

namespace yagura::formats {
namespace {

constexpr std::string_view name = "json";
constexpr uint8_t ranks = 64;  // a role's number is its part times this, plus its rank

/// Zeek writes its records' names flattened by '.', or by '_' where a site chose so; rules know the dots.
constexpr std::pair<std::string_view, std::string_view> zeek_names[] = {
    {"id_orig_h", "id.orig_h"}, {"id_orig_p", "id.orig_p"}, {"id_resp_h", "id.resp_h"}, {"id_resp_p", "id.resp_p"}};

class JsonNaming : public PathNaming {
 public:
  PathMeaning meaning(std::span<const std::string_view> path) const override {
    PathMeaning out;
    for (const std::string_view key : path) {
      if (!out.name.empty()) out.name += '.';
      out.name += key;
    }
    for (const auto& [flat, dotted] : zeek_names)
      if (out.name == flat) out.name = dotted;
    const HeaderRole role = header_role(out.name);
    out.role = static_cast<uint8_t>(static_cast<uint8_t>(role.part) * ranks + role.rank);
    return out;
  }
};

const JsonNaming naming;

class JsonDecoder : public JsonEvents {
 public:
  explicit JsonDecoder(const DecoderOptions& options) : JsonEvents(name, naming, options) {}

 protected:
  void start_document() override { header_.start(); }
  void end_header(event::Batch&) override {}

  void role(uint8_t role, const event::Value& value, event::Batch& out) override {
    const HeaderRole parts{static_cast<HeaderPart>(role / ranks), static_cast<uint8_t>(role % ranks)};
    header_.take(parts, value.text, options().zone_offset_seconds, out.current());
  }

 private:
  HeaderFill header_;
};

std::unique_ptr<Decoder> open(const DecoderOptions& options) {
  return std::make_unique<JsonDecoder>(options);
}

}  // namespace

extern const Format json_format{name, "JSON objects: one a line, an array, or one after another", sniff_json, open};

}  // namespace yagura::formats

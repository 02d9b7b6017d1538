// indicators: what threat intelligence says is bad (addresses, names, hashes), in the millions, and whether an event
// holds it. Readers turn published files into indicators, a store keeps them on disk, a snapshot answers in memory,
// a matcher asks it for the events of a batch. It decides nothing about trust: source, confidence, validity and TLP
// are carried from the list to the finding.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "detect/finding.hpp"

namespace yagura::detect {

/// Numbers are on disk: append only.
enum class IndicatorType : uint8_t {
  ip,
  cidr,
  domain,
  url,
  md5,
  sha1,
  sha256,
  sha512,
  imphash,
  email,
  file_name,
  file_path,
};
constexpr size_t indicator_types = 12;

/// "ip", "cidr", "file_name": stable, in rule ids, the API and the command line.
std::string_view to_text(IndicatorType type);
std::optional<IndicatorType> parse_indicator_type(std::string_view text);

/// Traffic Light Protocol 2.0 (FIRST); TLP 1's WHITE is clear. Numbers are on disk.
enum class Tlp : uint8_t { none, clear, green, amber, amber_strict, red };

/// "clear", "amber+strict"; empty for none.
std::string_view to_text(Tlp tlp);
/// With or without "TLP:", any case, '_' or '-' for the '+'.
std::optional<Tlp> parse_tlp(std::string_view text);

constexpr uint8_t confidence_unknown = 255;
constexpr size_t indicator_bytes_max = 2048;  // a longer value is no indicator that people publish
constexpr size_t source_name_bytes_max = 200;
constexpr size_t context_bytes_max = 512;

/// What a source says about a value. Valid from <= time < until, of the event's own time.
struct Listing {
  std::string source;
  std::string context;                      // one line: the campaign, the malware, the report
  std::string tags;                         // by commas, as findings have them: "attack.command_and_control,apt29"
  uint8_t confidence = confidence_unknown;  // 0 to 100
  Tlp tlp = Tlp::none;
  Timestamp valid_from{std::numeric_limits<int64_t>::min()};   // the least: always
  Timestamp valid_until{std::numeric_limits<int64_t>::max()};  // the greatest: without end

  bool holds_at(Timestamp time) const { return valid_from <= time && time < valid_until; }
  bool operator==(const Listing&) const = default;
};

/// A value in its normal form for people, and what one source says about it.
struct Indicator {
  IndicatorType type = IndicatorType::ip;
  std::string value;
  Listing listing;
};

/// A finding's level by the STIX scale (section 1.4 and appendix A): 0 none, 1-29 low, 30-69 medium, 70-100 high.
/// Without a confidence: medium.
Level level_of(uint8_t confidence);

/// "indicator:<type>:<first 16 hexadecimal digits of the value's SHA-256>": the same for a value whoever lists it.
std::string indicator_rule_id(IndicatorType type, std::string_view value);

}  // namespace yagura::detect

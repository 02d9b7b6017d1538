#include "detect/indicators/indicator.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace yagura::detect {
namespace {

constexpr std::array<std::string_view, indicator_types> type_names{
    "ip", "cidr", "domain", "url", "md5", "sha1", "sha256", "sha512", "imphash", "email", "file_name", "file_path"};
constexpr std::array<std::string_view, 6> tlp_names{"", "clear", "green", "amber", "amber+strict", "red"};

}  // namespace

std::string_view to_text(IndicatorType type) {
  return type_names[static_cast<size_t>(type)];
}

std::optional<IndicatorType> parse_indicator_type(std::string_view text) {
  const auto found = std::ranges::find(type_names, text);
  if (found == type_names.end()) return std::nullopt;
  return static_cast<IndicatorType>(found - type_names.begin());
}

std::string_view to_text(Tlp tlp) {
  return tlp_names[static_cast<size_t>(tlp)];
}

std::optional<Tlp> parse_tlp(std::string_view text) {
  std::string name = ascii_lower(trim(text));
  if (name.starts_with("tlp")) name.erase(0, name.size() > 3 && (name[3] == ':' || name[3] == '-') ? 4 : 3);
  std::ranges::replace(name, '_', '+');
  std::ranges::replace(name, '-', '+');
  if (name == "white") return Tlp::clear;
  if (name == "strict") return Tlp::amber_strict;
  const auto found = std::find(tlp_names.begin() + 1, tlp_names.end(), name);
  if (found == tlp_names.end()) return std::nullopt;
  return static_cast<Tlp>(found - tlp_names.begin());
}

Level level_of(uint8_t confidence) {
  if (confidence == confidence_unknown) return Level::medium;
  if (confidence == 0) return Level::informational;
  if (confidence < 30) return Level::low;
  return confidence < 70 ? Level::medium : Level::high;
}

std::string indicator_rule_id(IndicatorType type, std::string_view value) {
  constexpr size_t digits = 16;
  return "indicator:" + std::string(to_text(type)) + ":" + sha256_hex(value).substr(0, digits);
}

}  // namespace yagura::detect

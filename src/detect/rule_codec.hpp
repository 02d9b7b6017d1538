// A rule as bytes, for the cache. The form changes with rule_codec_version and never otherwise; it knows no byte order
// but this machine's, since caches are not carried about.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "detect/rule.hpp"

namespace yagura::detect {

/// To be raised whenever what is read from YAML, or how it is laid down here, changes.
constexpr uint32_t rule_codec_version = 1;

/// Appends all of the rule but id, name, title, file, line and logsource, which its head has.
void encode_rule(const Rule& rule, std::string& out);

/// Nothing when the bytes are no rule that encode_rule could have written. Whatever it returns is safe to match.
std::optional<Rule> decode_rule(std::string_view bytes);

}  // namespace yagura::detect

#include "detect/regex.hpp"

#include <fmt/format.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <cstring>

#include "base/check.hpp"

namespace yagura::detect {

RegexScratch::RegexScratch()
    : data_(pcre2_match_data_create(1, nullptr)),
      context_(pcre2_match_context_create(nullptr)),
      stack_(pcre2_jit_stack_create(32 * 1024, regex_jit_stack_bytes_max, nullptr)) {
  check(data_ && context_, "no memory for a regular expression's scratch");
  pcre2_set_match_limit(context_, regex_match_limit);
  pcre2_set_depth_limit(context_, regex_depth_limit);
  pcre2_set_heap_limit(context_, regex_heap_limit_kib);
  if (stack_) pcre2_jit_stack_assign(context_, nullptr, stack_);
}

RegexScratch::~RegexScratch() {
  pcre2_match_data_free(data_);
  pcre2_match_context_free(context_);
  pcre2_jit_stack_free(stack_);
}

Regex::~Regex() {
  pcre2_code_free(code_);
}

namespace {

pcre2_code* compiled(std::string_view pattern, RegexFlags flags, int& error, PCRE2_SIZE& offset) {
  uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
  if (flags.ignore_case) options |= PCRE2_CASELESS;
  if (flags.multi_line) options |= PCRE2_MULTILINE;
  if (flags.dot_all) options |= PCRE2_DOTALL;
  return pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options, &error, &offset, nullptr);
}

}  // namespace

std::expected<std::shared_ptr<const Regex>, std::string> Regex::compile(std::string_view pattern, RegexFlags flags) {
  if (pattern.size() > regex_pattern_bytes_max) return std::unexpected("longer than 64 KiB");
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code = compiled(pattern, flags, error, offset);
  if (!code) {
    PCRE2_UCHAR message[256];
    pcre2_get_error_message(error, message, sizeof message);
    return std::unexpected(fmt::format("{} at offset {}", reinterpret_cast<const char*>(message), offset));
  }
  std::shared_ptr<Regex> out(new Regex);
  out->code_ = code;
  out->source_ = pattern;
  out->flags_ = flags;
  return out;
}

namespace {

bool ascii(std::string_view text) {
  constexpr uint64_t high_bits = 0x8080808080808080;
  uint64_t seen = 0;
  size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    seen |= word;
  }
  for (; at < text.size(); ++at) seen |= static_cast<unsigned char>(text[at]);
  return (seen & high_bits) == 0;
}

}  // namespace

std::shared_ptr<const Regex> Regex::known_good(std::string_view pattern, RegexFlags flags) {
  std::shared_ptr<Regex> out(new Regex);
  out->source_ = pattern.substr(0, regex_pattern_bytes_max);
  out->flags_ = flags;
  return out;
}

std::string Regex::engine() {
  char version[64] = {};
  pcre2_config(PCRE2_CONFIG_VERSION, version);
  return std::string("PCRE2 ") + version;
}

bool Regex::found_in(std::string_view text, RegexScratch& scratch) const {
  std::call_once(ready_, [this] {
    int error = 0;
    PCRE2_SIZE offset = 0;
    if (!code_) code_ = compiled(source_, flags_, error, offset);
    // Without the JIT (refused by the system, or a pattern that it can't take) the interpreter matches the same.
    if (code_) pcre2_jit_compile(code_, PCRE2_JIT_COMPLETE);
  });
  if (!code_) {
    ++scratch.over_limit;
    return false;
  }
  // ASCII is well-formed: PCRE2 need not look for itself, which takes longer than most searches.
  const uint32_t options = ascii(text) ? PCRE2_NO_UTF_CHECK : 0;
  const int result = pcre2_match(code_, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, options,
                                 scratch.data_, scratch.context_);
  if (result >= 0) return true;
  if (result != PCRE2_ERROR_NOMATCH) ++scratch.over_limit;
  return false;
}

std::optional<Regex::Place> Regex::find_in(std::string_view text, RegexScratch& scratch) const {
  if (!found_in(text, scratch)) return std::nullopt;
  const PCRE2_SIZE* at = pcre2_get_ovector_pointer(scratch.data_);
  // `\K` in a lookahead may set the start behind the end: then it is found, but nowhere.
  if (at[1] < at[0] || at[1] > text.size()) return Place{0, 0};
  return Place{at[0], at[1] - at[0]};
}

}  // namespace yagura::detect

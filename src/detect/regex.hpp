// Regular expressions of rules: PCRE2, compiled by its JIT when first searched, with limits that hold against hostile
// input.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

struct pcre2_real_code_8;
struct pcre2_real_match_data_8;
struct pcre2_real_match_context_8;
struct pcre2_real_jit_stack_8;

namespace yagura::detect {

constexpr uint32_t regex_match_limit = 200'000;  // backtracking steps, about 10 ms
constexpr uint32_t regex_depth_limit = 2'000;    // without the JIT only
constexpr uint32_t regex_heap_limit_kib = 16'384;
constexpr size_t regex_pattern_bytes_max = 64 * 1024;
constexpr size_t regex_jit_stack_bytes_max = 512 * 1024;

/// What one thread needs to match; hands out no memory to others. Counts what ran over a limit.
class RegexScratch {
 public:
  RegexScratch();
  ~RegexScratch();
  RegexScratch(const RegexScratch&) = delete;
  RegexScratch& operator=(const RegexScratch&) = delete;

  uint64_t over_limit = 0;  // searches given up so far

 private:
  friend class Regex;
  pcre2_real_match_data_8* data_;
  pcre2_real_match_context_8* context_;
  pcre2_real_jit_stack_8* stack_;
};

struct RegexFlags {
  bool ignore_case = false;  // i
  bool multi_line = false;   // m
  bool dot_all = false;      // s

  bool operator==(const RegexFlags&) const = default;
};

/// Immutable; may be searched by many threads, each with its scratch.
class Regex {
 public:
  /// On failure: PCRE2's reason with its offset.
  static std::expected<std::shared_ptr<const Regex>, std::string> compile(std::string_view pattern, RegexFlags flags);
  /// One that compile() took once, compiled when first searched. Should it be none after all, it is found nowhere and
  /// each search counts as over its limit.
  static std::shared_ptr<const Regex> known_good(std::string_view pattern, RegexFlags flags);
  ~Regex();
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;

  /// Whether it is found anywhere in `text`; ill-formed UTF-8 matches nothing. A search over its limit is
  /// counted in `scratch` and taken as not found.
  bool found_in(std::string_view text, RegexScratch& scratch) const;

  struct Place {
    size_t offset;  // in bytes
    size_t size;    // may be 0
  };
  /// Where found_in() finds it first; nothing when it does not.
  std::optional<Place> find_in(std::string_view text, RegexScratch& scratch) const;

  /// Name and version of the library.
  static std::string engine();

  const std::string& source() const { return source_; }
  RegexFlags flags() const { return flags_; }

 private:
  Regex() = default;
  mutable pcre2_real_code_8* code_ = nullptr;
  mutable std::once_flag ready_;
  std::string source_;
  RegexFlags flags_;
};

}  // namespace yagura::detect

#define PCRE2_CODE_UNIT_WIDTH 8
#include "api/pattern.hpp"

#include <pcre2.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/check.hpp"

namespace yagura::api {
namespace {

constexpr uint32_t match_steps_max = 100'000;

struct Compiled {
  pcre2_code* code = nullptr;
  ~Compiled() { pcre2_code_free(code); }
};

const pcre2_code* compiled(std::string_view regex) {
  static std::mutex mutex;
  static std::map<std::string, Compiled, std::less<>> all;
  const std::lock_guard lock(mutex);
  if (const auto found = all.find(regex); found != all.end()) return found->second.code;
  int error = 0;
  PCRE2_SIZE place = 0;
  pcre2_code* code =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(regex.data()), regex.size(), PCRE2_UTF, &error, &place, nullptr);
  check(code != nullptr, "a schema's pattern does not compile");
  return all.try_emplace(std::string(regex)).first->second.code = code;
}

}  // namespace

bool pattern_holds(std::string_view regex, std::string_view text) {
  const pcre2_code* code = compiled(regex);
  const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> data(
      pcre2_match_data_create_from_pattern(code, nullptr), pcre2_match_data_free);
  const std::unique_ptr<pcre2_match_context, decltype(&pcre2_match_context_free)> context(
      pcre2_match_context_create(nullptr), pcre2_match_context_free);
  pcre2_set_match_limit(context.get(), match_steps_max);
  return pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data.get(), context.get()) >=
         0;
}

}  // namespace yagura::api

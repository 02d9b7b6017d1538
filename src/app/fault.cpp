#include "app/fault.hpp"

#include <optional>

#include "app/catalog.hpp"

namespace yagura::app {
namespace {

const CommonOptions* asked = nullptr;

std::optional<Words> read_words() {
  const CommonOptions common = asked ? *asked : CommonOptions{};
  const auto catalog = find_catalog(common);
  if (!catalog) return std::nullopt;
  auto words = load_words(common, *catalog);
  if (!words) return std::nullopt;
  return std::move(*words);
}

const std::optional<Words>& spoken() {
  static const std::optional<Words> words = read_words();
  return words;
}

}  // namespace

void speak_for(const CommonOptions& common) {
  asked = &common;
}

std::optional<std::string> fault_text_if(std::string_view name, const std::map<std::string, std::string>& args) {
  const auto& words = spoken();
  const std::string key = "cli.fault." + std::string(name);
  if (!words || !words->texts.has(words->lang, key)) return std::nullopt;
  return (*words)(key, args);
}

std::string fault_text(std::string_view name, const std::map<std::string, std::string>& args) {
  const auto& words = spoken();
  if (words) return (*words)("cli.fault." + std::string(name), args);
  std::string out(name);
  for (const auto& [place, value] : args) out.append(" ").append(place).append("=").append(value);
  return out;
}

std::string parse_fault(std::string_view kind, const std::string& what) {
  constexpr std::string_view required = " is required";
  const size_t colon = what.find(": ");
  const std::string before = what.substr(0, colon);
  const std::string behind = colon == std::string::npos ? what : what.substr(colon + 2);
  if (kind == "RequiredError" && what.starts_with("A subcommand")) return fault_text("parse.subcommand");
  if (kind == "RequiredError" && what.ends_with(required))
    return fault_text("parse.required", {{"what", what.substr(0, what.size() - required.size())}});
  if (kind == "ExtrasError" || before.ends_with("not expected")) return fault_text("parse.extras", {{"what", behind}});
  if (kind == "ConversionError") return fault_text("parse.conversion", {{"what", behind}});
  if (kind == "ValidationError" && colon != std::string::npos)
    return fault_text("parse.validation", {{"option", before}, {"why", behind}});
  if (kind == "ArgumentMismatch" && colon != std::string::npos)
    return fault_text("parse.mismatch", {{"option", before}});
  return fault_text("parse.other", {{"what", what}});
}

}  // namespace yagura::app

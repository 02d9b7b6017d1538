#include "desks/reason_text.hpp"

namespace yagura::desks {

std::string reason_text(const Texts& texts, Lang lang, const ledger::Reason& reason) {
  // Some places are themselves in two languages, as a task's words are: {what} from what_ja or what_en.
  std::map<std::string, std::string> args = reason.args;
  const std::string suffix = "_" + std::string(to_text(lang));
  for (const auto& [name, value] : reason.args)
    if (name.ends_with(suffix)) args.emplace(name.substr(0, name.size() - suffix.size()), value);
  for (const char* prefix : {"desks.reason.", "ledger.reason."})
    if (const std::string key = prefix + reason.code; texts.has(lang, key)) return texts.get(lang, key, args);
  return reason.message.empty() ? reason.code : reason.message;
}

}  // namespace yagura::desks

// What a command itself says no with, in the language of the call. What the API says no with comes in that language by
// itself (Accept-Language).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "app/options.hpp"
#include "base/result.hpp"

namespace yagura::app {

/// From now on faults speak as this call asks. By main, before a command runs; `common` outlives all of them.
void speak_for(const CommonOptions& common);

/// The text "cli.fault.<name>" with its places filled. The texts are read when the first fault is met. Where there is
/// no catalogue to read them from, the name and what would fill it.
std::string fault_text(std::string_view name, const std::map<std::string, std::string>& args = {});

/// The text of that name, nothing where the texts have none.
std::optional<std::string> fault_text_if(std::string_view name, const std::map<std::string, std::string>& args = {});

/// fault_text() as an error.
inline Error fault(ErrorKind kind, std::string_view name, const std::map<std::string, std::string>& args = {}) {
  return {kind, fault_text(name, args)};
}

/// What is wrong with the words of a call, by the kind and text of the parser's refusal.
std::string parse_fault(std::string_view kind, const std::string& what);

}  // namespace yagura::app

// Full-text search that finds substrings in any language: texts are folded and cut into overlapping pairs of
// characters, so 侵入検知 is found by 入検, and "powershell" by "shell".
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "ledger/record_type.hpp"

namespace yagura::ledger {

constexpr size_t indexed_text_bytes_max = 256 << 10;  // of one record; what is beyond is not searched

/// The tokens of a record: its id and every searched field, secret and sealed ones left out.
std::string search_tokens(const RecordType& type, std::string_view record_id, const boost::json::object& body);

/// The search expression for words that must all occur; empty when `text` holds no word.
std::string search_expression(std::string_view text);

}  // namespace yagura::ledger

#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/record_type.hpp"
#include "ledger/refusal.hpp"

namespace yagura::ledger {

constexpr size_t record_body_bytes_max = 1 << 20;
constexpr size_t record_body_depth_max = 16;
constexpr double record_number_max = 1e300;  // rounding to 15 digits must not run over the end of double

/// Brings values to the form that is kept: times to UTC, 不明 to "unknown" where it is allowed, empty texts,
/// lists and nulls away. Values of a wrong shape stay for validate_body() to name.
void normalise_body(const RecordType& type, boost::json::object& body);

/// Every fault of the body, none when it may be stored. References are checked for their type's prefix only;
/// whether the record exists is the transaction's question.
std::vector<Reason> validate_body(const RecordType& type, const boost::json::object& body);

/// True when the field holds something; the explicit "unknown" counts.
bool is_filled(const boost::json::object& body, std::string_view field);

/// False when the value nests deeper than record_body_depth_max, or holds text that is no UTF-8 or no number.
bool is_sound_json(const boost::json::value& value);

/// True when the field answers: filled, and "unknown" only where the type allows it.
bool is_answered(const Field& field, const boost::json::object& body);

}  // namespace yagura::ledger

// Which members the entries of governance's tables know: a misspelt one would be taken for absent.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "base/diagnostic.hpp"

namespace yagura::desks::governance {

/// Nothing when every entry of every list of the table holds only members that it knows, each of its kind; else the
/// Diagnostic "governance.table.member" names the first entry and member that is wrong. `type` is a record type of
/// governance's tables; lists and members that are absent are the reader's concern.
Diagnosed<void> check_members(std::string_view type, const boost::json::object& table);

}  // namespace yagura::desks::governance

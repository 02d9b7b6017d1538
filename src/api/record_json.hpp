#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/message.hpp"
#include "api/route.hpp"
#include "ledger/ledger.hpp"

namespace yagura::api {

/// The principal as desks and ledger know it.
ledger::Actor actor_of(const Principal& who);

/// A record with the fields of its body that `actor` may see.
boost::json::object record_json(const ledger::Record& record, const ledger::RecordType& type,
                                const ledger::Actor& actor);

/// The schema of record_json for one type: of the body every field is optional, since not everybody sees each.
schema::Value record_schema(const ledger::RecordType& type);

/// "Record_<type>": the component's name.
std::string record_component(std::string_view type);

/// The parameters of every list of records: state, text, sort, order, limit, cursor, filter, count.
std::vector<Parameter> list_parameters();

/// What those parameters ask of `type`, `filters` in addition; a problem when they can't be read or name a field that
/// the caller may not see.
std::expected<ledger::RecordQuery, Response> record_query(const Request& request, const ledger::RecordType& type,
                                                          std::vector<ledger::Filter> filters = {});

/// A page of `type` as the request's parameters ask, `filters` in addition; {"records": [...], "next_cursor"?,
/// "total"?}. 403 when the actor may not read the type.
Response list_records(ledger::Ledger& ledger, const Request& request, std::string_view type,
                      std::vector<ledger::Filter> filters = {});

/// The schema of that answer.
schema::Value list_schema(std::string_view component);

/// One record of `type` (any, when empty) by id: 404 when there is none of that type, 403 when not for the actor.
Response show_record(ledger::Ledger& ledger, const Request& request, std::string_view type, const std::string& id);

/// What a command gave: the record, or why not.
Response answer_with(ledger::Ledger& ledger, const Request& request, const ledger::Outcome<ledger::Record>& outcome,
                     int status = 200);

// Members of a JSON body that passed its schema.
std::string text_in(const boost::json::object& body, std::string_view key, std::string_view otherwise = {});
std::vector<std::string> texts_in(const boost::json::object& body, std::string_view key);
int64_t integer_in(const boost::json::object& body, std::string_view key, int64_t otherwise = 0);
bool flag_in(const boost::json::object& body, std::string_view key);

}  // namespace yagura::api

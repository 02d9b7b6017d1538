// Errors as problem documents (RFC 9457): what every refusal of the API looks like.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/message.hpp"
#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "ledger/refusal.hpp"

namespace yagura::api {

/// One thing that is wrong or missing; `pointer` is a JSON pointer into the body, "query:name" or "path:name".
struct Fault {
  std::string pointer;
  std::string code;  // stable, dotted
  std::string message;
};

/// application/problem+json with `type` "urn:yagura:problem:<code>". `detail` is English and holds no secret.
Response problem(int status, std::string_view code, std::string_view detail, const std::vector<Fault>& faults = {});

/// What a failed command becomes: not_found 404, conflict 409, refused 409, forbidden 403, invalid 422, limit 413,
/// unavailable 503, disk_full 507, the rest 500.
Response problem(const Error& error);

/// A "no" of the ledger or a desk, each reason a fault with a JSON pointer to its field.
Response problem(const ledger::Refusal& refusal);

/// The reasons as faults.
std::vector<Fault> to_faults(const std::vector<ledger::Reason>& reasons);

/// 400 with the place of the mistake (`line`, `column`, `hint`).
Response problem(const Diagnostic& diagnostic);

boost::json::array faults_json(const std::vector<Fault>& faults);
boost::json::value fault_schema();

/// The component schema of all problems.
boost::json::value problem_schema();

}  // namespace yagura::api

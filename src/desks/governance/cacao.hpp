// CACAO Security Playbooks 2.0 (OASIS): whether a document holds together, and the order in which its steps are read.
// A document is somebody else's text: every list is bounded, nothing in it is run or fetched.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/refusal.hpp"

namespace yagura::desks::governance {

constexpr size_t cacao_steps_max = 400;       // as many lines as a playbook's steps may have
constexpr size_t cacao_edges_max = 100;       // of one step: branches, cases, parallel steps
constexpr size_t cacao_items_max = 500;       // of any other list or dictionary
constexpr size_t cacao_name_chars_max = 300;  // code points
constexpr size_t cacao_text_chars_max = 20'000;
constexpr size_t cacao_bytes_max = 512 * 1024;                            // written as JSON
constexpr int64_t cacao_wait_ms_max = int64_t{10} * 366 * 86'400 * 1000;  // delay, timeout
constexpr size_t cacao_faults_max = 50;                                   // named one by one

/// Every fault, none when the document may be taken in. Each reason's field is the place in the document
/// ("workflow.action--....agent"). Codes, all under "governance.cacao.": "missing" (a property that section 3.1, 4 to 7
/// of the specification requires), "wrong" (type, bound or value), "id" (no identifier of that kind), "dangling" (a
/// step, agent or target that the document does not define), "cycle", "unreachable", "start" (not exactly one start
/// step, or another begins), "no_step" (no end or no action), "both_ways" (on_completion beside on_success or
/// on_failure), "too_big", "more". Cost: linear in the document.
std::vector<ledger::Reason> check_cacao(const boost::json::object& document);

/// The ids of its steps as one reads them: from the start, each branch to its end before what follows it, the
/// exception's steps last; each once. Of a document without faults.
std::vector<std::string> reading_order(const boost::json::object& document);

/// "<kind>--<UUID>" of RFC 9562; an empty `kind` takes any.
bool is_cacao_id(std::string_view text, std::string_view kind = {});

}  // namespace yagura::desks::governance

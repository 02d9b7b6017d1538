// The steps of a CACAO workflow as a graph.
#pragma once

#include <boost/json/object.hpp>
#include <set>
#include <string>
#include <vector>

namespace yagura::desks::governance {

struct CacaoGraph {
  std::vector<std::string> order;  // each reached step once, branches before what follows them
  std::set<std::string, std::less<>> reached;
  std::string cycle;  // a step that leads back to itself; empty when none does
};

/// Walks from workflow_start, then from workflow_exception. Steps that are not there are left out. Takes no stack: a
/// chain of any length is walked.
CacaoGraph walk(const boost::json::object& document);

}  // namespace yagura::desks::governance

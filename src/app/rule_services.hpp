#pragma once

#include "pipeline/hunts.hpp"
#include "pipeline/rule_book.hpp"
#include "pipeline/rule_draft.hpp"

namespace yagura::app {

/// What is done with rules beside judging events as they come.
struct RuleServices {
  RuleServices(const pipeline::RuleStore& rules, const std::shared_ptr<const detect::Taxonomy>& taxonomy,
               lake::EventStore& store, Counters& counters, pipeline::RuleDrafter rule_drafter)
      : book(rules, taxonomy, store, counters),
        hunts(store, taxonomy, counters),
        drafter(std::make_shared<const pipeline::RuleDrafter>(std::move(rule_drafter))) {}

  pipeline::RuleBook book;
  pipeline::Hunts hunts;
  std::shared_ptr<const pipeline::RuleDrafter> drafter;
};

}  // namespace yagura::app

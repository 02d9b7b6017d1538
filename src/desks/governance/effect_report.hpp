#pragma once

#include <string>

#include "base/texts.hpp"
#include "desks/governance/measure.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

/// governance.write: a draft `effect_report` over the whole days of `order`, every figure computed and none typed in,
/// with the edition of each definition. What has no value has none here either; its note says why. `texts` names
/// measures and notes in `lang`.
ledger::Outcome<ledger::Record> draft_effect_report(ledger::Ledger& ledger, const ledger::Actor& actor,
                                                    const MeasureCatalog& catalog, MeasureOrder order,
                                                    const std::string& title, const Texts& texts, Lang lang);

}  // namespace yagura::desks::governance

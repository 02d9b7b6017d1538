// Refusals in the language of whoever reads them: what a desk or the ledger says no with has its texts in both.
#pragma once

#include <memory>

#include "api/route.hpp"
#include "base/texts.hpp"
#include "ledger/record_types.hpp"

namespace yagura::api {

/// The routes; of an answer that refuses with reasons, each fault's message is the text of its code in the language
/// that Accept-Language names first, fields by their titles. English and languages that we do not speak get the
/// messages as they are. Codes and pointers stay. What checks of rules tell is spoken by its code too, with the English
/// reason as "detail". Costs nothing where nothing is refused.
Routes with_spoken_problems(Routes routes, const ledger::RecordTypes& types, std::shared_ptr<const Texts> texts);

}  // namespace yagura::api

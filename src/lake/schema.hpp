// The lake's tables, made and brought up to date.
#pragma once

#include "base/result.hpp"
#include "lake/client.hpp"

namespace yagura::lake {

/// Makes the database and its tables, adds columns and indexes that came later. Safe to
/// run again and from several processes. Fails when the tables were made by a newer program.
Status prepare_schema(Client& client);

}  // namespace yagura::lake

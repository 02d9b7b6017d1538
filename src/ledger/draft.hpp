#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "ledger/record_store.hpp"
#include "ledger/record_type.hpp"
#include "ledger/transaction.hpp"

namespace yagura::ledger {

struct Transaction::Draft {
  const RecordType* type = nullptr;
  StoredRecord stored;               // the body already as it will be
  std::vector<std::string> changed;  // fields that differ, sorted
};

}  // namespace yagura::ledger

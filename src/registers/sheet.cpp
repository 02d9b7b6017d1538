#include "registers/sheet.hpp"

#include "base/text.hpp"

namespace yagura::registers {

void ImportFaults::add(ImportFault fault) {
  ++count;
  if (kept.size() >= faults_kept_max) return;
  fault.value = to_valid_utf8(std::string_view(fault.value).substr(0, fault_value_bytes_max));
  fault.column = to_valid_utf8(std::string_view(fault.column).substr(0, fault_value_bytes_max));
  kept.push_back(std::move(fault));
}

void ImportFaults::add(int64_t row, std::string column, std::string_view value, std::string code, std::string message,
                       std::string hint, std::map<std::string, std::string> args) {
  add({row,
       std::move(column),
       std::string(value.substr(0, fault_value_bytes_max)),
       {std::move(code), "", std::move(message), std::move(hint), std::move(args)}});
}

}  // namespace yagura::registers

// What the tests of registers share: a ledger with the catalogue's own types, and records with everything in them that
// a spreadsheet could spoil.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/texts.hpp"
#include "ledger/ledger.hpp"
#include "registers/export.hpp"
#include "registers/import.hpp"

namespace yagura::registers::testing {

namespace fs = std::filesystem;
namespace json = boost::json;

inline const fs::path catalog = fs::path(YAGURA_SOURCE_DIR) / "catalog";

inline const Texts& texts() {
  static const Texts loaded = *Texts::load(catalog / "i18n");
  return loaded;
}

template <typename T>
T ok(ledger::Outcome<T> outcome) {
  if (!outcome) {
    std::string reasons;
    for (const ledger::Reason& reason : outcome.error().reasons)
      reasons += "\n  " + reason.field + ": " + reason.message;
    ADD_FAILURE() << outcome.error().message << reasons;
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) return std::move(*outcome);
}

class RegisterTest : public ::testing::Test {
 protected:
  RegisterTest() { open(*ledger::RecordTypes::load(catalog / "records")); }
  ~RegisterTest() override {
    ledger.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  void open(ledger::RecordTypes types) {
    ledger.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    folder_ = fs::temp_directory_path() / ("yagura-registers-" + std::to_string(::getpid()) + "-" +
                                           std::to_string(reinterpret_cast<uintptr_t>(this)));
    fs::create_directories(folder_);
    now = *parse_time("2026-11-23T00:00:00Z");
    ledger = std::move(*ledger::Ledger::open(folder_, std::move(types), [this] { return now; }));
  }

  ledger::Record make(std::string_view type, json::object body) {
    return ok(ledger->create(everybody, "test", type, std::move(body)));
  }
  std::string exported(std::string_view type, FileFormat format, Heading heading = Heading::id) {
    ExportOptions options;
    options.format = format;
    options.heading = heading;
    options.query.type = std::string(type);
    return ok(export_records(*ledger, everybody, options, texts())).bytes;
  }
  ImportReport imported(std::string_view type, std::string_view bytes, ImportOptions options = {}) {
    options.type = std::string(type);
    return ok(import_records(*ledger, everybody, bytes, options, texts()));
  }
  int64_t count(std::string_view type) {
    ledger::RecordQuery query;
    query.type = std::string(type);
    return ok(ledger->count(query));
  }

  ledger::Actor everybody = ledger::system_actor("test");
  Timestamp now;
  std::unique_ptr<ledger::Ledger> ledger;

 private:
  fs::path folder_;
};

/// "row 3, owner: reason" a fault.
inline std::string faults_of(const ImportReport& report) {
  std::string out;
  for (const ImportFault& fault : report.faults.kept)
    out += "row " + std::to_string(fault.row) + ", " + fault.column + " = " + fault.value + ": " + fault.reason.code +
           "\n";
  return out;
}

}  // namespace yagura::registers::testing

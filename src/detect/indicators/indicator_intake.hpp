// A file of indicators into the store, streaming: recognised, read, normalised, counted.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "detect/indicators/indicator_store.hpp"
#include "detect/indicators/reader.hpp"

namespace yagura::detect {

constexpr size_t rejections_kept_max = 1000;  // the others are counted
constexpr size_t reasons_kept_max = 200;
constexpr size_t intake_head_bytes = 16 << 10;  // by which a format is recognised

struct IndicatorRejection {
  uint64_t line = 0;  // from 1
  std::string what;   // the start of it, for people
  std::string reason;
};

struct IntakeReport {
  std::string format;
  ImportCounts counts;
  uint64_t skipped = 0;  // not meant for detection: STIX objects of other types, MISP attributes without to_ids
  uint64_t rejected = 0;
  std::vector<IndicatorRejection> rejections;  // the first of them
  std::map<std::string, uint64_t> reasons;     // how often each
};

struct IntakeOptions {
  const IndicatorFormat* format = nullptr;  // null: recognised
  ReadDefaults defaults;                    // its source may not be empty
  bool replace = false;
};

/// One file, or one request's body. Nothing is in force before finish() returns.
class IndicatorIntake final : private IndicatorSink {
 public:
  IndicatorIntake(IndicatorStore& store, IntakeOptions options);

  /// Takes UTF-8 in pieces of any size. Fails as the store does; then nothing was taken.
  Status feed(std::string_view bytes);
  /// Puts everything in force, durable when it returns.
  Result<IntakeReport> finish();

 private:
  void add(IndicatorType type, std::string_view value, const Listing& listing, uint64_t line) override;
  void withdraw(IndicatorType type, std::string_view value, const std::string& source, uint64_t line) override;
  void reject(std::string_view what, std::string_view reason, uint64_t line) override;
  void skip() override { ++report_.skipped; }
  bool stopped() const override { return failed_.has_value(); }
  void start();

  IntakeOptions options_;
  IndicatorImport import_;
  std::unique_ptr<IndicatorReader> reader_;
  std::string head_;
  IntakeReport report_;
  Listing tidied_;
  std::optional<Error> failed_;
};

/// `name` as a source's: one line of valid UTF-8 without control characters, at most source_name_bytes_max; empty when
/// nothing is left.
std::string source_name(std::string_view name);

}  // namespace yagura::detect

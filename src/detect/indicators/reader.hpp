// Files of indicators as people publish them. A format is one file of readers/ that registers itself; the build finds
// it. A reader takes bytes as they come and tells a sink what it finds, with the line for whoever has to look.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "detect/indicators/indicator.hpp"

namespace yagura::detect {

/// What holds where the file does not say otherwise.
struct ReadDefaults {
  Listing listing;                    // its source names the list
  std::optional<IndicatorType> type;  // of lists and columns that don't say
};

class IndicatorSink {
 public:
  virtual ~IndicatorSink() = default;
  /// `value` is as it was written, refanged where the format calls for it.
  virtual void add(IndicatorType type, std::string_view value, const Listing& listing, uint64_t line) = 0;
  /// The source takes the value back.
  virtual void withdraw(IndicatorType type, std::string_view value, const std::string& source, uint64_t line) = 0;
  /// Why something is no indicator: one sentence without a full stop.
  virtual void reject(std::string_view what, std::string_view reason, uint64_t line) = 0;
  /// Not meant for detection: neither taken nor wrong.
  virtual void skip() = 0;
  /// True when nothing more can be taken.
  virtual bool stopped() const = 0;
};

class IndicatorReader {
 public:
  virtual ~IndicatorReader() = default;
  virtual void feed(std::string_view bytes, IndicatorSink& sink) = 0;
  virtual void finish(IndicatorSink& sink) = 0;
};

struct IndicatorFormat {
  std::string_view name;     // "stix"
  std::string_view summary;  // for people
  /// How sure it is, 0 to 100, of a file that starts so.
  int (*sniff)(std::string_view head);
  std::unique_ptr<IndicatorReader> (*open)(const ReadDefaults& defaults);
};

std::span<const IndicatorFormat* const> all_indicator_formats();
/// Null when there is none.
const IndicatorFormat* find_indicator_format(std::string_view name);
/// The surest; a plain list when nobody is sure.
const IndicatorFormat& sniff_indicator_format(std::string_view head);

}  // namespace yagura::detect

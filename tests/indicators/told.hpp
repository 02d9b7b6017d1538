// What a reader tells, as lines of text.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "detect/indicators/reader.hpp"

namespace yagura::detect::test {

class Told final : public IndicatorSink {
 public:
  std::string text;

  void add(IndicatorType type, std::string_view value, const Listing& listing, uint64_t line) override {
    start(line, "add", type, value);
    field("source", listing.source);
    if (listing.confidence != confidence_unknown) field("confidence", std::to_string(listing.confidence));
    if (listing.tlp != Tlp::none) field("tlp", to_text(listing.tlp));
    if (listing.valid_from.ns != INT64_MIN) field("from", format_time(listing.valid_from, 0));
    if (listing.valid_until.ns != INT64_MAX) field("until", format_time(listing.valid_until, 0));
    if (!listing.context.empty()) field("context", listing.context);
    if (!listing.tags.empty()) field("tags", listing.tags);
    text += '\n';
  }
  void withdraw(IndicatorType type, std::string_view value, const std::string& source, uint64_t line) override {
    start(line, "withdraw", type, value);
    field("source", source);
    text += '\n';
  }
  void reject(std::string_view what, std::string_view reason, uint64_t line) override {
    text += std::to_string(line) + " reject " + std::string(what.substr(0, 60)) + " -- " + std::string(reason) + "\n";
  }
  void skip() override { text += "skip\n"; }
  bool stopped() const override { return false; }

 private:
  void start(uint64_t line, std::string_view act, IndicatorType type, std::string_view value) {
    text += std::to_string(line) + " " + std::string(act) + " " + std::string(to_text(type)) + " " + std::string(value);
  }
  void field(std::string_view name, std::string_view value) {
    text += " " + std::string(name) + "=" + std::string(value);
  }
};

/// What `format` tells of `bytes` that come in pieces of `piece` bytes.
inline std::string told(const IndicatorFormat& format, std::string_view bytes, size_t piece) {
  ReadDefaults defaults;
  defaults.listing.source = "feed";
  const auto reader = format.open(defaults);
  Told out;
  for (size_t at = 0; at < bytes.size(); at += piece) reader->feed(bytes.substr(at, piece), out);
  reader->finish(out);
  return out.text;
}

}  // namespace yagura::detect::test

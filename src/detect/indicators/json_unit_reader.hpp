// What readers of JSON documents share: units found in the stream, each parsed, faults told.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

#include "detect/indicators/json_units.hpp"
#include "detect/indicators/reader.hpp"

namespace yagura::detect {

/// Tags kept of one indicator, joined.
constexpr size_t tags_bytes_max = 500;

/// The text under `key`; empty when there is none.
inline std::string_view text_at(const simdjson::dom::object& object, std::string_view key) {
  std::string_view out;
  return object[key].get_string().get(out) == simdjson::SUCCESS ? out : std::string_view();
}

/// A format whose indicators stand in units of a JSON document (json_units.hpp).
class JsonUnitReader : public IndicatorReader {
 public:
  void feed(std::string_view bytes, IndicatorSink& sink) final {
    if (ended_) return;
    const auto fault = units_.feed(bytes, [&](std::string_view text, uint64_t line) {
      if (!sink.stopped()) parse(text, line, sink);
    });
    if (fault == JsonUnits::Fault::none) return;
    ended_ = true;
    sink.reject("", fault == JsonUnits::Fault::too_long ? words_.unit + " is too long" : "the document nests too deep",
                units_.line());
  }

  void finish(IndicatorSink& sink) final {
    document_ended(sink);
    const auto fault = units_.finish();
    if (ended_) return;
    if (fault == JsonUnits::Fault::cut_off) sink.reject("", "the file ends inside " + words_.unit, units_.line());
    if (fault == JsonUnits::Fault::nothing) sink.reject("", words_.nothing, 1);
  }

 protected:
  struct Words {
    std::string unit;     // "an event"
    std::string nothing;  // said of a document without a unit
  };

  JsonUnitReader(std::vector<std::string_view> places, Words words, ReadDefaults defaults)
      : defaults_(std::move(defaults)), units_(std::move(places)), words_(std::move(words)) {}

  virtual void unit(const simdjson::dom::object& object, uint64_t line, IndicatorSink& sink) = 0;
  /// No unit follows; what waited for one is to be given now.
  virtual void document_ended(IndicatorSink&) {}

  ReadDefaults defaults_;

 private:
  void parse(std::string_view text, uint64_t line, IndicatorSink& sink) {
    simdjson::dom::object object;
    if (parser_.parse(text.data(), text.size()).get_object().get(object) != simdjson::SUCCESS)
      return sink.reject(text.substr(0, 80), "it is no JSON object", line);
    unit(object, line, sink);
  }

  JsonUnits units_;
  Words words_;
  simdjson::dom::parser parser_;
  bool ended_ = false;
};

}  // namespace yagura::detect

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "event/demand.hpp"
#include "formats/block.hpp"
#include "formats/decoder.hpp"

namespace yagura::formats {

/// Wants some names and not others, by a seed: other ones for other headers, all of some headers, all of the events
/// that have a certain name, all of the texts that hold a certain letter twice.
class SeededDemand : public event::Demand {
 public:
  explicit SeededDemand(uint64_t seed) : seed_(seed), one_(judge(1)), other_(judge(2), suspicion()), none_() {}

  const event::FieldSet* wanted(const event::Event& header) const override {
    const uint64_t by = mixed(std::string(header.channel) + "|" + std::string(header.provider) + "|" +
                              std::to_string(header.event_id) + std::string(header.format)) >>
                        7;
    const event::FieldSet* const answers[] = {&one_, &one_, &other_, &other_, &none_, nullptr};
    return answers[by % std::size(answers)];
  }

 private:
  uint64_t mixed(std::string_view name) const {
    return (std::hash<std::string_view>{}(name) + seed_) * 0x9E3779B97F4A7C15;
  }

  event::FieldSet::Judge judge(uint64_t salt) const {
    return [this, salt](std::string_view name) {
      const uint64_t by = (mixed(name) >> 11) * (2 * salt + 1) >> 7;
      if (by % 64 == 63) return event::FieldSet::Want::everything;
      return by % 3 == 0 ? event::FieldSet::Want::yes : event::FieldSet::Want::no;
    };
  }

  event::FieldSet::Suspicion suspicion() const {
    const auto letter = static_cast<char>('a' + seed_ % 26);
    return [twice = std::string(2, letter)](std::string_view json) { return json.contains(twice); };
  }

  uint64_t seed_;
  event::FieldSet one_;
  event::FieldSet other_;
  event::FieldSet none_;
};

inline event::Batch decode_demanded(std::string_view format, std::string_view bytes, size_t block_bytes,
                                    const event::Demand* demand, bool keep_raw = true) {
  Counters counters;
  event::Batch batch;
  DecoderOptions options;
  options.counters = &counters;
  options.received = {1'773'576'000'000'000'000};
  options.keep_raw = keep_raw;
  options.demand = demand;
  const auto decoder = find_format(format)->open(options);
  for (size_t at = 0; at < bytes.size(); at += block_bytes)
    decoder->feed(copy_block(bytes.substr(at, block_bytes), at), batch);
  decoder->finish(batch);
  return batch;
}

inline bool same_field(const event::Field& a, const event::Field& b) {
  return a.id == b.id && a.kind == b.kind && a.value().text == b.value().text;
}

/// What must hold of one event decoded with a demand beside the same one decoded whole: the same header, no field that
/// the whole event has not, in the same order, and every wanted one. How many fields were left out.
inline size_t check_demanded(const event::Batch& whole, const event::Event& a, const event::Batch& some,
                             const event::Event& b, const event::Demand& demand) {
  check(a.time == b.time && a.host == b.host && a.channel == b.channel && a.provider == b.provider && a.raw == b.raw &&
            a.format == b.format && a.event_id == b.event_id && a.record_id == b.record_id && a.offset == b.offset &&
            a.line == b.line,
        "a demand changed an event's header");
  // An escape that has to be repaired is only found in a value that is read.
  check((a.dirt | event::Dirt::bad_encoding) == (b.dirt | event::Dirt::bad_encoding) && (a.dirt | b.dirt) == a.dirt,
        "a demand changed an event's dirt");
  const event::FieldSet* wanted = demand.wanted(a);
  std::string text(a.raw);
  if (a.format == "evtx" || a.format == "windows-xml") {  // which ask for their values' sake alone
    text.clear();
    for (const event::Field& field : whole.fields(a)) text.append(field.value().text).push_back('\n');
  }
  bool all = !wanted || (wanted->reads_text() && wanted->wants_all_of(text));
  for (const event::Field& field : whole.fields(a))
    all = all || wanted->want(field.id) == event::FieldSet::Want::everything;
  const auto given = some.fields(b);
  size_t at = 0;
  for (const event::Field& field : whole.fields(a)) {
    if (at < given.size() && same_field(field, given[at]))
      ++at;
    else
      check(!all && !wanted->contains(field.id), "a wanted field was left out");
  }
  check(at == given.size(), "a demand made a field");
  return a.field_count - b.field_count;
}

/// The same of all events of `bytes`.
inline size_t check_demand(std::string_view format, std::string_view bytes, uint64_t seed, bool keep_raw = true) {
  const SeededDemand demand(seed);
  const event::Batch whole = decode_demanded(format, bytes, bytes.size() + 1, nullptr, keep_raw);
  const event::Batch some = decode_demanded(format, bytes, bytes.size() + 1, &demand, keep_raw);
  check(whole.size() == some.size(), "a demand changed how many events there are");
  size_t left_out = 0;
  for (size_t i = 0; i < whole.size(); ++i)
    left_out += check_demanded(whole, whole.events()[i], some, some.events()[i], demand);
  return left_out;
}

}  // namespace yagura::formats

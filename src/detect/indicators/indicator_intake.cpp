#include "detect/indicators/indicator_intake.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "detect/indicators/normal_form.hpp"

namespace yagura::detect {
namespace {

constexpr size_t shown_bytes_max = 200;

/// One line of valid UTF-8, cut between characters.
std::string one_line(std::string_view text, size_t bytes_max) {
  std::string out = to_valid_utf8(text.substr(0, std::min(text.size(), bytes_max + 4)));
  if (out.size() > bytes_max) {
    size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
    out.resize(end);
  }
  std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return std::string(trim(out));
}

bool is_tidy(std::string_view text, size_t bytes_max) {
  return text.size() <= bytes_max && std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

void tidy(std::string& text, size_t bytes_max) {
  if (!is_tidy(text, bytes_max)) text = one_line(text, bytes_max);
}

}  // namespace

std::string source_name(std::string_view name) {
  return one_line(name, source_name_bytes_max);
}

IndicatorIntake::IndicatorIntake(IndicatorStore& store, IntakeOptions options)
    : options_(std::move(options)), import_(store, options_.replace) {
  options_.defaults.listing.source = source_name(options_.defaults.listing.source);
}

void IndicatorIntake::start() {
  if (!options_.format) options_.format = &sniff_indicator_format(head_);
  report_.format = options_.format->name;
  reader_ = options_.format->open(options_.defaults);
  reader_->feed(head_, *this);
  head_.clear();
}

Status IndicatorIntake::feed(std::string_view bytes) {
  if (reader_) {
    reader_->feed(bytes, *this);
  } else {
    head_ += bytes;
    if (head_.size() >= intake_head_bytes) start();
  }
  if (failed_) return std::unexpected(*failed_);
  return {};
}

Result<IntakeReport> IndicatorIntake::finish() {
  if (!reader_) start();
  reader_->finish(*this);
  if (failed_) return std::unexpected(*failed_);
  auto counts = import_.commit();
  if (!counts) return std::unexpected(counts.error());
  report_.counts = *counts;
  return std::move(report_);
}

void IndicatorIntake::add(IndicatorType type, std::string_view value, const Listing& listing, uint64_t line) {
  const auto packed = pack(type, value);
  if (!packed) return reject(value, packed.error(), line);
  tidied_ = listing;
  tidy(tidied_.source, source_name_bytes_max);
  if (tidied_.source.empty()) tidied_.source = options_.defaults.listing.source;
  tidy(tidied_.context, context_bytes_max);
  tidy(tidied_.tags, context_bytes_max);
  if (tidied_.valid_until <= tidied_.valid_from) return reject(value, "its validity ends before it starts", line);
  if (auto added = import_.add(type, *packed, tidied_); !added) failed_ = added.error();
}

void IndicatorIntake::withdraw(IndicatorType type, std::string_view value, const std::string& source, uint64_t line) {
  const auto packed = pack(type, value);
  if (!packed) return reject(value, packed.error(), line);
  if (auto done = import_.withdraw(type, *packed, source_name(source)); !done) failed_ = done.error();
}

void IndicatorIntake::reject(std::string_view what, std::string_view reason, uint64_t line) {
  ++report_.rejected;
  std::string text = one_line(reason, shown_bytes_max);
  if (report_.reasons.size() < reasons_kept_max || report_.reasons.contains(text)) ++report_.reasons[text];
  if (report_.rejections.size() < rejections_kept_max)
    report_.rejections.push_back({line, one_line(what, shown_bytes_max), std::move(text)});
}

}  // namespace yagura::detect

#include "registers/serial_date.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/time.hpp"

namespace yagura::registers {
namespace {

constexpr int64_t ms_per_day = 86'400'000;
constexpr int64_t ns_per_ms = 1'000'000;
constexpr int64_t epoch_days = -25'569;  // 1899-12-30 seen from 1970-01-01
constexpr int64_t days_from_1904 = 1462;
constexpr double serial_min = 61;  // 1900-03-01
constexpr double serial_max = 132'000;

}  // namespace

std::optional<std::string> to_serial(std::string_view text, bool with_time) {
  const auto time = parse_time(with_time ? std::string(text) : std::string(text) + "T00:00:00Z");
  if (!time || time->ns % ns_per_ms != 0) return std::nullopt;
  const int64_t ms = time->ns / ns_per_ms - epoch_days * ms_per_day;
  const double serial = static_cast<double>(ms) / static_cast<double>(ms_per_day);
  if (serial < serial_min) return std::nullopt;
  return fmt::format("{}", serial);
}

std::optional<std::string> from_serial(double serial, bool with_time, bool epoch_1904) {
  if (epoch_1904) serial += days_from_1904;
  if (!(serial >= serial_min) || serial > serial_max) return std::nullopt;
  const auto ms = static_cast<int64_t>(std::llround(serial * static_cast<double>(ms_per_day)));
  const Timestamp at{(ms + epoch_days * ms_per_day) * ns_per_ms};
  const std::string text = format_time(at);
  return with_time ? text : text.substr(0, 10);
}

}  // namespace yagura::registers

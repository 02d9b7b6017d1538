// When a seat is taken, and how work that rests outside the shift goes on.
#pragma once

#include <algorithm>
#include <cmath>

namespace yagura::desks::governance {

constexpr double minutes_per_day = 24.0 * 60;
constexpr double minutes_per_week = 7 * minutes_per_day;
constexpr int working_days = 5;

/// Around the clock, or Monday to Friday between two minutes of the day. Time runs in minutes from a Monday's midnight.
class ShiftClock {
 public:
  ShiftClock(bool always, int from, int to) : always_(always), from_(from), length_(to - from) {}

  bool on(double at) const {
    if (always_) return true;
    const double in_week = std::fmod(at, minutes_per_week);
    const double in_day = std::fmod(in_week, minutes_per_day);
    return in_week < working_days * minutes_per_day && in_day >= from_ && in_day < from_ + length_;
  }

  /// When work of so many minutes that begins at `at` (on duty) is done; it rests outside the shift.
  double finish(double at, double minutes) const {
    if (always_) return at + minutes;
    return time_of(worked_by(at) + minutes);
  }

  /// Minutes on duty in [from, to).
  double on_duty(double from, double to) const { return always_ ? to - from : worked_by(to) - worked_by(from); }

  double hours_per_week() const { return always_ ? minutes_per_week / 60 : working_days * length_ / 60.0; }

 private:
  double worked_by(double at) const {
    const double week = std::floor(at / minutes_per_week);
    const double in_week = at - week * minutes_per_week;
    const double day = std::floor(in_week / minutes_per_day);
    const double today = day < working_days ? std::clamp(in_week - day * minutes_per_day - from_, 0.0, length_) : 0.0;
    return (week * working_days + std::min<double>(day, working_days)) * length_ + today;
  }

  double time_of(double worked) const {
    const double days = std::floor(worked / length_);
    const double week = std::floor(days / working_days);
    return week * minutes_per_week + (days - week * working_days) * minutes_per_day + from_ + (worked - days * length_);
  }

  bool always_;
  double from_;
  double length_;
};

}  // namespace yagura::desks::governance

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "detect/indicators/field_classes.hpp"
#include "event/batch.hpp"

namespace yagura::detect {

constexpr size_t field_shapes_max = 512;          // remembered at once; a new one takes the place of an older one
constexpr size_t fields_per_shape_max = 256;      // events with more are walked
constexpr uint32_t shape_trial = 4096;            // events after which remembering is judged
constexpr uint32_t shape_rest = 8 * shape_trial;  // events that are walked when it was of little use

/// Which of an event's fields can hold an indicator. Logs bring the same fields in the same order over and over, so the
/// places are remembered by the whole sequence of names, which is compared each time: a place is never missed. One a
/// thread.
class FieldShapes {
 public:
  explicit FieldShapes(const FieldClasses& classes) : classes_(&classes), shapes_(field_shapes_max) {}

  struct Place {
    uint16_t at;  // of the event's fields
    uint8_t group;
  };

  /// From now on only of fields that hold these classes (a bit each).
  void use(uint32_t wanted);

  /// In the fields' order. Valid until the next call.
  std::span<const Place> places(const event::Event& event, std::span<const event::Field> fields);

 private:
  struct Shape {
    std::vector<event::FieldId> fields;
    std::vector<Place> places;
  };

  bool is(const Shape& shape, std::span<const event::Field> fields) const;
  void walk(std::span<const event::Field> fields, std::vector<Place>& out) const;

  const FieldClasses* classes_;
  uint32_t wanted_ = ~0U;
  std::vector<Shape> shapes_;
  std::vector<Place> walked_;
  uint32_t asked_ = 0;
  uint32_t missed_ = 0;
  uint32_t resting_ = 0;
};

}  // namespace yagura::detect

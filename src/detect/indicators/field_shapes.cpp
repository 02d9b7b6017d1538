#include "detect/indicators/field_shapes.hpp"

namespace yagura::detect {

void FieldShapes::use(uint32_t wanted) {
  wanted_ = wanted;
  for (Shape& shape : shapes_) shape = {};
}

void FieldShapes::walk(std::span<const event::Field> fields, std::vector<Place>& out) const {
  out.clear();
  for (size_t at = 0; at < fields.size(); ++at)
    if (const uint8_t group = classes_->group_of(fields[at].id); group != 0 && classes_->may_hold(group, wanted_))
      out.push_back({static_cast<uint16_t>(at), group});
}

bool FieldShapes::is(const Shape& shape, std::span<const event::Field> fields) const {
  if (shape.fields.size() != fields.size()) return false;
  const event::FieldId* const known = shape.fields.data();
  // No branch a field: the names nearly always agree to the end.
  uint32_t other = 0;
  for (size_t i = 0; i < fields.size(); ++i)
    other |= static_cast<uint32_t>(fields[i].id) ^ static_cast<uint32_t>(known[i]);
  return other == 0;
}

std::span<const FieldShapes::Place> FieldShapes::places(const event::Event& event,
                                                        std::span<const event::Field> fields) {
  static_assert(event::fields_per_event_max <= UINT16_MAX);
  if (fields.empty()) return {};
  if (resting_ > 0 || fields.size() > fields_per_shape_max) {
    resting_ -= resting_ > 0;
    walk(fields, walked_);
    return walked_;
  }
  uint64_t key = static_cast<uint64_t>(event.event_id) * 0x9E3779B97F4A7C15 + fields.size();
  for (const size_t at : {size_t{0}, fields.size() / 2, fields.size() - 1})
    key = (key ^ static_cast<uint64_t>(fields[at].id)) * 0xD6E8FEB86659FD93;
  Shape& shape = shapes_[key >> 32 & (field_shapes_max - 1)];
  const bool known = is(shape, fields);
  if (!known) {
    ++missed_;
    shape.fields.clear();
    for (const event::Field& field : fields) shape.fields.push_back(field.id);
    walk(fields, shape.places);
  }
  if (++asked_ >= shape_trial) {
    if (missed_ * 4 > asked_) resting_ = shape_rest;
    asked_ = missed_ = 0;
  }
  return shape.places;
}

}  // namespace yagura::detect

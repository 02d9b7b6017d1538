// Values of which a lane's rules say the same are of one class: what holds for them is kept once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace yagura::detect {

/// Its lowest bit says whether the class opens lanes.
using ClassId = uint32_t;

/// Every class is kept once, so that equal ids mean equal answers. Bounded: when full(), clear() and start anew.
class ValueClasses {
 public:
  static constexpr size_t classes_max = 65'536;
  static constexpr size_t classes_per_event_max = 8'192;  // of the above, so that none runs out within an event
  static constexpr size_t hits_max = 1 << 20;

  struct Class {
    uint32_t group;      // of fields, in the whole matcher
    bool null;           // the value is null
    bool opens;          // the value may let the event into lanes that its header does not open
    uint32_t first_hit;  // in hits_
    uint32_t hit_count;
  };

  ValueClasses();

  /// The id of the class with these answers; `hits` in ascending order.
  ClassId intern(uint32_t group, bool null, bool opens, std::span<const uint32_t> hits);

  static bool opens(ClassId id) { return (id & 1) != 0; }
  const Class& at(ClassId id) const { return classes_[id >> 1]; }
  std::span<const uint32_t> hits(const Class& c) const { return {hits_.data() + c.first_hit, c.hit_count}; }

  /// Ask between events.
  bool full() const { return classes_.size() + classes_per_event_max > classes_max || hits_.size() > hits_max; }
  void clear();

 private:
  static constexpr ClassId none = UINT32_MAX;

  std::vector<Class> classes_;
  std::vector<uint32_t> hits_;
  std::vector<ClassId> table_;  // open addressing, never more than half full
};

}  // namespace yagura::detect

#include "event/field.hpp"

#include <mutex>
#include <source_location>

#include "base/check.hpp"

namespace yagura::event {

FieldNames& FieldNames::instance() {
  static FieldNames names;
  return names;
}

std::optional<FieldId> FieldNames::intern(std::string_view name) {
  if (const auto id = find(name)) return id;
  if (name.size() > field_name_bytes_max) return std::nullopt;
  const std::unique_lock lock(mutex_);
  if (const auto it = ids_.find(name); it != ids_.end()) return it->second;
  if (names_.size() >= field_names_max) return std::nullopt;
  const auto id = static_cast<FieldId>(names_.size());
  ids_.emplace(names_.emplace_back(name), id);
  return id;
}

std::optional<FieldId> FieldNames::find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto it = ids_.find(name);
  return it == ids_.end() ? std::nullopt : std::optional(it->second);
}

std::string_view FieldNames::name(FieldId id) const {
  const std::shared_lock lock(mutex_);
  check(static_cast<size_t>(id) < names_.size(), "a field id that no table gave");
  return names_[static_cast<size_t>(id)];
}

size_t FieldNames::size() const {
  const std::shared_lock lock(mutex_);
  return names_.size();
}

std::optional<FieldId> FieldCache::intern(std::string_view name) {
  if (const auto it = ids_.find(name); it != ids_.end()) return it->second;
  const auto id = FieldNames::instance().intern(name);
  if (id) ids_.emplace(FieldNames::instance().name(*id), *id);
  return id;
}

FieldId known_field(std::string_view name) {
  const auto id = FieldNames::instance().intern(name);
  if (!id)
    check_failed("the table of field names is full before the program's own names", std::source_location::current());
  return *id;
}

}  // namespace yagura::event

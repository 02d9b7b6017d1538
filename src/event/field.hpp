// Field names, interned: a name is compared as one integer everywhere after a format has read it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace yagura::event {

/// Index into the process's FieldNames. Stable for the life of the process, never stored on disk.
enum class FieldId : uint32_t {};

/// Hostile input invents names without end; past this many, intern() gives nothing and the format marks the
/// event (Dirt::too_many_names) and leaves the value to its raw bytes.
constexpr size_t field_names_max = 262'144;
constexpr size_t field_name_bytes_max = 512;

/// The one table of names, append-only and thread-safe. Names are case-sensitive; nested names are joined
/// by dots ("userIdentity.arn").
class FieldNames {
 public:
  static FieldNames& instance();

  /// The id of `name`, made when it is new. Nothing when the table is full or the name is too long.
  std::optional<FieldId> intern(std::string_view name);

  /// The id of a name that was interned before, else nothing.
  std::optional<FieldId> find(std::string_view name) const;

  /// The name of an id that this table gave; valid for the life of the process.
  std::string_view name(FieldId id) const;

  size_t size() const;

 private:
  mutable std::shared_mutex mutex_;
  std::deque<std::string> names_;
  std::unordered_map<std::string_view, FieldId> ids_;
};

/// Per-thread cache in front of FieldNames for formats: a hit takes no lock. One a decoder.
class FieldCache {
 public:
  std::optional<FieldId> intern(std::string_view name);

 private:
  std::unordered_map<std::string_view, FieldId> ids_;  // keys are views of FieldNames' own strings
};

/// Interns a name that the program itself knows; never fails.
FieldId known_field(std::string_view name);

}  // namespace yagura::event

// Normalising to OCSF by data: catalog/mappings/*.yaml say which events are of which class and which of their
// fields are which attribute.
//
//   mapping: windows-sysmon                # the file's name
//   match: { channel: Microsoft-Windows-Sysmon/Operational }        # holds for every rule below
//   rules:
//     - match: { event_id: [1] }
//       class: 1007
//       activity: 1
//       fields: { Image: process.file.path, User: user.account, Hashes: hashes }
//
// match: format, channel, provider (one or a list, ASCII case does not matter), event_id (numbers), has (fields
// that must be there), is (field: value or list of values). The first rule that matches wins, files in the order
// of their names. `activity` may be {field: F, values: {text: id}, else: id}; `severity` is 1 when not given;
// `set` gives attributes fixed texts. Besides attributes a field may go to `hashes` ("MD5=..,SHA256=.."),
// `user.account` and `actor.user.account` ("DOMAIN\name" or "name@domain").
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/diagnostic.hpp"
#include "event/batch.hpp"
#include "event/ocsf.hpp"

namespace yagura::event {

/// An event's OCSF part. Empty values are absent. Views belong to the batch, the arena or the normaliser.
struct Normalised {
  int32_t class_uid = 0;
  int32_t category_uid = 0;
  int32_t activity_id = 0;
  int32_t severity_id = 1;
  std::array<std::string_view, attribute_count> values{};
  std::string_view fixed_text;  // the texts that the mapping itself gave (`set`), a line each

  std::string_view operator[](Attribute attribute) const { return values[static_cast<size_t>(attribute)]; }
  std::string_view& operator[](Attribute attribute) { return values[static_cast<size_t>(attribute)]; }
};

/// The machine that an event speaks of: the one that it names itself, else (a network sensor's, a proxy's) the one
/// that acted, by its address or else its name. Empty when the mapping found neither.
std::string_view machine_of(const Event& event, const Normalised& normal);

/// Immutable once loaded; shared by threads.
class Normaliser {
 public:
  /// Reads every *.yaml of the folder. An unknown class, attribute or key, or a rule that can never match, is
  /// a Diagnostic with its file and line.
  static Diagnosed<Normaliser> load(const std::filesystem::path& folder);

  Normaliser(Normaliser&&) noexcept;
  Normaliser& operator=(Normaliser&&) noexcept;
  ~Normaliser();

  /// The event's OCSF part; class 0 (base event) when no rule matches. What has to be made anew (numbers from
  /// hexadecimal) goes into `scratch`. Windows' "-" counts as absent; the first value of a repeated field wins.
  void apply(const Batch& batch, const Event& event, Arena& scratch, Normalised& out) const;

  size_t rules() const;

 private:
  struct Rules;
  explicit Normaliser(std::unique_ptr<Rules> rules);

  std::unique_ptr<Rules> rules_;
};

}  // namespace yagura::event

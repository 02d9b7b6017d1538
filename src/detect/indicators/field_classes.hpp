// Which fields of events can hold what: data in catalog/indicators/fields.yaml.
//
//   fields:
//     - { holds: host, names: [DestinationHostname, query.hostname] }
//     - { holds: url_host, formats: [zeek], channels: [http], names: [host] }   # only in such events
//
// holds: ip (an address, a port may stand behind it), host (address or name), hosts (a list of either, DNS answers),
// url, url_host with url_path and url_query (parts of one), text (free text with URLs in it), hashes ("SHA1=..,MD5=..",
// or any alone), md5, sha1, sha256, sha512, imphash, email (one or more), file_path (a path or a name), file_name.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "event/batch.hpp"

namespace yagura::detect {

enum class FieldHolds : uint8_t {
  ip,
  host,
  hosts,
  url,
  url_host,
  url_path,
  url_query,
  text,
  hashes,
  md5,
  sha1,
  sha256,
  sha512,
  imphash,
  email,
  file_path,
  file_name,
};

/// Immutable once loaded; shared by threads.
class FieldClasses {
 public:
  /// Reads the file. An unknown key or class, or a name given twice for the same events, is a Diagnostic.
  static Diagnosed<FieldClasses> load(const std::filesystem::path& file);

  /// What a field holds in some events; empty conditions hold for all. In ASCII lower case.
  struct Meaning {
    FieldHolds holds;
    std::vector<std::string> formats;
    std::vector<std::string> channels;

    bool holds_in(const event::Event& event) const;
  };

  /// 0 for a field that holds nothing; else holds() takes it. Cost: one byte read.
  uint8_t group_of(event::FieldId id) const {
    const auto index = static_cast<size_t>(id);
    return index < group_by_field_.size() ? group_by_field_[index] : 0;
  }
  /// Whether fields of a group hold one of these classes (a bit each) in some event.
  bool may_hold(uint8_t group, uint32_t wanted) const {
    for (const Meaning& meaning : groups_[group])
      if ((wanted >> static_cast<unsigned>(meaning.holds) & 1) != 0) return true;
    return false;
  }
  /// What fields of a group hold in an event; nothing when the group's conditions are others. Cost: mostly a byte read.
  std::optional<FieldHolds> holds(uint8_t group, const event::Event& event) const {
    if (const uint8_t always = always_[group]; always != sometimes) return static_cast<FieldHolds>(always);
    for (const Meaning& meaning : groups_[group])
      if (meaning.holds_in(event)) return meaning.holds;
    return std::nullopt;
  }

  /// Every field that is looked into, for a reader that leaves out what nobody wants. Live as long as this.
  const std::vector<std::string>& names() const { return names_; }

 private:
  static constexpr uint8_t sometimes = 0xFF;

  std::vector<uint8_t> group_by_field_;
  std::array<uint8_t, 256> always_{};  // what a group without conditions holds
  std::vector<std::vector<Meaning>> groups_{{}};
  std::vector<std::string> names_;
};

}  // namespace yagura::detect

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detect/indicators/field_classes.hpp"
#include "detect/indicators/normal_form.hpp"
#include "detect/indicators/snapshot.hpp"

namespace yagura::detect {

constexpr size_t urls_per_text_max = 16;    // of free text
constexpr size_t parts_per_value_max = 64;  // of a list: answers, recipients

/// Takes values of events apart into what an indicator may be equal to. Memory stays for the next value. A value only
/// gives what the snapshot has any of.
class Observer {
 public:
  /// Reads what there is to ask for.
  void use(const Snapshot& snapshot);

  /// The classes of fields (a bit each) in which something that the snapshot has may stand.
  uint32_t wanted() const;

  struct Probe {
    uint64_t hash;
    uint32_t at;  // of the packed value in bytes()
    uint16_t size;
    IndicatorType type;
  };

  /// Adds the probes of a value to `out`.
  void observe(FieldHolds holds, std::string_view value, std::vector<Probe>& out);

  std::string_view value_of(const Probe& probe) const { return std::string_view(bytes_).substr(probe.at, probe.size); }
  /// Forgets the packed values of all probes so far.
  void clear() { bytes_.clear(); }

 private:
  void add(IndicatorType type, std::string_view packed, std::vector<Probe>& out);
  void address(std::string_view packed, std::vector<Probe>& out);
  void host(std::string_view text, std::vector<Probe>& out);
  void domain(std::string_view normal, std::vector<Probe>& out);
  void hosts(std::string_view text, std::vector<Probe>& out);
  void url(std::string_view text, std::vector<Probe>& out);
  void urls_in(std::string_view text, std::vector<Probe>& out);
  void hash(std::string_view text, FieldHolds holds, std::vector<Probe>& out);
  void hashes(std::string_view text, std::vector<Probe>& out);
  void emails(std::string_view text, std::vector<Probe>& out);
  void path(std::string_view text, bool name_only, std::vector<Probe>& out);
  bool has(IndicatorType type) const { return (types_ >> static_cast<unsigned>(type) & 1) != 0; }

  uint32_t types_ = 0;
  const NetworkShape* networks_ = nullptr;
  std::vector<uint8_t> v4_lengths_;
  std::vector<uint8_t> v6_lengths_;
  std::string bytes_;
  std::string normal_;
  NormalUrl url_;
};

}  // namespace yagura::detect

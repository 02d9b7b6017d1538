#pragma once

#include <cstdint>
#include <string_view>

#include "event/batch.hpp"

namespace yagura::formats {

enum class HeaderPart : uint8_t { none, time, host, channel };

/// What a field of that name says about the event's header, in sources whose names are anybody's choice (JSON, CSV).
/// Of several that an event has, the one of the lowest rank counts. Ranks are below 64.
struct HeaderRole {
  HeaderPart part = HeaderPart::none;
  uint8_t rank = 0;
};
HeaderRole header_role(std::string_view name);

/// Fills the header of one event after the other.
class HeaderFill {
 public:
  void start() { time_rank_ = host_rank_ = channel_rank_ = UINT8_MAX; }

  /// Takes a value with its role; a time that is none and an empty text change nothing.
  void take(HeaderRole role, std::string_view text, int zone_offset_seconds, event::Event& event);

  bool has_time() const { return time_rank_ != UINT8_MAX; }

 private:
  uint8_t time_rank_ = UINT8_MAX;
  uint8_t host_rank_ = UINT8_MAX;
  uint8_t channel_rank_ = UINT8_MAX;
};

}  // namespace yagura::formats

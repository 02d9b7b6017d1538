#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "event/demand.hpp"

namespace yagura::formats {

/// What a Demand answered to the headers of one format met so far. A source's few kinds of events ask again and again;
/// a header that finds no place drives out another. One a decoder.
class DemandMemory {
 public:
  /// `demand` null: everything is wanted of every event.
  explicit DemandMemory(const event::Demand* demand) : demand_(demand) {}

  explicit operator bool() const { return demand_ != nullptr; }

  /// As Demand::wanted(). Its `format` is the same in all calls.
  const event::FieldSet* wanted(const event::Event& header) { return demand_ ? remembered(header) : nullptr; }

 private:
  struct Answer {
    std::string channel;
    std::string provider;
    int64_t event_id = 0;
    const event::FieldSet* wanted = nullptr;
    bool known = false;
  };

  const event::FieldSet* remembered(const event::Event& header);

  static constexpr size_t answers_max = 256;
  static constexpr size_t name_bytes_max = 256;  // of a channel or provider; longer ones are asked each time

  const event::Demand* demand_;
  std::vector<Answer> answers_;
};

}  // namespace yagura::formats

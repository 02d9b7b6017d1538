// A batch as a format gives it that leaves out what a Demand does not want.
#pragma once

#include "event/batch.hpp"
#include "event/demand.hpp"

namespace yagura::detect::test {

inline event::Batch demanded(const event::Batch& whole, const event::Demand& demand) {
  using Want = event::FieldSet::Want;
  event::Batch out;
  out.source = whole.source;
  for (const event::Event& event : whole.events()) {
    const event::FieldSet* wanted = demand.wanted(event);
    const bool is_json = !event.raw.empty() && event.format.find("json") != std::string_view::npos;
    if (wanted && wanted->reads_text() && (!is_json || wanted->wants_all_of(event.raw))) wanted = nullptr;
    for (const event::Field& field : whole.fields(event))
      if (wanted && wanted->want(field.id) == Want::everything) wanted = nullptr;
    event::Event& copy = out.begin(event.format);
    const uint32_t first = copy.first_field;
    copy = event;
    copy.first_field = first;
    copy.field_count = 0;
    for (const event::Field& field : whole.fields(event))
      if (!wanted || wanted->contains(field.id)) out.add(field.id, field.kind, field.value().text);
  }
  return out;
}

}  // namespace yagura::detect::test

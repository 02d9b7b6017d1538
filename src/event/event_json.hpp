#pragma once

#include <string>

#include "event/batch.hpp"

namespace yagura::event {

/// One event as one line of JSON without a line end: time, format, then host, channel, provider, event_id,
/// record_id, line, offset and dirt where the event has them, fields {name: value}, raw. A field that occurs
/// several times is an array. Integers and reals are JSON numbers when their text is one, else strings.
/// Ill-formed UTF-8 shows as U+FFFD. This is what `yagura decode` prints and golden files hold.
std::string event_to_json(const Batch& batch, const Event& event);

/// `text` as a JSON string with its quotes (RFC 8259 section 7), appended to `out`. Every control character is
/// escaped, U+007F to U+009F too, which a terminal would obey.
void append_json_string(std::string& out, std::string_view text);

}  // namespace yagura::event

#pragma once

#include "detection/input.hpp"

namespace yagura::bench {

/// Recorded Windows events, one JSON object a line, the same share of each recording; the sample's, repeated, where
/// there are no recordings.
Input mixed_events(size_t bytes_max);

/// The same without the member Message.
Input without_message(const Input& mixed);

/// Its process creations, repeated to `bytes_max`; each command line ends in a mark.
Input unique_process_creations(const Input& mixed, size_t bytes_max);

/// Its first events up to `bytes_max`; every string but those that say what the event is (channel, provider, time)
/// ends in a mark, and each event has a message of about 1 KB.
Input adversarial(const Input& mixed, size_t bytes_max);

}  // namespace yagura::bench

// Events as one Native block of the table `events`.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "event/batch.hpp"
#include "event/normalise.hpp"

namespace yagura::lake {

/// 128 bits of SHA-256 over the source's token and the event's place in it (offset, line, record id and how
/// many before it share them), as a UUID's text. The same event of the same source always gets the same uid,
/// however the stream is cut into batches, as long as events that share a place come in one batch.
std::vector<std::string> event_uids(const event::Batch& batch, std::string_view token);

/// DateTime64 starts in 1900: what claims to be older is stored as its first instant.
Timestamp stored_time(Timestamp time);

/// What free text is searched in: `raw` folded (width, kana, case), and on lines of their own the values that
/// don't stand in raw as they are (unescaped, decoded, computed).
void append_search_text(const event::Batch& batch, const event::Event& event, std::string& out);

/// The block for batch.events()[first, first + uids.size()).
std::string encode_block(const event::Batch& batch, size_t first, std::span<const std::string> uids,
                         const event::Normaliser& normaliser, Timestamp received);

/// The columns' names as encode_block() writes them, for the INSERT.
std::string insert_columns();

}  // namespace yagura::lake

#include "pipeline/decode.hpp"

#include <algorithm>

namespace yagura::pipeline {
namespace {

/// What no format claims is lines; more zeros than this and it is no text either.
bool is_binary_data(std::string_view head) {
  constexpr size_t zeros_per_hundred_max = 5;
  const auto zeros = static_cast<size_t>(std::ranges::count(head, '\0'));
  return zeros * 100 > head.size() * zeros_per_hundred_max;
}

void mark_replaced(event::Batch& batch) {
  for (event::Event& event : batch.events())
    if (event.raw.contains("\xEF\xBF\xBD")) event.dirt = event.dirt | event::Dirt::bad_encoding;
}

}  // namespace

Status decode_stream(InputStream& stream, const DecodeOptions& options, const OnBatch& on_batch) {
  const std::string_view head = stream.head();
  if (head.empty()) return {};
  const formats::Format* format = options.format;
  if (!format) {
    format = formats::sniff_format(head, stream.file_name());
    if (format->name == "lines" && is_binary_data(head))
      return failure(ErrorKind::invalid, "it is no log that a format here knows; name the format to read it anyway");
  }
  const Timestamp modified = stream.modified();
  const Timestamp received = options.received.value_or(modified.ns != 0 ? modified : system_now());
  const auto decoder =
      format->open({options.counters, received, options.zone_offset_seconds, options.keep_raw, options.demand});
  auto& replaced = options.counters->at("input.characters_replaced");
  uint64_t replaced_before = 0;
  const auto hand_on = [&](event::Batch& batch) -> Status {
    if (batch.empty()) return {};
    batch.source = stream.name();
    if (stream.replaced() > 0) mark_replaced(batch);
    return on_batch(std::move(batch));
  };
  formats::Block block;
  event::Batch batch;
  while (stream.next(block)) {
    decoder->feed(block, batch);
    replaced.fetch_add(stream.replaced() - replaced_before, std::memory_order_relaxed);
    replaced_before = stream.replaced();
    if (auto status = hand_on(batch); !status) return status;
    batch.clear();
  }
  decoder->finish(batch);
  return hand_on(batch);
}

Status decode_input(const InputFile& file, const DecodeOptions& options, const OnBatch& on_batch,
                    InputOutcome& outcome) {
  const auto on_input = [&](InputStream& stream) -> Status {
    bool stopped = false;
    const auto watched = [&](event::Batch&& batch) -> Status {
      auto status = on_batch(std::move(batch));
      if (!status) stopped = true;
      return status;
    };
    auto status = decode_stream(stream, options, watched);
    if (!status && stopped) return status;
    if (!status)
      outcome.failures.push_back(
          {stream.name(), {status.error().kind, "can't read " + stream.name() + ": " + status.error().message}});
    return {};
  };
  return read_input(file, options.input, on_input, outcome);
}

}  // namespace yagura::pipeline

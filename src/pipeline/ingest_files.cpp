#include "pipeline/ingest_files.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "base/bounded_queue.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "lake/event_store.hpp"

namespace yagura::pipeline {
namespace {

constexpr size_t head_bytes_max = 1024;

/// The part of an input's head by which it is known again. An EVTX file rewrites its file and chunk headers while it
/// grows, so there the first record counts.
std::string_view identity(std::string_view head) {
  constexpr size_t evtx_headers_bytes = 4096 + 512;
  if (head.starts_with("ElfFile")) head.remove_prefix(std::min(head.size(), evtx_headers_bytes));
  return head.substr(0, head_bytes_max);
}

/// Events that go to the lake together, and where their source then stands.
struct Portion {
  event::Batch batch;
  Checkpoint checkpoint;   // to save once they are stored
  bool remembered = true;  // false: standard input, which can't be read again
  bool resumed = false;    // the first after an earlier run of this source: that run may have stored some of it
};

/// The reading side: runs on its own thread, so that decoding and storing overlap.
class Reader {
 public:
  Reader(std::vector<InputFile> files, const Checkpoints& checkpoints, Counters& counters,
         const IngestFilesOptions& options, BoundedQueue<Portion>& out)
      : files_(std::move(files)), checkpoints_(checkpoints), counters_(counters), options_(options), out_(out) {
    for (const InputFile& file : files_) bytes_total_ += file.bytes;
  }

  void run() {
    for (const InputFile& file : files_) {
      InputOptions input = options_.input;
      input.on_progress = [&](uint64_t bytes) {
        if (options_.on_progress) options_.on_progress(bytes_before_ + bytes, bytes_total_, events_);
      };
      const auto status =
          read_input(file, input, [&](InputStream& stream) { return read_stream(file, stream); }, outcome);
      if (!status) {
        failed = status.error();
        break;
      }
      bytes_before_ += file.bytes;
    }
    out_.close();
  }

  // Read after run() has ended.
  InputOutcome outcome;
  std::optional<Error> failed;
  uint64_t events_before = 0;

 private:
  Status read_stream(const InputFile& file, InputStream& stream) {
    auto checkpoint = checkpoint_of(file, stream);
    if (!checkpoint) return std::unexpected(checkpoint.error());
    const uint64_t start = checkpoint->first.next_offset;
    DecodeOptions decode;
    decode.counters = &counters_;
    decode.format = options_.format;
    decode.zone_offset_seconds = options_.zone_offset_seconds;
    Portion portion{{}, std::move(checkpoint->first), file.path != "-", checkpoint->second};
    portion.batch.source = stream.name();
    bool stopped = false;
    const auto hand_on = [&]() -> Status {
      if (portion.batch.empty()) return {};
      portion.checkpoint.events += portion.batch.size();
      Portion next{{}, portion.checkpoint, portion.remembered, false};
      next.batch.source = stream.name();
      stopped = !out_.push(std::exchange(portion, std::move(next)));
      if (stopped) return failure(ErrorKind::unavailable, "storing has stopped");
      return {};
    };
    auto status = decode_stream(stream, decode, [&](event::Batch&& batch) -> Status {
      events_before += batch.drop_before(start);
      if (batch.empty()) return {};
      events_ += batch.size();
      portion.checkpoint.next_offset = std::max(portion.checkpoint.next_offset, batch.events().back().offset + 1);
      portion.batch.join(std::move(batch));
      return portion.batch.size() >= ingest_events_joined ? hand_on() : Status{};
    });
    if (auto last = hand_on(); !last) return last;
    if (!status && stopped) return status;
    if (!status) outcome.failures.push_back({stream.name(), status.error()});
    return {};
  }

  /// Where the source stands, and whether an earlier run left that.
  Result<std::pair<Checkpoint, bool>> checkpoint_of(const InputFile& file, InputStream& stream) {
    const std::string_view head = identity(stream.head());
    Checkpoint fresh{.source = absolute_name(file, stream),
                     .head_sha256 = sha256_hex(head),
                     .head_bytes = head.size(),
                     .token = to_hex(random_bytes(16))};
    if (file.path == "-") return std::pair(fresh, false);
    auto known = checkpoints_.find(fresh.source);
    if (!known) return std::unexpected(known.error());
    if (const auto& left = *known;
        left && left->head_bytes <= head.size() && sha256_hex(head.substr(0, left->head_bytes)) == left->head_sha256)
      return std::pair(*left, true);
    // The token is durable before the first event that carries it, so a retry after a crash gives equal event ids.
    if (auto saved = checkpoints_.save(fresh); !saved) return std::unexpected(saved.error());
    return std::pair(fresh, false);
  }

  static std::string absolute_name(const InputFile& file, const InputStream& stream) {
    const std::string member =
        stream.name().starts_with(file.name) ? stream.name().substr(file.name.size()) : stream.name();
    std::error_code error;
    const auto absolute = std::filesystem::weakly_canonical(file.path, error);
    return (error ? file.path.string() : absolute.string()) + member;
  }

  std::vector<InputFile> files_;
  const Checkpoints& checkpoints_;
  Counters& counters_;
  const IngestFilesOptions& options_;
  BoundedQueue<Portion>& out_;
  uint64_t bytes_total_ = 0;
  uint64_t bytes_before_ = 0;
  uint64_t events_ = 0;
};

}  // namespace

Result<IngestSummary> ingest_files(std::span<const std::filesystem::path> paths, Ingest& ingest,
                                   const Checkpoints& checkpoints, Counters& counters,
                                   const IngestFilesOptions& options) {
  IngestSummary summary;
  auto files = list_inputs(paths, summary.failures);
  BoundedQueue<Portion> queue(ingest_batches_waiting_max);
  Reader reader(std::move(files), checkpoints, counters, options, queue);
  std::thread reading([&] { reader.run(); });
  std::optional<Error> failed;
  while (auto portion = queue.pop()) {
    auto receipt = ingest.take(portion->batch, portion->checkpoint.token,
                               portion->resumed ? lake::Attempt::again : lake::Attempt::first);
    if (receipt && portion->remembered)
      if (auto saved = checkpoints.save(portion->checkpoint); !saved) receipt = std::unexpected(saved.error());
    if (!receipt) {
      failed = receipt.error();
      break;
    }
    summary.events += receipt->events;
    summary.dirty += receipt->dirty;
    summary.findings += receipt->findings;
  }
  queue.close();
  reading.join();
  if (failed) return std::unexpected(*failed);
  if (reader.failed) return std::unexpected(*reader.failed);
  summary.inputs = reader.outcome.inputs;
  summary.events_before = reader.events_before;
  std::ranges::move(reader.outcome.failures, std::back_inserter(summary.failures));
  return summary;
}

}  // namespace yagura::pipeline

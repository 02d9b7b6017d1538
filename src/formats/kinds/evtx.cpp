// Windows event log files (EVTX 3.x): a header and chunks of 64 KiB, or chunks alone.
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "formats/decoder.hpp"
#include "formats/dirt_counter.hpp"
#include "formats/evtx/chunk.hpp"
#include "formats/evtx/layout.hpp"
#include "formats/evtx/record_reader.hpp"
#include "formats/windows_event.hpp"

namespace yagura::formats {
namespace {

using namespace evtx;
using event::Dirt;

constexpr std::string_view name = "evtx";

class EvtxDecoder final : public Decoder {
 public:
  explicit EvtxDecoder(const DecoderOptions& options)
      : options_(options),
        counter_(*options.counters, name),
        dirty_files_(options.counters->at("formats.evtx.files_marked_dirty")),
        bad_headers_(options.counters->at("formats.evtx.file_headers_with_bad_checksum")),
        unreadable_leftovers_(options.counters->at("formats.evtx.unreadable_records_in_unused_space")),
        reader_(options.demand) {}

  void feed(const Block& block, event::Batch& out) override {
    std::string_view in = block.bytes;
    while (!in.empty() || pending_.size() >= needed_) {
      if (pending_.empty() && in.size() >= needed_) {
        in.remove_prefix(take(in.substr(0, needed_), out));
        continue;
      }
      const size_t missing = needed_ > pending_.size() ? needed_ - pending_.size() : 0;
      const size_t some = std::min(missing, in.size());
      pending_.append(in.substr(0, some));
      in.remove_prefix(some);
      if (pending_.size() < needed_) return;
      pending_.erase(0, take(std::string_view(pending_).substr(0, needed_), out));
    }
  }

  void finish(event::Batch& out) override {
    std::string_view rest = pending_;
    if (rest.starts_with(file_magic)) {
      rest.remove_prefix(std::min(rest.size(), file_header_bytes));
      if (rest.empty()) lone_bytes(pending_, Dirt::truncated, out);
    }
    const size_t before = std::min(rest.find(chunk_magic), rest.size());
    lone_bytes(rest.substr(0, before), Dirt::truncated, out);
    offset_ += before;
    rest.remove_prefix(before);
    if (!rest.empty()) {
      find_records(rest, spans_);
      emit(rest, out);
    }
    pending_.clear();
  }

 private:
  /// Uses up the front of `bytes`, which are needed_ long, and says how much; 0 when it needs more first.
  size_t take(std::string_view bytes, event::Batch& out) {
    size_t used = 0;
    if (bytes.starts_with(file_magic)) {
      if (bytes.size() >= file_header_bytes) {
        note_file_header(bytes);
        used = file_header_bytes;
        needed_ = chunk_magic.size();
      } else {
        needed_ = file_header_bytes;
      }
    } else if (bytes.size() < chunk_bytes) {
      needed_ = chunk_bytes;
    } else if (bytes.starts_with(chunk_magic)) {
      find_records(bytes, spans_);
      emit(bytes, out);
      used = chunk_bytes;
      needed_ = chunk_magic.size();
    } else {
      used = next_chunk(bytes);
      lone_bytes(bytes.substr(0, used), Dirt::none, out);
      needed_ = chunk_magic.size();
    }
    offset_ += used;
    return used;
  }

  void note_file_header(std::string_view bytes) {
    if ((number_at<uint32_t>(bytes, file_flags_at) & file_dirty_flag) != 0) ++dirty_files_;
    if (checksum(bytes.substr(0, file_header_sum_bytes)) != number_at<uint32_t>(bytes, file_checksum_at))
      ++bad_headers_;
  }

  /// How many bytes stand before the next chunk's start, or its first letters at the end of `bytes`.
  static size_t next_chunk(std::string_view bytes) {
    if (const size_t at = bytes.find(chunk_magic, 1); at != std::string_view::npos) return at;
    for (size_t letters = chunk_magic.size() - 1; letters > 0; --letters)
      if (bytes.ends_with(chunk_magic.substr(0, letters))) return bytes.size() - letters;
    return bytes.size();
  }

  /// Bytes that are no chunk. When a chunk lost its front, its records still stand where they stood before its end,
  /// so that the offsets inside it hold.
  void lone_bytes(std::string_view bytes, Dirt dirt, event::Batch& out) {
    if (bytes.find_first_not_of('\0') == std::string_view::npos) return;
    const size_t shift = has(dirt, Dirt::truncated) ? 0 : chunk_bytes - bytes.size();
    std::string chunk(shift, '\0');
    chunk += bytes;
    carve_records(chunk, spans_);
    for (Span& span : spans_) span.dirt = span.dirt | dirt;
    emit(chunk, out, shift);
  }

  void emit(std::string_view chunk, event::Batch& out, size_t shift = 0) {
    const bool sound = !spans_.empty() && spans_.front().is_record && spans_.front().dirt == Dirt::none;
    reader_.begin_chunk(chunk, out, {.want_xml = options_.keep_raw, .sound = sound});
    for (const Span& span : spans_) {
      out.begin(name).dirt = span.dirt;
      const bool whole = span.is_record && read_record(span);
      if (!whole && !keep_part(span, out)) continue;
      event::Event& event = out.current();
      event.offset = offset_ + span.offset - shift;
      const std::string_view bytes = chunk.substr(span.offset, span.size);
      if (span.is_record) note_record_header(event, bytes);
      end_windows_event(event, options_.received);
      if (whole) event.raw = reader_.xml();
      if (whole && options_.keep_raw && event.raw.empty()) event.dirt = event.dirt | Dirt::too_long;
      if (event.raw.empty() && (options_.keep_raw || !whole)) event.raw = out.arena().copy(to_hex(bytes));
      counter_.count(event.dirt);
    }
  }

  bool read_record(const Span& span) {
    const auto lost = span.in_unused_space ? RecordReader::LostTemplates::fail : RecordReader::LostTemplates::borrow;
    const bool read = reader_.read(span.offset + record_header_bytes, span.offset + span.size - 4, lost);
    return read && !(reader_.doubtful() && has(span.dirt, Dirt::carved));
  }

  /// Makes the current event, which could not be read to its end, an unparsed one; what was read of <System> stays when
  /// it is all there, since it says what happened when. False, with the event gone and counted, for leftovers in unused
  /// space: most of them have lost their template to newer records, and the log's owner meant them to be gone.
  bool keep_part(const Span& span, event::Batch& out) {
    if (span.in_unused_space) {
      out.drop_current();
      ++unreadable_leftovers_;
      return false;
    }
    const Dirt dirt = out.current().dirt | Dirt::unparsed | (span.is_record ? reader_.failure() : Dirt::none);
    const bool system_read = out.current().event_id != 0 && !out.current().host.empty();
    if (!system_read) {
      out.drop_current();
      out.begin(name);
    }
    out.current().dirt = dirt;
    return true;
  }

  static void note_record_header(event::Event& event, std::string_view bytes) {
    if (event.record_id == 0) event.record_id = number_at<uint64_t>(bytes, 8);
    if (event.time.ns != 0) return;
    if (const auto written = filetime_instant(number_at<uint64_t>(bytes, 16))) event.time = *written;
  }

  DecoderOptions options_;
  DirtCounter counter_;
  std::atomic<uint64_t>& dirty_files_;
  std::atomic<uint64_t>& bad_headers_;
  std::atomic<uint64_t>& unreadable_leftovers_;
  RecordReader reader_;
  std::vector<Span> spans_;
  std::string pending_;
  size_t needed_ = chunk_magic.size();
  uint64_t offset_ = 0;  // of the next byte to take, in the whole input
};

int sniff(std::string_view head, std::string_view) {
  return head.starts_with(file_magic) || head.starts_with(chunk_magic) ? 100 : 0;
}

std::unique_ptr<Decoder> open(const DecoderOptions& options) {
  return std::make_unique<EvtxDecoder>(options);
}

}  // namespace

extern const Format evtx_format{name, "Windows event log file (EVTX)", sniff, open};

}  // namespace yagura::formats

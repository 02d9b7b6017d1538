#include "pipeline/scan_parts.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>

#include "pipeline/archive.hpp"
#include "pipeline/input_stream.hpp"

namespace yagura::pipeline {
namespace {

// [MS-EVEN6] files: a header block, then chunks of a fixed size.
constexpr uint64_t evtx_header_bytes = 4096;
constexpr uint64_t evtx_chunk_bytes = 65536;
constexpr std::string_view evtx_chunk_magic{"ElfChnk\0", 8};

/// Formats whose decoders keep nothing from one line to the next.
constexpr std::array<std::string_view, 4> line_formats = {"access-log", "auditd", "lines", "syslog"};
constexpr std::array<std::string_view, 2> document_formats = {"json", "windows-json"};

enum class Cut { nowhere, chunks, lines, documents };

Cut cut_of(std::string_view format) {
  if (format == "evtx") return Cut::chunks;
  if (std::ranges::find(line_formats, format) != line_formats.end()) return Cut::lines;
  if (std::ranges::find(document_formats, format) != document_formats.end()) return Cut::documents;
  return Cut::nowhere;
}

/// Bytes [begin, end) of a file; counts the line ends that pass.
class RangeSource : public ByteSource {
 public:
  RangeSource(FileSource& file, uint64_t bytes, const std::function<void(uint64_t)>& on_progress)
      : file_(file), left_(bytes), on_progress_(on_progress) {}

  Result<size_t> read(char* out, size_t size) override {
    auto got = file_.read(out, static_cast<size_t>(std::min<uint64_t>(size, left_)));
    if (!got) return got;
    left_ -= *got;
    lines += static_cast<uint64_t>(std::count(out, out + *got, '\n'));
    if (on_progress_) on_progress_(file_.bytes_read());
    return got;
  }

  uint64_t lines = 0;

 private:
  FileSource& file_;
  uint64_t left_;
  const std::function<void(uint64_t)>& on_progress_;
};

std::optional<std::string> read_at(FileSource& file, uint64_t offset, uint64_t size) {
  std::string out(size, '\0');
  if (file.seek(static_cast<int64_t>(offset), SEEK_SET) < 0) return std::nullopt;
  const auto got = read_full(file, out.data(), out.size());
  if (!got) return std::nullopt;
  out.resize(*got);
  return out;
}

char last_printed(std::string_view text) {
  const size_t at = text.find_last_not_of(" \t\r\n");
  return at == std::string_view::npos ? '\0' : text[at];
}

/// The first place at or behind `wished` where the format starts anew; nothing when there is none within reach.
std::optional<uint64_t> next_cut(FileSource& file, uint64_t wished, Cut cut) {
  if (cut == Cut::chunks) {
    uint64_t at = evtx_header_bytes + (wished - evtx_header_bytes) / evtx_chunk_bytes * evtx_chunk_bytes;
    for (const uint64_t last = at + scan_cut_search_bytes; at < last; at += evtx_chunk_bytes) {
      const auto magic = read_at(file, at, evtx_chunk_magic.size());
      if (!magic || magic->size() < evtx_chunk_magic.size()) return std::nullopt;
      if (*magic == evtx_chunk_magic) return at;
    }
    return std::nullopt;
  }
  const auto window = read_at(file, wished, scan_cut_search_bytes);
  if (!window) return std::nullopt;
  for (size_t end = window->find('\n'); end != std::string::npos; end = window->find('\n', end + 1)) {
    if (cut == Cut::lines) return wished + end + 1;
    const std::string_view before = std::string_view(*window).substr(0, end);
    // Of two objects side by side without a comma neither is inside another: no JSON has that anywhere else.
    if (end + 1 < window->size() && (*window)[end + 1] == '{' && last_printed(before) == '}') return wished + end + 1;
  }
  return std::nullopt;
}

bool is_wide(std::string_view head, Encoding encoding) {
  const Encoding found = encoding == Encoding::automatic ? detect_encoding(head, true) : encoding;
  return found == Encoding::utf16le || found == Encoding::utf16be || found == Encoding::utf32le ||
         found == Encoding::utf32be;
}

void cut_file(size_t index, const InputFile& file, const DecodeOptions& options, std::vector<ScanPart>& out) {
  const ScanPart whole{index, true, 0, file.bytes, nullptr};
  const auto keep_whole = [&] { out.push_back(whole); };
  if (file.bytes < 2 * scan_part_bytes || file.path == "-") return keep_whole();
  auto opened = FileSource::open(file.path);
  if (!opened || !(*opened)->seekable()) return keep_whole();
  FileSource& source = **opened;
  const auto head = read_at(source, 0, input_head_bytes_max);
  if (!head || head->empty() || detect_container(*head) != Container::none) return keep_whole();
  const formats::Format* format =
      options.format ? options.format : formats::sniff_format(*head, file.path.filename().native());
  const Cut cut = cut_of(format->name);
  if (cut == Cut::nowhere || (cut != Cut::chunks && is_wide(*head, options.input.encoding))) return keep_whole();
  // Text that no format claims may be no log at all, which only decode_stream() says.
  if (!options.format && format->name == "lines") return keep_whole();
  uint64_t begin = 0;
  for (uint64_t wished = scan_part_bytes; wished + scan_part_bytes / 2 < file.bytes; wished += scan_part_bytes) {
    const auto at = next_cut(source, std::max(wished, begin + 1), cut);
    if (!at || *at <= begin || *at >= file.bytes) continue;
    out.push_back({index, false, begin, *at, format});
    begin = *at;
  }
  if (begin == 0) return keep_whole();
  out.push_back({index, false, begin, UINT64_MAX, format});  // and what is written to it meanwhile
}

}  // namespace

std::vector<ScanPart> cut_into_parts(std::span<const InputFile> files, const DecodeOptions& options) {
  std::vector<ScanPart> out;
  for (size_t i = 0; i < files.size(); ++i) cut_file(i, files[i], options, out);
  return out;
}

Status decode_part(const ScanPart& part, const InputFile& file, const DecodeOptions& options, const OnBatch& on_batch,
                   PartOutcome& outcome) {
  if (part.whole) return decode_input(file, options, on_batch, outcome.input);
  auto opened = FileSource::open(file.path);
  if (!opened || (*opened)->seek(static_cast<int64_t>(part.begin), SEEK_SET) < 0) {
    outcome.input.failures.push_back(
        {file.name, opened ? Error{ErrorKind::io, "can't read " + file.name} : opened.error()});
    return {};
  }
  RangeSource range(**opened, part.end - part.begin, options.input.on_progress);
  SourceStream stream(file.name, file.path.filename().string(), file.modified, range, options.input.encoding);
  DecodeOptions own = options;
  own.format = part.format;
  const auto status = decode_stream(stream, own, on_batch);
  outcome.lines = range.lines;
  outcome.input.inputs += part.begin == 0 ? 1 : 0;
  outcome.input.bytes_read += (*opened)->bytes_read();
  outcome.input.bytes_expanded += stream.raw_bytes();
  if (const auto& failure = stream.failure())
    outcome.input.failures.push_back({file.name, {failure->kind, "can't read " + file.name + ": " + failure->message}});
  return status;
}

}  // namespace yagura::pipeline

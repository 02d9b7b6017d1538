#include "pipeline/input_stream.hpp"

#include <algorithm>
#include <cstring>

#include "formats/block.hpp"

namespace yagura::pipeline {
namespace {

constexpr size_t detect_bytes_max = 64 << 10;

/// Formats whose bytes are no text, by their first bytes.
bool is_binary(std::string_view head) {
  using namespace std::string_view_literals;
  return head.starts_with("ElfFile\0"sv) || head.starts_with("ElfChnk\0"sv);
}

/// From the line that holds the first byte past ASCII, or without one an escape to JIS: that is where an encoding
/// shows.
std::string_view telling_part(std::string_view raw) {
  const auto* first = std::ranges::find_if(raw, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  const size_t escape = first == raw.end() ? raw.find("\x1B$") : std::string_view::npos;
  const auto at = std::min(static_cast<size_t>(first - raw.begin()), escape);
  const size_t line = raw.substr(0, at).rfind('\n');
  return raw.substr(line == std::string_view::npos ? 0 : line + 1, detect_bytes_max);
}

size_t mark_bytes(std::string_view raw, Encoding encoding) {
  using namespace std::string_view_literals;
  if (encoding == Encoding::utf8 && raw.starts_with("\xEF\xBB\xBF")) return 3;
  if (encoding == Encoding::utf32le && raw.starts_with("\xFF\xFE\0\0"sv)) return 4;
  if (encoding == Encoding::utf32be && raw.starts_with("\0\0\xFE\xFF"sv)) return 4;
  if (encoding == Encoding::utf16le && raw.starts_with("\xFF\xFE")) return 2;
  if (encoding == Encoding::utf16be && raw.starts_with("\xFE\xFF")) return 2;
  return 0;
}

bool needs_transcoder(Encoding encoding) {
  return encoding != Encoding::automatic && encoding != Encoding::utf8 && encoding != Encoding::binary;
}

}  // namespace

SourceStream::SourceStream(std::string name, std::string file_name, Timestamp modified, ByteSource& source,
                           Encoding encoding)
    : name_(std::move(name)),
      file_name_(std::move(file_name)),
      modified_(modified),
      source_(source),
      encoding_(encoding) {}

SourceStream::~SourceStream() = default;

std::string_view SourceStream::head() {
  formats::Block block;
  if (ahead_.empty() && produce(block)) ahead_.push_back(std::move(block));
  return ahead_.empty() ? std::string_view() : ahead_.front().bytes.substr(0, input_head_bytes_max);
}

bool SourceStream::next(formats::Block& block) {
  if (ahead_.empty()) return produce(block);
  block = std::move(ahead_.front());
  ahead_.pop_front();
  return true;
}

void SourceStream::decide(std::string_view raw) {
  if (at_start_ && encoding_ == Encoding::automatic && is_binary(raw)) encoding_ = Encoding::binary;
  if (encoding_ == Encoding::automatic) {
    encoding_ = detect_encoding(raw.substr(0, detect_bytes_max), at_start_);
    if (encoding_ == Encoding::automatic) encoding_ = detect_encoding(telling_part(raw), false);
  }
  if (!transcoder_ && needs_transcoder(encoding_)) transcoder_ = std::make_unique<Transcoder>(encoding_);
}

formats::Block SourceStream::transcode(std::string_view raw, bool last) {
  std::string text;
  text.reserve(raw.size() + raw.size() / 2 + formats::block_padding_bytes);
  transcoder_->convert(raw, last, text);
  const size_t size = text.size();
  text.resize(size + formats::block_padding_bytes);
  const auto owned = std::make_shared<std::string>(std::move(text));
  return {std::shared_ptr<const char>(owned, owned->data()), {owned->data(), size}, offset_};
}

bool SourceStream::produce(formats::Block& block) {
  while (!ended_) {
    const std::shared_ptr<char[]> buffer(new char[input_block_bytes + formats::block_padding_bytes]);
    size_t filled = 0;
    while (filled < input_block_bytes && !ended_) {
      const auto got = source_.read(buffer.get() + filled, input_block_bytes - filled);
      if (!got) failure_ = got.error();
      ended_ = !got || *got == 0;
      if (got) filled += *got;
    }
    raw_bytes_ += filled;
    std::memset(buffer.get() + filled, 0, formats::block_padding_bytes);
    std::string_view raw(buffer.get(), filled);
    if (!raw.empty()) decide(raw);
    if (at_start_) raw.remove_prefix(mark_bytes(raw, encoding_));
    if (filled > 0) at_start_ = false;
    if (transcoder_)
      block = transcode(raw, ended_);
    else
      block = {std::shared_ptr<const char>(buffer, buffer.get()), raw, offset_};
    offset_ += block.bytes.size();
    if (!block.bytes.empty()) return true;
  }
  return false;
}

}  // namespace yagura::pipeline

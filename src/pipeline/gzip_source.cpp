#include "pipeline/gzip_source.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/check.hpp"

namespace yagura::pipeline {
namespace {

constexpr size_t step_bytes = 256 * 1024;
constexpr int gzip_window_bits = 15 + 16;  // zlib's way to say gzip, checksums and all
constexpr std::string_view magic = "\x1F\x8B";
constexpr size_t time_at = 4;  // of a member's header: seconds since 1970, little-endian
constexpr size_t time_bytes = 4;

}  // namespace

struct GzipSource::Inflate {
  z_stream stream{};
  Inflate() { check(inflateInit2(&stream, gzip_window_bits) == Z_OK, "zlib has no memory"); }
  ~Inflate() { inflateEnd(&stream); }
  Inflate(const Inflate&) = delete;
  Inflate& operator=(const Inflate&) = delete;
};

GzipSource::GzipSource(ByteSource& packed)
    : packed_(packed), inflate_(std::make_unique<Inflate>()), buffer_(step_bytes) {}

GzipSource::~GzipSource() = default;

/// Gets more behind what is left in the buffer, so that a header cut by its end can be seen whole.
Status GzipSource::fill() {
  if (source_ended_ || rest_.size() == buffer_.size()) return {};
  if (!rest_.empty()) std::memmove(buffer_.data(), rest_.data(), rest_.size());
  const auto got = packed_.read(buffer_.data() + rest_.size(), buffer_.size() - rest_.size());
  if (!got) return std::unexpected(got.error());
  source_ended_ = *got == 0;
  rest_ = {buffer_.data(), rest_.size() + *got};
  return {};
}

std::optional<Timestamp> GzipSource::modified() {
  while (rest_.size() < time_at + time_bytes && !source_ended_)
    if (!fill()) return std::nullopt;
  if (rest_.size() < time_at + time_bytes) return std::nullopt;
  uint32_t seconds = 0;
  std::memcpy(&seconds, rest_.data() + time_at, sizeof seconds);
  if (seconds == 0) return std::nullopt;
  return Timestamp{static_cast<int64_t>(seconds) * ns_per_second};
}

std::unexpected<Error> GzipSource::damaged(std::string_view what) {
  failure_ = Error{ErrorKind::invalid, fmt::format("the gzip data is damaged at its byte {}: {}", consumed_, what)};
  return std::unexpected(*failure_);
}

/// Between members: whether another one begins. Says in failure_ when something else does.
bool GzipSource::at_next_member() {
  if (rest_.starts_with(magic)) return true;
  const size_t padding = std::min(rest_.find_first_not_of('\0'), rest_.size());
  if (padding > 0 || (rest_.empty() && source_ended_)) {
    rest_.remove_prefix(padding);
    consumed_ += padding;
    return false;
  }
  if (rest_.size() >= magic.size() || source_ended_) (void)damaged("what follows the last member is no gzip");
  return false;
}

Result<size_t> GzipSource::read(char* out, size_t size) {
  if (size == 0) return size_t{0};
  z_stream& stream = inflate_->stream;
  stream.next_out = reinterpret_cast<Bytef*>(out);
  stream.avail_out = static_cast<uInt>(std::min<size_t>(size, std::numeric_limits<uInt>::max()));
  const size_t room = stream.avail_out;
  while (!failure_ && stream.avail_out == room) {
    if (rest_.size() < magic.size())
      if (const auto status = fill(); !status) return std::unexpected(status.error());
    if (!inside_) {
      if (!at_next_member()) {
        if (rest_.empty() && source_ended_) return size_t{0};
        continue;
      }
      inflateReset(&stream);
      inside_ = true;
    }
    if (rest_.empty() && source_ended_) return damaged("its end is missing");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest_.data()));
    stream.avail_in = static_cast<uInt>(rest_.size());
    const int outcome = inflate(&stream, Z_NO_FLUSH);
    const size_t used = rest_.size() - stream.avail_in;
    rest_.remove_prefix(used);
    consumed_ += used;
    if (outcome == Z_STREAM_END)
      inside_ = false;
    else if (outcome != Z_OK && outcome != Z_BUF_ERROR)
      (void)damaged(stream.msg ? stream.msg : "it can't be unpacked");
  }
  const size_t given = room - stream.avail_out;
  if (given == 0 && failure_) return std::unexpected(*failure_);
  return given;
}

}  // namespace yagura::pipeline

#include "pipeline/archive.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <vector>

#include "base/text.hpp"
#include "pipeline/encoding.hpp"
#include "pipeline/gzip_source.hpp"

namespace yagura::pipeline {
namespace {

constexpr size_t read_step_bytes = 256 * 1024;

/// libarchive's callbacks and what they need. Our own errors are kept, since libarchive only keeps a text.
struct Feed {
  ByteSource* source;
  FileSource* file;
  std::vector<char> buffer = std::vector<char>(read_step_bytes);
  std::optional<Error> error;
};

la_ssize_t on_read(archive* reader, void* data, const void** bytes) {
  auto& feed = *static_cast<Feed*>(data);
  const auto got = feed.source->read(feed.buffer.data(), feed.buffer.size());
  if (!got) {
    feed.error = got.error();
    archive_set_error(reader, ARCHIVE_FATAL, "%s", got.error().message.c_str());
    return ARCHIVE_FATAL;
  }
  *bytes = feed.buffer.data();
  return static_cast<la_ssize_t>(*got);
}

la_int64_t on_seek(archive*, void* data, la_int64_t offset, int whence) {
  const int64_t at = static_cast<Feed*>(data)->file->seek(offset, whence);
  return at < 0 ? ARCHIVE_FATAL : at;
}

/// libarchive skips unread members by seeking where it can.
la_int64_t on_skip(archive*, void* data, la_int64_t count) {
  auto* const file = static_cast<Feed*>(data)->file;
  const int64_t before = file->seek(0, SEEK_CUR);
  const int64_t after = before < 0 ? -1 : file->seek(count, SEEK_CUR);
  return after < 0 ? 0 : after - before;
}

Error archive_error(archive* reader, const Feed& feed) {
  if (feed.error) return *feed.error;
  const char* text = archive_error_string(reader);
  return {ErrorKind::invalid, text ? to_valid_utf8(text) : "the archive is damaged"};
}

class MemberSource : public ByteSource {
 public:
  MemberSource(archive* reader, const Feed& feed) : reader_(reader), feed_(feed) {}

  Result<size_t> read(char* out, size_t size) override {
    const int64_t before = archive_filter_bytes(reader_, innermost_filter);
    const la_ssize_t got = archive_read_data(reader_, out, size);
    // Formats with a directory at their end (7z) jump back for the first bytes: that step counts nothing.
    packed_ += static_cast<uint64_t>(std::max<int64_t>(archive_filter_bytes(reader_, innermost_filter) - before, 0));
    if (got >= 0) return static_cast<size_t>(got);
    return std::unexpected(archive_error(reader_, feed_));
  }

  uint64_t packed() const { return packed_; }

 private:
  static constexpr int innermost_filter = -1;  // libarchive's number of the one that reads the source

  archive* reader_;
  const Feed& feed_;
  uint64_t packed_ = 0;
};

/// Names are for display: UTF-8 where the archive says so, else Japanese by its looks, control characters gone.
std::string member_name(archive_entry* entry) {
  const char* utf8 = archive_entry_pathname_utf8(entry);
  const char* bytes = utf8 ? utf8 : archive_entry_pathname(entry);
  std::string name = bytes ? bytes : "?";
  if (!is_utf8(name)) {
    const Encoding encoding = detect_encoding(name, false);
    std::string converted;
    if (encoding == Encoding::shift_jis || encoding == Encoding::euc_jp)
      Transcoder(encoding).convert(name, true, converted);
    name = converted.empty() ? to_valid_utf8(name) : converted;
  }
  for (char& c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return name;
}

void support(archive* reader, Container kind) {
  if (kind == Container::zip) archive_read_support_format_zip(reader);
  if (kind == Container::seven_zip) archive_read_support_format_7zip(reader);
  if (kind == Container::tar) {
    archive_read_support_format_tar(reader);
    archive_read_support_format_gnutar(reader);
  }
  if (kind != Container::compressed) return;
  archive_read_support_format_empty(reader);
  archive_read_support_format_raw(reader);
  archive_read_support_filter_bzip2(reader);
  archive_read_support_filter_xz(reader);
  archive_read_support_filter_zstd(reader);
  archive_read_support_filter_lz4(reader);
}

Status visit(archive* reader, Feed& feed, const OnMember& on_member, const OnUnreadable& on_unreadable) {
  archive_entry* entry = nullptr;
  while (true) {
    const int outcome = archive_read_next_header(reader, &entry);
    if (outcome == ARCHIVE_EOF) return {};
    if (outcome == ARCHIVE_RETRY) continue;
    if (outcome == ARCHIVE_FATAL || outcome == ARCHIVE_FAILED) return std::unexpected(archive_error(reader, feed));
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry)) continue;
    ArchiveMember member;
    if (archive_format(reader) != ARCHIVE_FORMAT_RAW) member.name = member_name(entry);
    if (archive_entry_is_encrypted(entry)) {
      on_unreadable(member.name, {ErrorKind::invalid, "it is encrypted: decrypt it first"});
      continue;
    }
    if (archive_entry_mtime_is_set(entry) && archive_entry_mtime(entry) > 0 &&
        archive_entry_mtime(entry) < INT64_MAX / ns_per_second)
      member.modified = Timestamp{archive_entry_mtime(entry) * ns_per_second};
    MemberSource bytes(reader, feed);
    member.bytes = &bytes;
    member.packed = [&bytes] { return bytes.packed(); };
    if (auto status = on_member(member); !status) return status;
  }
}

/// Whether the head is a tar's first header: its checksum is right, which a block of zeros, an empty tar to libarchive
/// and to us a log that lost its beginning, never has.
bool is_tar_header(std::string_view head) {
  constexpr size_t header_bytes = 512;
  constexpr size_t checksum_at = 148;
  constexpr size_t checksum_bytes = 8;
  if (head.size() < header_bytes) return false;
  std::string_view written = head.substr(checksum_at, checksum_bytes);
  while (written.starts_with(' ')) written.remove_prefix(1);
  uint32_t checksum = 0;
  const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), checksum, 8);
  if (error != std::errc()) return false;
  uint32_t sum = 0;
  for (size_t i = 0; i < header_bytes; ++i)
    sum += i >= checksum_at && i < checksum_at + checksum_bytes ? ' ' : static_cast<unsigned char>(head[i]);
  return sum == checksum;
}

}  // namespace

Container detect_container(std::string_view head) {
  using namespace std::string_view_literals;
  if (head.starts_with("PK\x03\x04"sv) || head.starts_with("PK\x05\x06"sv)) return Container::zip;
  if (head.starts_with("7z\xBC\xAF\x27\x1C"sv)) return Container::seven_zip;
  if (head.starts_with("\x1F\x8B\x08"sv)) return Container::gzip;
  for (const auto magic : {"\xFD"
                           "7zXZ\x00"sv,
                           "\x28\xB5\x2F\xFD"sv, "\x04\x22\x4D\x18"sv})
    if (head.starts_with(magic)) return Container::compressed;
  if (head.size() > 10 && head.starts_with("BZh") && head[3] >= '1' && head[3] <= '9' &&
      (head.substr(4, 6) == "1AY&SY" || head.substr(4, 6) == "\x17\x72\x45\x38\x50\x90"))
    return Container::compressed;
  if (head.size() >= 265 && head.substr(257, 5) == "ustar") return Container::tar;
  if (is_tar_header(head)) return Container::tar;  // from before POSIX
  return Container::none;
}

Status read_archive(ByteSource& source, FileSource* file, Container kind, const OnMember& on_member,
                    const OnUnreadable& on_unreadable) {
  if (kind == Container::gzip) {
    GzipSource bytes(source);
    ArchiveMember member;
    member.modified = bytes.modified();
    member.bytes = &bytes;
    member.packed = [&bytes] { return bytes.packed_bytes(); };
    return on_member(member);
  }
  if (kind == Container::seven_zip && !file)
    return failure(ErrorKind::invalid, "a 7z archive inside another or from a pipe can't be read: unpack it first");
  const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
  if (!reader) return failure(ErrorKind::limit, "no memory to read an archive");
  Feed feed{&source, file, std::vector<char>(read_step_bytes), std::nullopt};
  support(reader.get(), kind);
  archive_read_set_callback_data(reader.get(), &feed);
  archive_read_set_read_callback(reader.get(), on_read);
  if (file) {
    archive_read_set_seek_callback(reader.get(), on_seek);
    archive_read_set_skip_callback(reader.get(), on_skip);
  }
  if (archive_read_open1(reader.get()) != ARCHIVE_OK) return std::unexpected(archive_error(reader.get(), feed));
  return visit(reader.get(), feed, on_member, on_unreadable);
}

}  // namespace yagura::pipeline

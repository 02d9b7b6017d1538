#include "registers/workbook.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <array>
#include <functional>
#include <memory>
#include <set>

namespace yagura::registers {
namespace {

using Reader = std::unique_ptr<archive, decltype(&archive_read_free)>;
using Writer = std::unique_ptr<archive, decltype(&archive_write_free)>;
using Entry = std::unique_ptr<archive_entry, decltype(&archive_entry_free)>;

std::string message_of(archive* which) {
  const char* text = archive_error_string(which);
  return text == nullptr ? "unknown fault" : text;
}

/// What a visit of an entry says.
enum class Visit { next, enough };
using OnEntry = std::function<Result<Visit>(archive*, archive_entry*)>;

Status walk(std::string_view zip, const OnEntry& on_entry) {
  const Reader reader(archive_read_new(), archive_read_free);
  archive_read_support_format_zip_seekable(reader.get());
  if (archive_read_open_memory(reader.get(), zip.data(), zip.size()) != ARCHIVE_OK)
    return failure(ErrorKind::invalid, "the workbook is no zip: " + message_of(reader.get()));
  for (size_t seen = 0;; ++seen) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) return {};
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
      return failure(ErrorKind::invalid, "the workbook's zip is broken: " + message_of(reader.get()));
    if (seen >= workbook_parts_max)
      return failure(ErrorKind::limit, fmt::format("a workbook holds at most {} parts", workbook_parts_max));
    if (archive_entry_is_encrypted(entry) != 0)
      return failure(ErrorKind::invalid, "the workbook is encrypted; save it without a password");
    const auto visit = on_entry(reader.get(), entry);
    if (!visit) return std::unexpected(visit.error());
    if (*visit == Visit::enough) return {};
  }
}

std::string name_of(archive_entry* entry) {
  const char* name = archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = archive_entry_pathname(entry);
  return name == nullptr ? "" : name;
}

Result<std::string> unpack(archive* reader, const std::string& name) {
  std::string out;
  std::array<char, 64 * 1024> piece{};
  for (;;) {
    const auto got = archive_read_data(reader, piece.data(), piece.size());
    if (got < 0)
      return failure(ErrorKind::invalid, fmt::format("the part {} can't be unpacked: {}", name, message_of(reader)));
    if (got == 0) return out;
    if (out.size() + static_cast<size_t>(got) > workbook_part_bytes_max)
      return failure(ErrorKind::limit,
                     fmt::format("the part {} unpacks to more than {} MiB", name, workbook_part_bytes_max >> 20));
    out.append(piece.data(), static_cast<size_t>(got));
  }
}

la_ssize_t append(archive*, void* out, const void* bytes, size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

}  // namespace

Result<std::vector<std::string>> list_parts(std::string_view zip) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  auto walked = walk(zip, [&](archive*, archive_entry* entry) -> Result<Visit> {
    std::string name = name_of(entry);
    if (!seen.insert(name).second)
      return failure(ErrorKind::invalid, fmt::format("the workbook holds {} twice", name.substr(0, 100)));
    names.push_back(std::move(name));
    return Visit::next;
  });
  if (!walked) return std::unexpected(walked.error());
  return names;
}

Result<std::string> read_part(std::string_view zip, std::string_view name) {
  std::string out;
  auto walked = walk(zip, [&](archive* reader, archive_entry* entry) -> Result<Visit> {
    if (name_of(entry) != name) return Visit::next;
    auto bytes = unpack(reader, std::string(name));
    if (!bytes) return std::unexpected(bytes.error());
    out = std::move(*bytes);
    return Visit::enough;
  });
  if (!walked) return std::unexpected(walked.error());
  return out;
}

Result<std::string> write_parts(const std::vector<WorkbookPart>& parts) {
  std::string out;
  const Writer writer(archive_write_new(), archive_write_free);
  const auto failed = [&] {
    return failure(ErrorKind::io, "the workbook can't be written: " + message_of(writer.get()));
  };
  archive_write_set_format_zip(writer.get());
  archive_write_set_bytes_in_last_block(writer.get(), 1);
  if (archive_write_open(writer.get(), &out, nullptr, append, nullptr) != ARCHIVE_OK) return failed();
  for (const WorkbookPart& part : parts) {
    const Entry entry(archive_entry_new(), archive_entry_free);
    archive_entry_set_pathname(entry.get(), part.name.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(part.bytes.size()));
    archive_entry_set_mtime(entry.get(), 315'532'800, 0);  // 1980-01-01, where zip's own time begins
    if (archive_write_header(writer.get(), entry.get()) != ARCHIVE_OK) return failed();
    if (archive_write_data(writer.get(), part.bytes.data(), part.bytes.size()) !=
        static_cast<la_ssize_t>(part.bytes.size()))
      return failed();
  }
  if (archive_write_close(writer.get()) != ARCHIVE_OK) return failed();
  return out;
}

}  // namespace yagura::registers

#include "archives.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <stdexcept>

namespace yagura::detect::test {

void each_in_zip(const std::filesystem::path& zip, size_t bytes_max,
                 const std::function<void(const std::string& name, std::string bytes)>& take) {
  archive* in = archive_read_new();
  archive_read_support_format_zip(in);
  if (archive_read_open_filename(in, zip.c_str(), 65536) != ARCHIVE_OK) {
    archive_read_free(in);
    throw std::runtime_error("can't open " + zip.string());
  }
  archive_entry* entry = nullptr;
  while (archive_read_next_header(in, &entry) == ARCHIVE_OK) {
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    std::string bytes;
    char buffer[65536];
    for (la_ssize_t got = 0; bytes.size() < bytes_max && (got = archive_read_data(in, buffer, sizeof buffer)) > 0;)
      bytes.append(buffer, static_cast<size_t>(got));
    if (bytes.size() > bytes_max) bytes.resize(bytes.rfind('\n', bytes_max) + 1);
    take(archive_entry_pathname(entry), std::move(bytes));
  }
  archive_read_free(in);
}

}  // namespace yagura::detect::test

#include "pipeline/checkpoints.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <fstream>
#include <sstream>

#include "base/digest.hpp"
#include "base/os_error.hpp"
#include "base/text.hpp"

namespace yagura::pipeline {
namespace {

std::unexpected<Error> io_failure(const char* what, const std::filesystem::path& path, int error) {
  return failure(kind_of_errno(error),
                 fmt::format("can't {} the checkpoint {}: {}", what, path.string(), os_error_text(error)));
}

Status sync_path(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return io_failure("open", path, errno);
  const int error = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  if (error != 0) return io_failure("sync", path, error);
  return {};
}

}  // namespace

std::filesystem::path Checkpoints::path_of(const std::string& source) const {
  return folder_ / (sha256_hex(source) + ".json");
}

Result<std::optional<Checkpoint>> Checkpoints::find(const std::string& source) const {
  const auto path = path_of(source);
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  try {
    const boost::json::value parsed = boost::json::parse(text.str());
    const auto& object = parsed.as_object();
    return Checkpoint{source,  // as it is: what the file says is for people, and UTF-8
                      boost::json::value_to<std::string>(object.at("head_sha256")),
                      boost::json::value_to<uint64_t>(object.at("head_bytes")),
                      boost::json::value_to<std::string>(object.at("token")),
                      boost::json::value_to<uint64_t>(object.at("next_offset")),
                      boost::json::value_to<uint64_t>(object.at("events"))};
  } catch (const std::exception& e) {
    return failure(ErrorKind::corrupt, fmt::format("the checkpoint {} of {} can't be read ({}); remove it to store the "
                                                   "file again from its start",
                                                   path.string(), source, e.what()));
  }
}

Status Checkpoints::save(const Checkpoint& checkpoint) const {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) return io_failure("make the folder of", folder_, error.value());
  const auto path = path_of(checkpoint.source);
  const auto fresh = std::filesystem::path(path.string() + ".new");
  {
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    out << boost::json::serialize(boost::json::object{{"source", to_valid_utf8(checkpoint.source)},
                                                      {"head_sha256", checkpoint.head_sha256},
                                                      {"head_bytes", checkpoint.head_bytes},
                                                      {"token", checkpoint.token},
                                                      {"next_offset", checkpoint.next_offset},
                                                      {"events", checkpoint.events}})
        << '\n';
    out.flush();
    if (!out) return io_failure("write", fresh, errno);
  }
  if (auto synced = sync_path(fresh); !synced) return synced;
  std::filesystem::rename(fresh, path, error);
  if (error) return io_failure("replace", path, error.value());
  return sync_path(folder_);
}

}  // namespace yagura::pipeline

#include "detect/rule_cache.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/os_error.hpp"
#include "detect/byte_codec.hpp"
#include "detect/regex.hpp"
#include "detect/rule_codec.hpp"

namespace yagura::detect {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view magic = "YAGRULES";
constexpr size_t head_bytes = 8 + 4 + 4 + 8 + 8 + 8;

/// Which build runs: a new one may read the same YAML another way.
uint64_t maker_of(std::string_view placeholders_digest) {
  struct stat about{};
  if (::stat("/proc/self/exe", &about) != 0) about = {};
  return quick_digest(fmt::format("{} {} {} {} {} {} {} {}", rule_cache_version, rule_codec_version, about.st_size,
                                  about.st_ino, about.st_mtim.tv_sec, about.st_mtim.tv_nsec, Regex::engine(),
                                  placeholders_digest));
}

void put_diagnostic(ByteWriter& to, const Diagnostic& one) {
  to.put_text(one.code);
  to.put_text(one.file);
  to.put(int32_t{one.line});
  to.put(int32_t{one.column});
  to.put_text(one.what);
  to.put_text(one.hint);
}

Diagnostic get_diagnostic(ByteReader& from) {
  Diagnostic out;
  out.code = from.get_text();
  out.file = from.get_text();
  out.line = from.get<int32_t>();
  out.column = from.get<int32_t>();
  out.what = from.get_text();
  out.hint = from.get_text();
  return out;
}

void put_document(ByteWriter& to, const RuleDocument& document) {
  to.put(static_cast<uint8_t>((document.rule ? 1 : 0) | (document.rejected ? 2 : 0) | (document.skipped ? 4 : 0)));
  to.put_text(document.rule_id);
  to.put_text(document.rule_title);
  if (document.rejected) put_diagnostic(to, *document.rejected);
  if (document.skipped) put_diagnostic(to, *document.skipped);
  to.put_count(document.warnings.size());
  for (const Diagnostic& warning : document.warnings) put_diagnostic(to, warning);
  if (!document.rule) return;
  const RuleHead& head = document.rule->head();
  to.put_text(head.id);
  to.put_text(head.name);
  to.put_text(head.title);
  to.put(int32_t{head.line});
  for (const std::string* part : {&head.logsource.product, &head.logsource.category, &head.logsource.service})
    to.put_text(*part);
  to.put_count(head.reads.size());
  for (const std::string& field : head.reads) to.put_text(field);
  std::string body;
  document.rule->append_encoded(body);
  to.put_text(body);
}

void get_document(ByteReader& from, const std::string& path, const std::shared_ptr<const std::string>& bytes,
                  size_t base, RuleDocument& out) {
  const auto bits = from.get<uint8_t>();
  out.rule_id = from.get_text();
  out.rule_title = from.get_text();
  if ((bits & 2) != 0) out.rejected = get_diagnostic(from);
  if ((bits & 4) != 0) out.skipped = get_diagnostic(from);
  const uint32_t warnings = from.get_count(24);
  for (uint32_t i = 0; i < warnings && !from.failed(); ++i) out.warnings.push_back(get_diagnostic(from));
  if ((bits & 1) == 0) return;
  RuleHead head;
  head.id = from.get_text();
  head.name = from.get_text();
  head.title = from.get_text();
  head.file = path;
  head.line = from.get<int32_t>();
  for (std::string* part : {&head.logsource.product, &head.logsource.category, &head.logsource.service})
    *part = from.get_text();
  const uint32_t fields = from.get_count(4);
  head.reads.reserve(fields);
  for (uint32_t i = 0; i < fields && !from.failed(); ++i) head.reads.emplace_back(from.get_text());
  const std::string_view body = from.get_text();
  if (from.failed()) return;
  out.rule =
      std::make_shared<const StoredRule>(std::move(head), bytes, base + from.position() - body.size(), body.size());
}

void put_file(ByteWriter& to, const RuleFile& file) {
  to.put_text(file.path);
  to.put(file.stamp.device);
  to.put(file.stamp.inode);
  to.put(file.stamp.size);
  to.put(file.stamp.modified_ns);
  to.put(file.stamp.changed_ns);
  to.put(file.read_ns);
  to.put(file.digest);
  to.put(static_cast<uint8_t>(file.text.has_value()));
  if (file.text) to.put_text(*file.text);
  to.put_count(static_cast<size_t>(std::ranges::count_if(file.documents, [](const auto& each) { return !each.held; })));
  for (const RuleDocument& document : file.documents)
    if (!document.held) put_document(to, document);
}

std::shared_ptr<RuleFile> get_file(ByteReader& from, const std::shared_ptr<const std::string>& bytes, size_t base) {
  auto out = std::make_shared<RuleFile>();
  out->path = from.get_text();
  out->stamp.device = from.get<uint64_t>();
  out->stamp.inode = from.get<uint64_t>();
  out->stamp.size = from.get<uint64_t>();
  out->stamp.modified_ns = from.get<int64_t>();
  out->stamp.changed_ns = from.get<int64_t>();
  out->read_ns = from.get<int64_t>();
  out->digest = from.get<uint64_t>();
  if (from.get_flag()) out->text = from.get_text();
  const uint32_t documents = from.get_count(13);
  out->documents.reserve(documents);
  for (uint32_t i = 0; i < documents && !from.failed(); ++i)
    get_document(from, out->path, bytes, base, out->documents.emplace_back());
  return out;
}

}  // namespace

RuleCache::RuleCache(fs::path folder, const std::vector<fs::path>& paths, std::string_view placeholders_digest)
    : folder_(std::move(folder)), maker_(maker_of(placeholders_digest)) {
  std::string all;
  std::error_code ignored;
  for (const fs::path& path : paths) all += fs::absolute(path, ignored).string() + '\n' + path.string() + '\n';
  file_ = folder_ / fmt::format("rules-{:016x}.bin", quick_digest(all));
}

std::string RuleCache::encode(const std::vector<SharedFile>& files) const {
  std::string body;
  ByteWriter to(body);
  to.put_count(files.size());
  for (const SharedFile& file : files) put_file(to, *file);
  return sealed(body);
}

std::string RuleCache::sealed(std::string_view body) const {
  std::string out(magic);
  out.reserve(head_bytes + body.size());
  ByteWriter head(out);
  head.put(rule_cache_version);
  head.put(uint32_t{0});
  head.put(maker_);
  head.put(uint64_t{body.size()});
  head.put(quick_digest(body));
  out += body;
  return out;
}

Result<RuleCache::Files> RuleCache::decode(std::string content) const {
  const auto bytes = std::make_shared<const std::string>(std::move(content));
  if (bytes->size() < head_bytes || !bytes->starts_with(magic))
    return failure(ErrorKind::corrupt, "it is no cache of rules");
  ByteReader head(std::string_view(*bytes).substr(magic.size(), head_bytes - magic.size()));
  const auto version = head.get<uint32_t>();
  head.get<uint32_t>();
  if (version != rule_cache_version || head.get<uint64_t>() != maker_)
    return failure(ErrorKind::conflict, "another build, or other placeholders, made it");
  const auto size = head.get<uint64_t>();
  const std::string_view body = std::string_view(*bytes).substr(head_bytes);
  if (size != body.size() || head.get<uint64_t>() != quick_digest(body))
    return failure(ErrorKind::corrupt, "its checksum is wrong");
  ByteReader from(body);
  Files out;
  const uint32_t files = from.get_count(65);
  out.reserve(files);
  for (uint32_t i = 0; i < files && !from.failed(); ++i) {
    auto file = get_file(from, bytes, head_bytes);
    if (!from.failed()) out.push_back(std::move(file));
  }
  if (from.failed() || !from.at_end()) return failure(ErrorKind::corrupt, "it does not hold what it says");
  return out;
}

Result<RuleCache::Files> RuleCache::load() const {
  const int fd = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return failure(errno == ENOENT ? ErrorKind::not_found : ErrorKind::io, "it can't be read: " + os_error_text(errno));
  struct stat about{};
  std::string bytes;
  const auto refused = [&](ErrorKind kind, const char* why) {
    ::close(fd);
    return failure(kind, why);
  };
  if (::fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) return refused(ErrorKind::corrupt, "it is no file");
  if (about.st_uid != ::geteuid() || (about.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return refused(ErrorKind::forbidden, "another user could have written it");
  if (about.st_size < 0 || static_cast<size_t>(about.st_size) > rule_cache_bytes_max)
    return refused(ErrorKind::corrupt, "it is larger than any cache");
  bytes.resize_and_overwrite(static_cast<size_t>(about.st_size), [&](char* to, size_t size) {
    size_t at = 0;
    for (ssize_t got = 1; at < size && got > 0; at += static_cast<size_t>(std::max<ssize_t>(got, 0)))
      got = ::read(fd, to + at, size - at);
    return at;
  });
  ::close(fd);
  return decode(std::move(bytes));
}

Status RuleCache::store(const std::vector<SharedFile>& files) const {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return failure(ErrorKind::io, "can't make " + folder_.string() + ": " + error.message());
  ::chmod(folder_.c_str(), S_IRWXU);
  const std::string bytes = encode(files);
  const std::string fresh = fmt::format("{}.{}.new", file_.string(), ::getpid());
  ::unlink(fresh.c_str());
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) return failure(ErrorKind::io, "can't write " + fresh + ": " + os_error_text(errno));
  size_t at = 0;
  for (ssize_t put = 1; at < bytes.size() && put > 0; at += static_cast<size_t>(std::max<ssize_t>(put, 0)))
    put = ::write(fd, bytes.data() + at, bytes.size() - at);
  const bool whole = ::close(fd) == 0 && at == bytes.size() && ::rename(fresh.c_str(), file_.c_str()) == 0;
  if (!whole) {
    const std::string why = os_error_text(errno);
    ::unlink(fresh.c_str());
    return failure(ErrorKind::io, "can't write " + file_.string() + ": " + why);
  }
  remove_oldest();
  return {};
}

void RuleCache::remove_oldest() const {
  std::vector<std::pair<fs::file_time_type, fs::path>> caches;
  std::error_code error;
  for (fs::directory_iterator it(folder_, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with("rules-") && name.ends_with(".bin"))
      caches.emplace_back(it->last_write_time(error), it->path());
  }
  std::ranges::sort(caches);
  for (size_t i = 0; i + rule_caches_max < caches.size(); ++i) fs::remove(caches[i].second, error);
}

}  // namespace yagura::detect

// Segments on disk: a head of seven numbers, the listings, the texts (size and bytes each), the records. Little endian,
// as the machines that this runs on are. The manifest keeps the digest of the whole.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <system_error>

#include "base/digest.hpp"
#include "detect/indicators/segment.hpp"

namespace yagura::detect {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr uint64_t file_mark = 0x31474553434F4959;  // "YIOCSEG1"
constexpr size_t write_bytes_max = 8 << 20;

struct Head {
  uint64_t mark = file_mark;
  uint64_t records = 0;
  uint64_t record_bytes = 0;
  uint64_t listings = 0;
  uint64_t texts = 0;
  uint64_t text_bytes = 0;
  uint64_t types = 0;
};

std::unexpected<Error> failed(const std::string& what, const std::string& file) {
  return failure(ErrorKind::io,
                 fmt::format("can't {} {}: {}", what, file, std::error_code(errno, std::generic_category()).message()));
}

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int fd() const { return fd_; }
  bool write(const void* bytes, size_t size) {
    digest_.update({static_cast<const char*>(bytes), size});
    const char* at = static_cast<const char*>(bytes);
    while (size > 0) {
      const ssize_t written = ::write(fd_, at, std::min(size, write_bytes_max));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      at += written;
      size -= static_cast<size_t>(written);
    }
    return true;
  }
  bool read(void* bytes, size_t size) {
    char* at = static_cast<char*>(bytes);
    for (size_t left = size; left > 0;) {
      const ssize_t got = ::read(fd_, at, std::min(left, write_bytes_max));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      digest_.update({at, static_cast<size_t>(got)});
      at += got;
      left -= static_cast<size_t>(got);
    }
    return true;
  }
  std::string digest() { return digest_.finish_hex(); }

 private:
  int fd_;
  Sha256 digest_;
};

}  // namespace

Result<std::string> Segment::save(const std::string& file) const {
  File out(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (out.fd() < 0) return failed("make", file);
  std::string texts;
  for (const std::string& text : texts_) {
    const auto size = static_cast<uint32_t>(text.size());
    texts.append(reinterpret_cast<const char*>(&size), sizeof size);
    texts += text;
  }
  Head head;
  head.records = count_;
  head.record_bytes = records_.size();
  head.listings = listings_.size();
  head.texts = texts_.size();
  head.text_bytes = texts.size();
  head.types = types_;
  if (!out.write(&head, sizeof head) || !out.write(listings_.data(), listings_.size() * sizeof(PackedListing)) ||
      !out.write(texts.data(), texts.size()) || !out.write(records_.data(), records_.size()) || ::fsync(out.fd()) != 0)
    return failed("write", file);
  return out.digest();
}

Result<std::shared_ptr<const Segment>> Segment::load(const std::string& file, const std::string& sha256) {
  const auto corrupt = [&] {
    return failure(ErrorKind::corrupt, file + " is not what was written; import its lists again");
  };
  File in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.fd() < 0) return failed("open", file);
  struct stat info{};
  if (::fstat(in.fd(), &info) != 0) return failed("read", file);
  const auto size = static_cast<uint64_t>(info.st_size);
  Head head;
  if (!in.read(&head, sizeof head) || head.mark != file_mark || head.record_bytes > size || head.text_bytes > size ||
      head.listings > size / sizeof(PackedListing) || head.texts > size || head.records > segment_records_max ||
      sizeof head + head.listings * sizeof(PackedListing) + head.text_bytes + head.record_bytes != size)
    return corrupt();
  auto out = std::make_shared<Segment>();
  out->listings_.resize(head.listings);
  std::string texts(head.text_bytes, '\0');
  out->records_.resize(head.record_bytes);
  if (!in.read(out->listings_.data(), head.listings * sizeof(PackedListing)) || !in.read(texts.data(), texts.size()) ||
      !in.read(out->records_.data(), head.record_bytes))
    return corrupt();
  if (in.digest() != sha256) return corrupt();
  out->texts_.clear();
  for (size_t at = 0; at + 4 <= texts.size();) {
    uint32_t length = 0;
    std::memcpy(&length, texts.data() + at, 4);
    if (length > texts.size() - at - 4) return corrupt();
    out->texts_.emplace_back(texts, at + 4, length);
    at += 4 + length;
  }
  out->count_ = static_cast<uint32_t>(head.records);
  out->types_ = static_cast<uint16_t>(head.types);
  if (out->texts_.size() != head.texts || !out->well_formed()) return corrupt();
  out->index(size_t{out->count_} + out->count_ / 3);
  out->each(0, [&](const Record& record, size_t) {
    if (record.type != IndicatorType::cidr) return true;
    if (!out->networks_) out->networks_ = std::make_unique<NetworkShape>();
    out->networks_->add(record.value);
    return true;
  });
  return std::shared_ptr<const Segment>(std::move(out));
}

/// The digest holds, so only a file of another program's making can fail this.
bool Segment::well_formed() const {
  size_t at = 0;
  uint32_t count = 0;
  for (const PackedListing& listing : listings_)
    if (listing.text >= texts_.size() || listing.tlp > Tlp::red) return false;
  for (; at + header_bytes <= records_.size(); ++count) {
    uint32_t listing = 0;
    uint16_t size = 0;
    std::memcpy(&listing, records_.data() + at, 4);
    std::memcpy(&size, records_.data() + at + 5, 2);
    if (listing >= listings_.size() || size == 0 || static_cast<size_t>(records_.data()[at + 4]) >= indicator_types)
      return false;
    if (static_cast<IndicatorType>(records_.data()[at + 4]) == IndicatorType::cidr && size != 5 && size != 17)
      return false;
    at += header_bytes + size;
  }
  return at == records_.size() && count == count_;
}

}  // namespace yagura::detect

#include "api/body_codec.hpp"

#include <zlib.h>
#include <zstd.h>

#include "base/check.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

/// What both codecs share: fetching input, counting, the limits.
class Decoding : public BodyReader {
 public:
  Decoding(BodyReader& sent, uint64_t bytes_max) : sent_(sent), bytes_max_(bytes_max) {}

  Result<std::string> read() final {
    std::string out(decoded_piece_bytes, '\0');
    for (;;) {
      if (at_ == input_.size() && !ended_) {
        auto next = sent_.read();
        if (!next) return std::unexpected(next.error());
        input_ = std::move(*next);
        at_ = 0;
        ended_ = input_.empty();
        read_ += input_.size();
      }
      if (ended_ && at_ == input_.size() && !holds_back()) {
        if (!whole()) return failure(ErrorKind::invalid, "the compressed body ends early");
        return std::string();
      }
      auto made = step(std::string_view(input_).substr(at_), out);
      if (!made) return std::unexpected(made.error());
      written_ += *made;
      if (written_ > bytes_max_) return failure(ErrorKind::limit, "the body is too large when decompressed");
      if (written_ > decoded_ratio_free && written_ / decoded_ratio_max > read_)
        return failure(ErrorKind::limit, "the body expands more than 1000 times: a decompression bomb");
      if (*made == 0) continue;
      out.resize(*made);
      return out;
    }
  }

 protected:
  /// Decodes from `input` into `out`, moves `at_`, gives the bytes written.
  virtual Result<size_t> step(std::string_view input, std::string& out) = 0;
  virtual bool whole() const = 0;       // no member or frame is open
  virtual bool holds_back() const = 0;  // may have more output without more input

  size_t at_ = 0;

 private:
  BodyReader& sent_;
  uint64_t bytes_max_;
  std::string input_;
  bool ended_ = false;
  uint64_t read_ = 0;
  uint64_t written_ = 0;
};

class Gunzip final : public Decoding {
 public:
  Gunzip(BodyReader& sent, uint64_t bytes_max) : Decoding(sent, bytes_max) {
    check(inflateInit2(&stream_, 16 + MAX_WBITS) == Z_OK, "zlib is not available");
  }
  ~Gunzip() override { inflateEnd(&stream_); }

 protected:
  Result<size_t> step(std::string_view input, std::string& out) override {
    if (!open_ && !input.empty()) {
      inflateReset(&stream_);
      open_ = true;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    at_ += input.size() - stream_.avail_in;
    full_ = stream_.avail_out == 0;
    started_ = true;
    if (result == Z_STREAM_END) {
      open_ = false;
      full_ = false;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return failure(ErrorKind::invalid, "the body is not gzip");
    }
    return out.size() - stream_.avail_out;
  }
  bool whole() const override { return started_ && !open_; }
  bool holds_back() const override { return full_; }

 private:
  z_stream stream_{};
  bool open_ = false;
  bool full_ = false;
  bool started_ = false;
};

class Unzstd final : public Decoding {
 public:
  Unzstd(BodyReader& sent, uint64_t bytes_max) : Decoding(sent, bytes_max), stream_(ZSTD_createDStream()) {
    check(stream_ != nullptr, "zstd is not available");
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, 27);  // 128 MiB, what zstd -19 may ask for
  }
  ~Unzstd() override { ZSTD_freeDStream(stream_); }

 protected:
  Result<size_t> step(std::string_view input, std::string& out) override {
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const size_t left = ZSTD_decompressStream(stream_, &to, &in);
    if (ZSTD_isError(left)) return failure(ErrorKind::invalid, "the body is not zstd");
    at_ += in.pos;
    whole_ = left == 0;
    full_ = to.pos == to.size && left != 0;
    return to.pos;
  }
  bool whole() const override { return whole_; }
  bool holds_back() const override { return full_; }

 private:
  ZSTD_DStream* stream_;
  bool whole_ = false;
  bool full_ = false;
};

class Plain final : public BodyReader {
 public:
  Plain(BodyReader& sent, uint64_t bytes_max) : sent_(sent), left_(bytes_max) {}
  Result<std::string> read() override {
    auto piece = sent_.read();
    if (piece && piece->size() > left_) return failure(ErrorKind::limit, "the body is too large");
    if (piece) left_ -= piece->size();
    return piece;
  }

 private:
  BodyReader& sent_;
  uint64_t left_;
};

}  // namespace

std::optional<Coding> parse_coding(std::optional<std::string_view> header) {
  const std::string name = ascii_lower(trim(header.value_or("")));
  if (name.empty() || name == "identity") return Coding::identity;
  if (name == "gzip" || name == "x-gzip") return Coding::gzip;
  if (name == "zstd") return Coding::zstd;
  return std::nullopt;
}

std::unique_ptr<BodyReader> decode_body(Coding coding, BodyReader& sent, uint64_t bytes_max) {
  switch (coding) {
    case Coding::gzip:
      return std::make_unique<Gunzip>(sent, bytes_max);
    case Coding::zstd:
      return std::make_unique<Unzstd>(sent, bytes_max);
    case Coding::identity:
      break;
  }
  return std::make_unique<Plain>(sent, bytes_max);
}

}  // namespace yagura::api

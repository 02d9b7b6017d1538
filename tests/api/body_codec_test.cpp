#include "api/body_codec.hpp"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <random>

namespace yagura::api {
namespace {

/// Hands out `bytes` in pieces of `size`.
class Pieces final : public BodyReader {
 public:
  Pieces(std::string bytes, size_t size) : bytes_(std::move(bytes)), size_(size) {}
  Result<std::string> read() override {
    std::string piece = bytes_.substr(at_, size_);
    at_ += piece.size();
    return piece;
  }

 private:
  std::string bytes_;
  size_t size_;
  size_t at_ = 0;
};

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string sample(size_t size) {
  std::mt19937 random(7);
  std::string out;
  while (out.size() < size) out += "event " + std::to_string(random()) + "\n";
  return out;
}

Result<std::string> read_all(Coding coding, const std::string& sent, size_t piece,
                             uint64_t bytes_max = decoded_body_bytes_max) {
  Pieces pieces(sent, piece);
  const auto reader = decode_body(coding, pieces, bytes_max);
  std::string out;
  for (;;) {
    auto read = reader->read();
    if (!read) return std::unexpected(read.error());
    if (read->empty()) return out;
    out += *read;
  }
}

TEST(BodyCodec, gives_back_what_was_sent_however_it_is_cut) {
  const std::string text = sample(1 << 20);
  for (const size_t piece : {1UL << 20, 4096UL, 7UL}) {
    EXPECT_EQ(read_all(Coding::identity, text, piece).value_or(""), text);
    EXPECT_EQ(read_all(Coding::gzip, gzip(text), piece).value_or(""), text);
    EXPECT_EQ(read_all(Coding::zstd, zstd(text), piece).value_or(""), text);
  }
}

TEST(BodyCodec, takes_several_members_as_one_body) {
  EXPECT_EQ(read_all(Coding::gzip, gzip("one\n") + gzip("two\n"), 3).value_or(""), "one\ntwo\n");
  EXPECT_EQ(read_all(Coding::zstd, zstd("one\n") + zstd("two\n"), 3).value_or(""), "one\ntwo\n");
}

TEST(BodyCodec, knows_an_end_from_a_cut) {
  const std::string text = sample(100'000);
  for (const Coding coding : {Coding::gzip, Coding::zstd}) {
    std::string sent = coding == Coding::gzip ? gzip(text) : zstd(text);
    sent.resize(sent.size() - 5);
    const auto read = read_all(coding, sent, 1000);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::invalid);
    EXPECT_FALSE(read_all(coding, "", 10));
    EXPECT_FALSE(read_all(coding, "this is plain text", 10));
  }
}

TEST(BodyCodec, stops_bombs) {
  const std::string zeros(64 << 20, '\0');
  for (const Coding coding : {Coding::gzip, Coding::zstd}) {
    const auto read = read_all(coding, coding == Coding::gzip ? gzip(zeros) : zstd(zeros), 4096);
    ASSERT_FALSE(read) << "a body that expands a thousandfold was taken";
    EXPECT_EQ(read.error().kind, ErrorKind::limit);
  }
  const auto read = read_all(Coding::gzip, gzip(sample(1 << 20)), 4096, 1 << 19);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::limit);
}

TEST(BodyCodec, knows_its_codings) {
  EXPECT_EQ(parse_coding(std::nullopt), Coding::identity);
  EXPECT_EQ(parse_coding("GZIP"), Coding::gzip);
  EXPECT_EQ(parse_coding(" zstd "), Coding::zstd);
  EXPECT_FALSE(parse_coding("br"));
  EXPECT_FALSE(parse_coding("gzip, gzip"));
}

}  // namespace
}  // namespace yagura::api

#include "pipeline/input.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "pipeline/decode.hpp"

namespace yagura::pipeline {
namespace {

namespace fs = std::filesystem;

/// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    static int count = 0;
    path_ = fs::temp_directory_path() / ("yagura-input-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    fs::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  fs::path write(const std::string& name, const std::string& bytes) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

struct Part {
  std::string name;
  std::string bytes;
};

/// An archive in memory. `format` as libarchive codes it; `filter` compresses it.
std::string pack(const std::vector<Part>& parts, int format, int filter = ARCHIVE_FILTER_NONE,
                 const char* password = nullptr) {
  std::string out;
  archive* writer = archive_write_new();
  EXPECT_EQ(archive_write_set_format(writer, format), ARCHIVE_OK);
  EXPECT_EQ(archive_write_add_filter(writer, filter), ARCHIVE_OK);
  if (password) {
    EXPECT_EQ(archive_write_set_options(writer, "zip:encryption=traditional"), ARCHIVE_OK);
    archive_write_set_passphrase(writer, password);
  }
  archive_write_set_bytes_in_last_block(writer, 1);
  archive_write_open(
      writer, &out, nullptr,
      [](archive*, void* data, const void* bytes, size_t size) -> la_ssize_t {
        static_cast<std::string*>(data)->append(static_cast<const char*>(bytes), size);
        return static_cast<la_ssize_t>(size);
      },
      nullptr);
  for (const Part& part : parts) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, part.name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(part.bytes.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, 1'700'000'000, 0);
    archive_write_header(writer, entry);
    archive_write_data(writer, part.bytes.data(), part.bytes.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  return out;
}

std::string compressed(const std::string& bytes, int filter) {
  return pack({{"x", bytes}}, ARCHIVE_FORMAT_RAW, filter);
}

struct Read {
  std::vector<Part> inputs;
  std::vector<Encoding> encodings;
  InputOutcome outcome;
};

Read read_all(const fs::path& path, const InputOptions& options = {}) {
  Read out;
  for (const InputFile& file : list_inputs(std::vector{path}, out.outcome.failures)) {
    const auto status = read_input(
        file, options,
        [&](InputStream& stream) -> Status {
          Part part{stream.name(), {}};
          formats::Block block;
          uint64_t expected = 0;
          while (stream.next(block)) {
            EXPECT_EQ(block.offset, expected);
            expected += block.bytes.size();
            part.bytes += block.bytes;
          }
          out.inputs.push_back(part);
          out.encodings.push_back(stream.encoding());
          return {};
        },
        out.outcome);
    EXPECT_TRUE(status.has_value());
  }
  return out;
}

std::string text_of(size_t lines) {
  std::string out;
  for (size_t i = 0; i < lines; ++i) out += "line " + std::to_string(i) + " of an ordinary log\n";
  return out;
}

TEST(Input, walks_folders_by_name_and_reads_a_loop_of_links_once) {
  const Folder folder;
  folder.write("b/2.log", "two\n");
  folder.write("a.log", "one\n");
  folder.write("c.log", "");
  fs::create_directory_symlink(folder.path(), folder.path() / "b/again");
  const auto got = read_all(folder.path());
  ASSERT_EQ(got.inputs.size(), 3U);
  EXPECT_EQ(got.inputs[0].bytes, "one\n");
  EXPECT_EQ(got.inputs[1].bytes, "two\n");
  EXPECT_EQ(got.inputs[2].bytes, "");
  EXPECT_TRUE(got.outcome.failures.empty());
}

TEST(Input, tells_what_it_can_not_read_and_goes_on) {
  const Folder folder;
  folder.write("a.log", "one\n");
  EXPECT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  auto got = read_all(folder.path());
  EXPECT_EQ(got.inputs.size(), 1U);
  ASSERT_EQ(got.outcome.failures.size(), 1U);
  EXPECT_TRUE(got.outcome.failures[0].error.message.contains("no regular file"));
  got = read_all(folder.path() / "missing");
  ASSERT_EQ(got.outcome.failures.size(), 1U);
  EXPECT_EQ(got.outcome.failures[0].error.kind, ErrorKind::not_found);
}

TEST(Input, reads_every_compression) {
  const Folder folder;
  const std::string text = text_of(100'000);  // several blocks
  for (const int filter :
       {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_LZ4}) {
    const auto path = folder.write("x.log.gz", compressed(text, filter));
    const auto got = read_all(path);
    ASSERT_EQ(got.inputs.size(), 1U) << filter;
    EXPECT_EQ(got.inputs[0].bytes, text) << filter;
    EXPECT_EQ(got.inputs[0].name, path.string());
    EXPECT_EQ(got.outcome.bytes_expanded, text.size());
    EXPECT_LT(got.outcome.bytes_read, text.size());
  }
}

TEST(Input, nothing_compressed_is_nothing_and_no_failure) {
  const Folder folder;
  for (const int filter : {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_XZ}) {
    const auto got = read_all(folder.write("rotated.log.gz", compressed("", filter)));
    EXPECT_TRUE(got.outcome.failures.empty()) << got.outcome.failures[0].error.message;
    EXPECT_TRUE(got.inputs.empty() || got.inputs[0].bytes.empty());
  }
}

TEST(Input, reads_concatenated_gzip_members) {
  const Folder folder;
  const auto path =
      folder.write("x.gz", compressed("one\n", ARCHIVE_FILTER_GZIP) + compressed("two\n", ARCHIVE_FILTER_GZIP));
  EXPECT_EQ(read_all(path).inputs.at(0).bytes, "one\ntwo\n");
}

TEST(Input, a_gzip_whose_checksum_or_length_is_wrong_is_told_and_all_of_it_kept) {
  const Folder folder;
  const std::string text = text_of(60'000);
  const std::string gz = compressed(text, ARCHIVE_FILTER_GZIP);
  for (const size_t back : {size_t{8}, size_t{1}}) {
    std::string wrong = gz;
    wrong[wrong.size() - back] = static_cast<char>(wrong[wrong.size() - back] ^ 1);
    const auto got = read_all(folder.write("x.log.gz", wrong));
    ASSERT_EQ(got.inputs.size(), 1U);
    EXPECT_EQ(got.inputs[0].bytes, text);
    ASSERT_EQ(got.outcome.failures.size(), 1U);
    EXPECT_EQ(got.outcome.failures[0].error.kind, ErrorKind::invalid);
    EXPECT_TRUE(got.outcome.failures[0].error.message.contains(back == 8 ? "incorrect data check" : "incorrect length"))
        << got.outcome.failures[0].error.message;
  }
}

TEST(Input, a_gzip_that_breaks_off_or_is_corrupt_gives_every_byte_before) {
  const Folder folder;
  std::string text;
  for (uint32_t i = 0, noise = 1; i < 200'000; ++i) {
    noise = noise * 1'664'525 + 1'013'904'223;
    text += std::to_string(noise >> 8) + "\n";
  }
  const std::string gz = compressed(text, ARCHIVE_FILTER_GZIP);
  size_t before = 0;
  for (const size_t length : {size_t{19}, size_t{300}, gz.size() / 3, gz.size() / 2, gz.size() - 9, gz.size() - 1}) {
    const auto got = read_all(folder.write("x.log.gz", gz.substr(0, length)));
    ASSERT_EQ(got.outcome.failures.size(), 1U) << length;
    EXPECT_TRUE(got.outcome.failures[0].error.message.contains("its end is missing"));
    ASSERT_EQ(got.inputs.size(), length > 300 ? 1U : got.inputs.size());
    const std::string& bytes = got.inputs.empty() ? "" : got.inputs[0].bytes;
    EXPECT_TRUE(text.starts_with(bytes));
    EXPECT_GE(bytes.size(), before);
    if (length >= gz.size() - 9) EXPECT_EQ(bytes, text);
    before = bytes.size();
  }
  std::string corrupt = gz;
  for (size_t i = 0; i < 64; ++i) corrupt[gz.size() / 2 + i] = '\xFF';
  const auto got = read_all(folder.write("x.log.gz", corrupt));
  ASSERT_EQ(got.inputs.size(), 1U);
  ASSERT_EQ(got.outcome.failures.size(), 1U);
  EXPECT_TRUE(got.outcome.failures[0].error.message.contains("the gzip data is damaged at its byte"));
  const size_t good = text.size() * 45 / 100;  // what stood packed in front of the damage
  EXPECT_EQ(got.inputs[0].bytes.substr(0, good), text.substr(0, good));
}

TEST(Input, what_follows_a_gzip_is_told_unless_it_is_padding) {
  const Folder folder;
  const std::string gz = compressed("one\n", ARCHIVE_FILTER_GZIP);
  const std::string padded = gz + std::string(1000, '\0');
  EXPECT_TRUE(read_all(folder.write("padded.gz", padded)).outcome.failures.empty());
  EXPECT_EQ(read_all(folder.write("two.gz", padded + compressed("two\n", ARCHIVE_FILTER_GZIP))).inputs.at(0).bytes,
            "one\ntwo\n");
  for (const std::string tail : {"\x1F", "x", "rubbish"}) {
    const auto got = read_all(folder.write("tail.gz", gz + tail));
    EXPECT_EQ(got.inputs.at(0).bytes, "one\n");
    ASSERT_EQ(got.outcome.failures.size(), 1U) << tail;
    EXPECT_TRUE(got.outcome.failures[0].error.message.contains("what follows the last member is no gzip"));
  }
}

TEST(Input, a_damaged_gzip_in_an_archive_gives_what_it_holds_and_its_neighbours) {
  const Folder folder;
  std::string wrong = compressed("small\n", ARCHIVE_FILTER_GZIP);
  wrong[wrong.size() - 5] = static_cast<char>(wrong[wrong.size() - 5] ^ 1);
  const auto path = folder.write("logs.zip", pack({{"x.gz", wrong}, {"y.log", "after\n"}}, ARCHIVE_FORMAT_ZIP));
  const auto got = read_all(path);
  ASSERT_EQ(got.inputs.size(), 2U);
  EXPECT_EQ(got.inputs[0].bytes, "small\n");
  EXPECT_EQ(got.inputs[1].bytes, "after\n");
  ASSERT_EQ(got.outcome.failures.size(), 1U);
  EXPECT_TRUE(got.outcome.failures[0].name.ends_with("!/x.gz"));
}

TEST(Input, reads_the_members_of_zip_tar_and_7z) {
  const Folder folder;
  const std::vector<Part> parts = {{"a/1.log", "one\n"}, {"b.log", text_of(50'000)}};
  const std::string zip = pack(parts, ARCHIVE_FORMAT_ZIP);
  for (const std::string& archive :
       {zip, pack(parts, ARCHIVE_FORMAT_TAR_PAX_RESTRICTED),
        pack(parts, ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, ARCHIVE_FILTER_ZSTD), pack(parts, ARCHIVE_FORMAT_7ZIP)}) {
    const auto path = folder.write("logs.bin", archive);
    const auto got = read_all(path);
    ASSERT_EQ(got.inputs.size(), 2U);
    EXPECT_EQ(got.inputs[0].name, path.string() + "!/a/1.log");
    EXPECT_EQ(got.inputs[0].bytes, "one\n");
    EXPECT_EQ(got.inputs[1].bytes, parts[1].bytes);
    EXPECT_TRUE(got.outcome.failures.empty());
  }
}

TEST(Input, opens_archives_in_archives_up_to_the_limit) {
  const Folder folder;
  const std::string gz = compressed("deep\n", ARCHIVE_FILTER_GZIP);
  const std::string inner = pack({{"x.log", "in\n"}, {"y.gz", gz}}, ARCHIVE_FORMAT_ZIP);
  const auto path = folder.write("outer.zip", pack({{"inner.zip", inner}, {"z.log.gz", gz}}, ARCHIVE_FORMAT_ZIP));
  const auto got = read_all(path);
  ASSERT_EQ(got.inputs.size(), 3U);
  EXPECT_EQ(got.inputs[0].name, path.string() + "!/inner.zip!/x.log");
  EXPECT_EQ(got.inputs[1].name, path.string() + "!/inner.zip!/y.gz");
  EXPECT_EQ(got.inputs[2].bytes, "deep\n");
  EXPECT_TRUE(got.outcome.failures.empty());
  std::string deeper = gz;
  for (int i = 0; i < 4; ++i) deeper = pack({{"y.gz", deeper}, {"x.log", "in\n"}}, ARCHIVE_FORMAT_ZIP);
  const auto stopped = read_all(folder.write("deeper.zip", deeper));
  EXPECT_EQ(stopped.inputs.size(), 4U);
  ASSERT_EQ(stopped.outcome.failures.size(), 1U);
  EXPECT_TRUE(stopped.outcome.failures[0].error.message.contains("archive_depth_max"));
  EXPECT_TRUE(stopped.outcome.failures[0].name.ends_with("!/y.gz!/y.gz!/y.gz!/y.gz"));
}

TEST(Input, a_compressed_log_that_starts_with_zeros_is_no_empty_tar) {
  const Folder folder;
  const std::string zeros(2048, '\0');
  const auto got = read_all(folder.write("x.log.gz", compressed(zeros + "after the hole\n", ARCHIVE_FILTER_GZIP)));
  ASSERT_EQ(got.inputs.size(), 1U);
  EXPECT_EQ(got.inputs[0].bytes, zeros + "after the hole\n");
  const auto empty = read_all(folder.write("empty.gz", compressed("", ARCHIVE_FILTER_GZIP)));
  EXPECT_TRUE(empty.outcome.failures.empty());
}

TEST(Input, reads_a_compressed_tar_from_before_posix) {
  const Folder folder;
  std::string tar = pack({{"a.log", "one\n"}}, ARCHIVE_FORMAT_TAR_USTAR);
  tar.replace(257, 8, 8, '\0');  // magic and version
  tar.replace(148, 8, 8, ' ');
  uint32_t sum = 0;
  for (const char c : tar.substr(0, 512)) sum += static_cast<unsigned char>(c);
  tar.replace(148, 7, fmt::format("{:06o}", sum) + '\0');
  const auto path = folder.write("old.tgz", compressed(tar, ARCHIVE_FILTER_GZIP));
  const auto got = read_all(path);
  ASSERT_EQ(got.inputs.size(), 1U);
  EXPECT_EQ(got.inputs[0].name, path.string() + "!/a.log");
  EXPECT_EQ(got.inputs[0].bytes, "one\n");
}

TEST(Input, a_bomb_is_stopped_by_each_limit_with_its_name) {
  const Folder folder;
  const std::string zeros(64 << 20, '\0');
  const auto bomb = folder.write("bomb.zip", pack({{"zeros", zeros}}, ARCHIVE_FORMAT_ZIP));
  InputOptions ratio;
  ratio.limits.ratio_free_bytes = 1 << 20;
  ratio.limits.ratio_max = 100;
  InputOptions size;
  size.limits.expanded_bytes_max = 10 << 20;
  for (const auto& [options, limit] : {std::pair{ratio, "ratio_max"}, std::pair{size, "expanded_bytes_max"}}) {
    const auto got = read_all(bomb, options);
    ASSERT_EQ(got.outcome.failures.size(), 1U);
    EXPECT_TRUE(got.outcome.failures[0].error.message.contains(limit)) << got.outcome.failures[0].error.message;
    EXPECT_TRUE(got.outcome.failures[0].error.message.contains("bomb.zip"));
    EXPECT_EQ(got.outcome.failures[0].error.kind, ErrorKind::limit);
    EXPECT_LT(got.outcome.bytes_expanded, size_t{16} << 20);
  }
  const auto many = folder.write("many.zip", pack(std::vector<Part>(50, {"x", "y"}), ARCHIVE_FORMAT_ZIP));
  InputOptions members;
  members.limits.members_max = 10;
  const auto got = read_all(many, members);
  EXPECT_EQ(got.inputs.size(), 10U);
  ASSERT_EQ(got.outcome.failures.size(), 1U);
  EXPECT_TRUE(got.outcome.failures[0].error.message.contains("members_max"));
}

TEST(Input, a_nested_bomb_stops_the_whole_file) {
  const Folder folder;
  const std::string inner = pack({{"zeros", std::string(64 << 20, '\0')}}, ARCHIVE_FORMAT_ZIP);
  const auto path = folder.write("outer.zip", pack({{"a.zip", inner}, {"b.zip", inner}}, ARCHIVE_FORMAT_ZIP));
  InputOptions options;
  options.limits.expanded_bytes_max = 10 << 20;
  const auto got = read_all(path, options);
  EXPECT_EQ(got.inputs.size(), 1U);
  EXPECT_EQ(got.outcome.failures.size(), 1U);
}

TEST(Input, a_flat_archive_keeps_the_ratio_that_a_single_file_keeps) {
  const Folder folder;
  const std::string zeros(8 << 20, '\0');  // 1028:1 by deflate
  const std::vector<Part> flat(6, Part{"zeros", zeros});
  InputOptions options;
  options.limits.ratio_free_bytes = 20 << 20;  // more than a member: only the whole shows it
  for (const auto& [name, bytes] :
       {std::pair{"flat.zip", pack(flat, ARCHIVE_FORMAT_ZIP)},
        std::pair{"flat.tar.gz", pack(flat, ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP)},
        std::pair{"flat.gz", compressed(std::string(48 << 20, 'a'), ARCHIVE_FILTER_GZIP)}}) {
    const auto got = read_all(folder.write(name, bytes), options);
    ASSERT_EQ(got.outcome.failures.size(), 1U) << name << " of " << bytes.size();
    EXPECT_TRUE(got.outcome.failures[0].error.message.contains("ratio_max")) << got.outcome.failures[0].error.message;
  }
}

TEST(Input, a_member_keeps_the_ratio_however_little_the_others_expand) {
  const Folder folder;
  std::string noise(4 << 20, '\0');
  uint32_t state = 1;
  for (char& c : noise) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  const std::string zeros(40 << 20, '\0');
  InputOptions options;
  options.limits.ratio_free_bytes = 1 << 20;
  for (const int format : {ARCHIVE_FORMAT_ZIP, ARCHIVE_FORMAT_7ZIP}) {
    const auto path = folder.write("mixed", pack({{"noise", noise}, {"zeros", zeros}}, format));
    const auto got = read_all(path, options);
    ASSERT_EQ(got.outcome.failures.size(), 1U);
    EXPECT_TRUE(got.outcome.failures[0].name.ends_with("!/zeros")) << got.outcome.failures[0].name;
    EXPECT_EQ(got.inputs[0].bytes.size(), noise.size());
    EXPECT_LT(got.outcome.bytes_expanded, noise.size() + (size_t{4} << 20));
  }
}

std::string little(uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i, value >>= 8) out += static_cast<char>(value);
  return out;
}

std::string deflated(const std::string& plain) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(Input, members_that_share_their_bytes_count_them_once) {
  // Each member's stream begins with a stored block that quotes the next member's header and goes on with that one's
  // stream: a file of a few KB whose members are 1 MiB each, all of the same bytes.
  constexpr int members = 150;
  const std::string line = "a log's line\n";
  const Folder folder;
  std::string content(1 << 20, '\0');
  std::string body = deflated(content);
  std::string directory;
  size_t header_bytes = 0;
  for (int i = 0; i < members; ++i) {
    const std::string name = std::to_string(1000 + i);
    const auto crc = crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size()));
    const std::string about = little(8, 2) + little(0, 4) + little(crc, 4) + little(body.size(), 4) +
                              little(content.size(), 4) + little(name.size(), 2) + little(0, 2);
    const std::string header = "PK\x03\x04" + little(20, 2) + little(0, 2) + about + name;
    header_bytes = header.size();
    directory += "PK\x01\x02" + little(20, 2) + little(20, 2) + little(0, 2) + about + little(0, 10) +
                 little((members - 1 - i) * (header_bytes + 5 + line.size()), 4) + name;
    body = header + body;
    if (i + 1 == members) break;
    const size_t quoted = line.size() + header_bytes;
    content = line + header + content;
    body = std::string(1, '\0') + little(quoted, 2) + little(~quoted, 2) + line + body;
  }
  const std::string end = "PK\x05\x06" + little(0, 4) + little(members, 2) + little(members, 2) +
                          little(directory.size(), 4) + little(body.size(), 4) + little(0, 2);
  const auto got = read_all(folder.write("shared.zip", body + directory + end));
  ASSERT_EQ(got.outcome.failures.size(), 1U) << got.outcome.failures[0].error.message;
  EXPECT_TRUE(got.outcome.failures[0].error.message.contains("ratio_max")) << got.outcome.failures[0].error.message;
  EXPECT_LT(got.outcome.bytes_expanded, size_t{80} << 20);
  EXPECT_GT(got.inputs.size(), 50U);
}

TEST(Input, says_that_a_member_is_encrypted_and_reads_on) {
  const Folder folder;
  const auto locked =
      folder.write("locked.zip", pack({{"s.log", "secret\n"}}, ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, "pw"));
  const auto got = read_all(locked);
  EXPECT_TRUE(got.inputs.empty());
  ASSERT_EQ(got.outcome.failures.size(), 1U);
  EXPECT_TRUE(got.outcome.failures[0].error.message.contains("encrypted"));
}

TEST(Input, a_truncated_archive_gives_what_came_before_and_an_error) {
  const Folder folder;
  for (const std::string& whole : {compressed(text_of(200'000), ARCHIVE_FILTER_GZIP),
                                   pack({{"a.log", text_of(200'000)}}, ARCHIVE_FORMAT_TAR_PAX_RESTRICTED)}) {
    const auto path = folder.write("cut.bin", whole.substr(0, whole.size() / 2));
    const auto got = read_all(path);
    ASSERT_EQ(got.inputs.size(), 1U);
    EXPECT_TRUE(got.inputs[0].bytes.starts_with("line 0 of an ordinary log\n"));
    ASSERT_EQ(got.outcome.failures.size(), 1U);
    EXPECT_TRUE(got.outcome.failures[0].error.message.contains("cut.bin"));
  }
  EXPECT_EQ(
      read_all(folder.write("cut.zip", pack({{"a", "b"}}, ARCHIVE_FORMAT_ZIP).substr(0, 20))).outcome.failures.size(),
      1U);
}

TEST(Input, the_same_file_gives_the_same_blocks_each_time) {
  const Folder folder;
  const auto path = folder.write("x.zst", compressed(text_of(200'000), ARCHIVE_FILTER_ZSTD));
  const auto sizes = [&] {
    std::vector<size_t> out;
    std::vector<InputFailure> failures;
    InputOutcome outcome;
    for (const auto& file : list_inputs(std::vector{path}, failures))
      EXPECT_TRUE(read_input(
          file, {},
          [&](InputStream& stream) -> Status {
            formats::Block block;
            while (stream.next(block)) out.push_back(block.bytes.size());
            return {};
          },
          outcome));
    return out;
  };
  EXPECT_EQ(sizes(), sizes());
  EXPECT_EQ(sizes()[0], input_block_bytes);
}

TEST(Input, an_error_of_the_taker_stops_the_file) {
  const Folder folder;
  const auto path = folder.write("x.zip", pack({{"a", "1"}, {"b", "2"}}, ARCHIVE_FORMAT_ZIP));
  std::vector<InputFailure> failures;
  InputOutcome outcome;
  const auto files = list_inputs(std::vector{path}, failures);
  int seen = 0;
  const auto status = read_input(
      files.at(0), {},
      [&](InputStream&) -> Status {
        ++seen;
        return failure(ErrorKind::unavailable, "the lake is away");
      },
      outcome);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "the lake is away");
  EXPECT_EQ(seen, 1);
}

TEST(Decode, reads_what_an_archive_holds_by_its_own_looks) {
  const Folder folder;
  const std::string json = "{\"ts\":1604994496,\"a\":1}\n";
  const auto path = folder.write(
      "x.zip", pack({{"a.json", json}, {"b.txt", "plain\n"}, {"c.bin", std::string(999, '\0')}}, ARCHIVE_FORMAT_ZIP));
  Counters counters;
  DecodeOptions options;
  options.counters = &counters;
  InputOutcome outcome;
  std::vector<std::string> got;
  const auto files = list_inputs(std::vector{path}, outcome.failures);
  const auto status = decode_input(
      files.at(0), options,
      [&](event::Batch&& batch) -> Status {
        for (const auto& event : batch.events())
          got.push_back(batch.source + " " + std::string(event.format) + " " + format_time(event.time, 0));
        return {};
      },
      outcome);
  EXPECT_TRUE(status);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0], path.string() + "!/a.json json 2020-11-10T07:48:16Z");
  EXPECT_EQ(got[1], path.string() + "!/b.txt lines 2023-11-14T22:13:20Z");
  ASSERT_EQ(outcome.failures.size(), 1U);
  EXPECT_TRUE(outcome.failures[0].name.ends_with("c.bin"));
}

}  // namespace
}  // namespace yagura::pipeline

// Columns in ClickHouse's Native format, the fastest way in. Layouts: docs of the format and the engine's
// own answers, held by a round-trip test.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace yagura::lake {

void put_varuint(std::string& out, uint64_t value);
void put_text(std::string& out, std::string_view text);

template <typename T>
void put_plain(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);  // little-endian, as the format and every CPU we build for
  out.append(bytes, sizeof value);
}

/// A string of a block is megabytes; grown by doubling, most of its time would go into fresh pages. So columns can be
/// told how much is coming, and bytes() says how much a column will write at most.
constexpr size_t length_bytes_max = 5;  // of a text below 4 GiB

/// String: a length and the bytes each.
class TextColumn {
 public:
  void reserve(size_t texts, size_t text_bytes) { bytes_.reserve(texts * length_bytes_max + text_bytes); }
  size_t bytes() const { return bytes_.size(); }
  void add(std::string_view text) { put_text(bytes_, text); }
  void write(std::string& out) const { out += bytes_; }

 private:
  std::string bytes_;
};

/// Fixed width: numbers, UUIDs, IPv6 addresses.
class PlainColumn {
 public:
  size_t bytes() const { return bytes_.size(); }
  template <typename T>
  void add(T value) {
    put_plain(bytes_, value);
  }
  void add_bytes(std::string_view bytes) { bytes_ += bytes; }
  void write(std::string& out) const { out += bytes_; }

 private:
  std::string bytes_;
};

/// Nullable(Int64): first which are null, then the values.
class NullableColumn {
 public:
  size_t bytes() const { return nulls_.size() + values_.size(); }
  void add(int64_t value) {
    nulls_ += '\0';
    put_plain(values_, value);
  }
  void add_null() {
    nulls_ += '\1';
    put_plain(values_, int64_t{0});
  }
  void write(std::string& out) const {
    out += nulls_;
    out += values_;
  }

 private:
  std::string nulls_;
  std::string values_;
};

/// LowCardinality(String): a dictionary and an index a row. Added texts must live until write().
class WordColumn {
 public:
  /// A word that repeats the row above costs a comparison, no look-up.
  void add(std::string_view word) {
    const bool repeats = !indexes_.empty() && words_[indexes_.back()] == word;
    indexes_.push_back(repeats ? indexes_.back() : index_of(word));
  }
  /// The dictionary's index of `word`, for who adds many: add_index() costs no look-up.
  uint32_t index_of(std::string_view word);
  void add_index(uint32_t index) { indexes_.push_back(index); }

  size_t bytes() const { return sizeof(uint64_t) * 4 + words_bytes_ + indexes_.size() * sizeof(uint32_t); }

  static void write_prefix(std::string& out) { put_plain(out, uint64_t{1}); }
  void write_rows(std::string& out) const;
  void write(std::string& out) const {
    write_prefix(out);
    write_rows(out);
  }

 private:
  std::unordered_map<std::string_view, uint32_t> known_;
  std::vector<std::string_view> words_;
  std::vector<uint32_t> indexes_;
  size_t words_bytes_ = 0;  // as written
};

/// Map(LowCardinality(String), String). A key may stand twice in a row: both are kept.
class MapColumn {
 public:
  WordColumn& keys() { return keys_; }
  void add(uint32_t key, std::string_view value) {
    keys_.add_index(key);
    values_.add(value);
    ++pairs_;
  }
  void end_row() { put_plain(offsets_, pairs_); }
  void reserve(size_t pairs, size_t value_bytes) { values_.reserve(pairs, value_bytes); }
  size_t bytes() const { return offsets_.size() + keys_.bytes() + values_.bytes(); }
  void write(std::string& out) const;

 private:
  WordColumn keys_;
  TextColumn values_;
  uint64_t pairs_ = 0;
  std::string offsets_;
};

}  // namespace yagura::lake

// Bytes of the rule cache: little more than lengths and texts. The reader trusts nothing that it is given.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace yagura::detect {

class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  template <typename T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void put(T value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void put_count(size_t count) { put(static_cast<uint32_t>(count)); }
  void put_text(std::string_view text) {
    put_count(text.size());
    out_ += text;
  }
  size_t size() const { return out_.size(); }

 private:
  std::string& out_;
};

/// After the first thing that is not there every answer is empty and failed() stays true.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
    requires std::is_arithmetic_v<T>
  T get() {
    T out{};
    if (sizeof out > bytes_.size() - at_) {
      fail();
      return out;
    }
    std::memcpy(&out, bytes_.data() + at_, sizeof out);
    at_ += sizeof out;
    return out;
  }
  bool get_flag() { return get<uint8_t>() != 0; }
  /// A value up to `last`.
  template <typename T>
    requires std::is_enum_v<T>
  T get_enum(T last) {
    const auto value = get<std::underlying_type_t<T>>();
    if (value < 0 || value > static_cast<std::underlying_type_t<T>>(last)) {
      fail();
      return T{};
    }
    return static_cast<T>(value);
  }
  /// How many things follow that take at least `bytes_each`; more than there is room for fails.
  uint32_t get_count(size_t bytes_each) {
    const auto out = get<uint32_t>();
    if (out > (bytes_.size() - at_) / bytes_each) {
      fail();
      return 0;
    }
    return out;
  }
  std::string_view get_text() {
    const uint32_t size = get_count(1);
    const std::string_view out = bytes_.substr(at_, size);
    at_ += size;
    return out;
  }
  void fail() {
    failed_ = true;
    at_ = bytes_.size();
  }
  bool failed() const { return failed_; }
  bool at_end() const { return at_ == bytes_.size(); }
  size_t position() const { return at_; }
  void skip(size_t bytes) { bytes > bytes_.size() - at_ ? fail() : void(at_ += bytes); }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace yagura::detect

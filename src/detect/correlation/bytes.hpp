// Numbers and texts as bytes, for state that outlives the program. Little-endian, fixed widths.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace yagura::detect::correlation {

static_assert(std::endian::native == std::endian::little);

class BytesOut {
 public:
  template <typename T>
  void put(T value) {
    static_assert(std::is_integral_v<T>);
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof value);
    bytes_.append(raw, sizeof raw);
  }
  void text(std::string_view text) {
    put(static_cast<uint32_t>(text.size()));
    bytes_ += text;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Past the end everything reads as 0 or empty and good() is false from then on.
class BytesIn {
 public:
  explicit BytesIn(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
  T get() {
    T out{};
    if (rest_.size() < sizeof(T)) return fail(out);
    std::memcpy(&out, rest_.data(), sizeof out);
    rest_.remove_prefix(sizeof out);
    return out;
  }
  std::string_view text() {
    const auto size = get<uint32_t>();
    if (size > rest_.size()) return fail(std::string_view());
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }
  /// A count of things that take at least `bytes_each`; 0 when so many can't follow.
  uint64_t count(size_t bytes_each) {
    const auto out = get<uint64_t>();
    return out > rest_.size() / bytes_each ? fail(uint64_t{0}) : out;
  }
  bool good() const { return good_; }
  bool at_end() const { return rest_.empty(); }

 private:
  template <typename T>
  T fail(T value) {
    good_ = false;
    rest_ = {};
    return value;
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace yagura::detect::correlation

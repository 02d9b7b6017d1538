#include "lake/native_block.hpp"

namespace yagura::lake {

void put_varuint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

void put_text(std::string& out, std::string_view text) {
  put_varuint(out, text.size());
  out += text;
}

uint32_t WordColumn::index_of(std::string_view word) {
  const auto [it, added] = known_.try_emplace(word, static_cast<uint32_t>(words_.size()));
  if (added) {
    words_.push_back(word);
    words_bytes_ += word.size() + length_bytes_max;
  }
  return it->second;
}

void WordColumn::write_rows(std::string& out) const {
  if (indexes_.empty()) return;
  constexpr uint64_t has_additional_keys = 1 << 9;
  const uint64_t width = words_.size() <= 0x100 ? 0 : words_.size() <= 0x10000 ? 1 : 2;  // of UInt8, UInt16, UInt32
  put_plain(out, width | has_additional_keys);
  put_plain(out, static_cast<uint64_t>(words_.size()));
  for (const std::string_view word : words_) put_text(out, word);
  put_plain(out, static_cast<uint64_t>(indexes_.size()));
  for (const uint32_t index : indexes_) {
    if (width == 0)
      put_plain(out, static_cast<uint8_t>(index));
    else if (width == 1)
      put_plain(out, static_cast<uint16_t>(index));
    else
      put_plain(out, index);
  }
}

void MapColumn::write(std::string& out) const {
  WordColumn::write_prefix(out);
  out += offsets_;
  keys_.write_rows(out);
  values_.write(out);
}

}  // namespace yagura::lake

#include "formats/json_index.hpp"

#include <simdjson.h>

#include <algorithm>
#include <bit>

#include "base/check.hpp"
#include "formats/decoder.hpp"

namespace yagura::formats {

static_assert(block_padding_bytes >= simdjson::SIMDJSON_PADDING);

JsonIndex::JsonIndex() = default;
JsonIndex::~JsonIndex() = default;

JsonIndex::Outcome JsonIndex::build(std::string_view text) {
  constexpr size_t capacity_bytes_min = 64 << 10;
  if (text.empty()) return Outcome::malformed;
  if (!parser_ || parser_->capacity() < text.size()) {
    const size_t capacity = std::bit_ceil(std::max(text.size(), capacity_bytes_min));
    parser_.reset();
    const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
        capacity, simdjson::DEFAULT_MAX_DEPTH, parser_);
    check(error == simdjson::SUCCESS, "no memory for an index of JSON");
  }
  const auto error =
      parser_->stage1(reinterpret_cast<const uint8_t*>(text.data()), text.size(), simdjson::stage1_mode::regular);
  if (error == simdjson::UTF8_ERROR) return Outcome::bad_utf8;
  return error == simdjson::SUCCESS ? Outcome::good : Outcome::malformed;
}

std::span<const uint32_t> JsonIndex::tokens() const {
  return {parser_->structural_indexes.get(), parser_->n_structural_indexes};
}

}  // namespace yagura::formats

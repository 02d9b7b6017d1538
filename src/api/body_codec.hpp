#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "api/message.hpp"

namespace yagura::api {

constexpr uint64_t decoded_body_bytes_max = uint64_t{8} << 30;  // of one request, after decompression
constexpr uint64_t decoded_ratio_max = 1000;                    // decoded : sent, once decoded_ratio_free is passed
constexpr uint64_t decoded_ratio_free = 16 << 20;
constexpr size_t decoded_piece_bytes = 256 * 1024;

enum class Coding { identity, gzip, zstd };

/// The coding that a Content-Encoding names (none and "identity" are identity); nothing when we don't know it.
std::optional<Coding> parse_coding(std::optional<std::string_view> header);

/// Decompresses what `sent` reads, piece by piece; several gzip members or zstd frames one after another are one
/// body. Fails with `limit` past the limits above (a bomb), `invalid` for broken or truncated data. `sent` must
/// outlive it.
std::unique_ptr<BodyReader> decode_body(Coding coding, BodyReader& sent, uint64_t bytes_max = decoded_body_bytes_max);

}  // namespace yagura::api

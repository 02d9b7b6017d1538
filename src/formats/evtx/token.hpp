#pragma once

#include <cstdint>

namespace yagura::formats::evtx {

/// Tokens of binary XML, [MS-EVEN6] section 2.2.12, without the flag that more data follows.
enum class Token : uint8_t {
  end_of_fragment = 0x00,
  open_start_tag = 0x01,
  close_start_tag = 0x02,
  close_empty_tag = 0x03,
  end_tag = 0x04,
  value = 0x05,
  attribute = 0x06,
  cdata = 0x07,
  character = 0x08,
  entity = 0x09,
  instruction_target = 0x0A,
  instruction_data = 0x0B,
  instance = 0x0C,
  substitution = 0x0D,
  optional_substitution = 0x0E,
  fragment_header = 0x0F,
};

constexpr uint8_t more_data_flag = 0x40;
constexpr uint32_t fragment_header_bytes = 4;

constexpr Token token_of(uint8_t byte) {
  return static_cast<Token>(byte & ~more_data_flag);
}

}  // namespace yagura::formats::evtx

// The zip container of a workbook, read with limits and written whole.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace yagura::registers {

constexpr size_t workbook_parts_max = 1000;
constexpr size_t workbook_part_bytes_max = size_t{64} << 20;  // of one part, unpacked
/// Tags and attributes of one part. A tree of them is held in memory: half a gigabyte at this limit.
constexpr size_t workbook_tokens_max = 8'000'000;
constexpr size_t shared_texts_max = 2'000'000;

struct WorkbookPart {
  std::string name;  // "xl/workbook.xml"
  std::string bytes;
};

/// The names of all parts. `invalid` when it is no zip, is encrypted or names a part twice; `limit`.
Result<std::vector<std::string>> list_parts(std::string_view zip);

/// One part, unpacked; empty when there is none of that name. `limit` as soon as it unpacks to more than
/// workbook_part_bytes_max, whatever its header promised.
Result<std::string> read_part(std::string_view zip, std::string_view name);

/// A zip of the parts in their order, compressed, without times: equal parts give equal bytes.
Result<std::string> write_parts(const std::vector<WorkbookPart>& parts);

}  // namespace yagura::registers

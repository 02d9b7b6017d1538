// The manifest: which parts are in force and what was decided about sources. Lines of words; the last one is the digest
// of those before. A crash between a segment's file and its manifest leaves a file that the next open removes.
//
//   yagura-indicators 1
//   next FILE AGE
//   source REMOVED_THROUGH NAME
//   expiry THROUGH UNTIL_NS        (of the source before it)
//   part AGE FILE SHA256
//   end SHA256
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detect/indicators/snapshot.hpp"

namespace yagura::detect {

constexpr std::string_view indicator_manifest_name = "manifest";

struct IndicatorManifest {
  uint64_t next_file = 1;
  uint64_t next_age = 1;
  std::vector<SourceState> sources;
  std::vector<Part> parts;  // without their segments; a file's name holds no folder
};

/// Nothing when the text is not what was written.
std::optional<IndicatorManifest> read_manifest(const std::string& text);

}  // namespace yagura::detect

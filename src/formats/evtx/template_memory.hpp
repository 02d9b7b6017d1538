#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace yagura::formats::evtx {

/// Every chunk defines the templates that it uses, at their first use: damage to the front of a chunk takes the
/// templates of all its records. The same ones stand in the file's other chunks, and this remembers where.
constexpr size_t templates_remembered_max = 1024;
constexpr size_t chunks_remembered_max = 64;  // 64 KiB each

class TemplateMemory {
 public:
  struct Definition {
    std::shared_ptr<const std::string> chunk;
    uint32_t position = 0;
  };

  /// From now on remember() speaks of `chunk`, which is copied when something in it is new. Only a chunk whose
  /// checksums hold may be given; an empty one means that nothing is to be remembered.
  void begin_chunk(std::string_view chunk);

  /// The definition of `identifier` stands at `position` of the chunk. The first one seen stays.
  void remember(uint32_t identifier, uint32_t position);

  /// Where that template was defined, or null.
  const Definition* find(uint32_t identifier) const;

 private:
  std::string_view chunk_;
  std::shared_ptr<const std::string> copy_;
  size_t copies_ = 0;
  std::unordered_map<uint32_t, Definition> definitions_;
};

}  // namespace yagura::formats::evtx

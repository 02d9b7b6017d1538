#include "formats/key_memory.hpp"

namespace yagura::formats {

const KeyMemory::Known* KeyMemory::learn(uint32_t parent, std::string_view key, std::string_view lasting, uint32_t node,
                                         const NameTree::Meaning& meaning) {
  const Ends ends = ends_of(key);
  Known* const set = known_.data() + place(parent, key.size(), ends);
  for (size_t way = ways - 1; way > 0; --way) set[way] = set[way - 1];
  const bool plain = meaning.named && meaning.role == 0 && meaning.use != PathMeaning::Use::skip;
  set[0] = {ends.head, ends.tail, lasting.data(), parent, static_cast<uint32_t>(key.size()), node, meaning, plain};
  return set;
}

}  // namespace yagura::formats

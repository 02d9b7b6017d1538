// links: yagura_base
// Whatever the quick reader of plain YAML accepts must be what yaml-cpp makes of it, to the mark.
#include <string>

#include "base/check.hpp"
#include "base/yaml.hpp"
#include "base/yaml_tree.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace yagura;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto plain = YamlTree::read_plain(text);
  if (!plain) return 0;
  const auto documents = parse_yaml(text, "fuzz.yaml");
  check(documents.has_value() && documents->size() == 1, "the quick reader accepts what yaml-cpp refuses");
  check(YamlTree::from_yaml_cpp(documents->front()).dump() == plain->dump(), "the readers of YAML differ");
  return 0;
}

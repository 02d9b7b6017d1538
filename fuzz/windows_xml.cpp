// links: yagura_formats
#include "formats/boundaries.hpp"
#include "formats/demanded.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  yagura::formats::check_decoding("windows-xml", bytes);
  yagura::formats::check_demand("windows-xml", bytes, size);
  return 0;
}

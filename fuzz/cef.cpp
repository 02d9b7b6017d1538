// links: yagura_formats
#include "formats/boundaries.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  yagura::formats::check_decoding("cef", {reinterpret_cast<const char*>(data), size});
  return 0;
}

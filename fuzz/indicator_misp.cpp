// links: yagura_detect
#include "indicators/read_any.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  yagura::detect::test::read_any("misp", {reinterpret_cast<const char*>(data), size});
  return 0;
}

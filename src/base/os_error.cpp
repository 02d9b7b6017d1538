#include "base/os_error.hpp"

#include <cstring>

namespace yagura {

std::string os_error_text(int error) {
  char storage[256];
  return ::strerror_r(error, storage, sizeof storage);  // GNU's form: the text may stand elsewhere than in `storage`
}

}  // namespace yagura

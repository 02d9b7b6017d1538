#pragma once

#include <string_view>

namespace yagura::formats {

/// The name of a Linux system call. `arch` as auditd writes it: "c000003e" is x86-64, "c00000b7" AArch64; empty for
/// others and for numbers that are free.
std::string_view syscall_name(std::string_view arch, unsigned number);

}  // namespace yagura::formats

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "formats/field_writer.hpp"

namespace yagura::formats {

struct AuditHead {
  std::string_view node;
  std::optional<Timestamp> time;
  uint64_t serial = 0;
};

/// Reads one record of the Linux audit system ("type=SYSCALL msg=audit(1604994496.155:92733): arch=..."): each key is a
/// field, quotes go, strings that auditd wrote in hexadecimal are decoded (an argument list's zeros become spaces), and
/// a system call's number gets its name as the field SYSCALL (x86-64 and AArch64), as an enriched log has it. False
/// when the text is no such record. `text` lives as long as the batch.
bool parse_audit_record(std::string_view text, FieldWriter& out, AuditHead& head);

/// The key=value part alone, as the kernel writes it to syslog too.
void parse_audit_fields(std::string_view text, std::string_view type, FieldWriter& out);

}  // namespace yagura::formats

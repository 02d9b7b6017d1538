#pragma once

#include <string_view>

#include "formats/field_writer.hpp"

namespace yagura::formats {

/// Breaks the message of a known program into fields: user, src_ip, src_port, auth_method, auth_result ("success",
/// "failure"), command, pwd, tty, run_as, action and so on, as docs name them a program. Programs: sshd, sudo, su,
/// cron, kernel (iptables, nftables, UFW, audit), useradd and its kin, systemd, systemd-logind, dnsmasq, named,
/// anything that speaks through PAM. A message that it does not know adds nothing. `message` lives as long as the
/// batch.
void parse_program_message(std::string_view program, std::string_view message, FieldWriter& out);

}  // namespace yagura::formats

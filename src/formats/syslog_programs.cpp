#include "formats/syslog_programs.hpp"

#include <algorithm>
#include <array>

#include "formats/audit_record.hpp"
#include "formats/syslog_fields.hpp"

namespace yagura::formats {
namespace {

/// "(root) CMD (run-parts /etc/cron.hourly)".
bool cron(TextCursor in, FieldWriter& out) {
  std::string_view user;
  std::string_view action;
  if (!in.skip("(") || !in.until(") ", user) || !in.until(" (", action) || !in.rest.ends_with(')')) return false;
  in.rest.remove_suffix(1);
  add_text(out, program_fields().user, user);
  add_text(out, program_fields().action, action);
  if (action.starts_with("CMD"))  // CMDOUT and CMDEND too
    add_text(out, program_fields().command, in.rest);
  else
    add_text(out, program_fields().target_user, in.rest);
  return true;
}

/// "[12.3] UFW BLOCK IN=eth0 OUT= SRC=10.0.0.1 DST=... PROTO=TCP SPT=1 DPT=22 SYN": netfilter's LOG target.
bool packet(TextCursor in, FieldWriter& out) {
  const size_t start = in.rest.find("IN=");
  if (start == std::string_view::npos || !in.rest.contains(" SRC=") || (start > 0 && in.rest[start - 1] != ' '))
    return false;
  std::string_view prefix = in.rest.substr(0, start);
  while (prefix.ends_with(' ') || prefix.ends_with(':')) prefix.remove_suffix(1);
  add_text(out, program_fields().rule_prefix, prefix);
  const auto says = [&](std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return prefix.contains(word); });
  };
  if (says({"BLOCK", "DROP", "DENY", "REJECT", "drop", "block", "reject"}))
    add_text(out, program_fields().action, "blocked");
  else if (says({"ALLOW", "ACCEPT", "accept", "allow"}))
    add_text(out, program_fields().action, "allowed");
  in.rest.remove_prefix(start);
  while (!in.done()) {
    const std::string_view part = in.word();
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    const std::string_view key = part.substr(0, equals);
    const std::string_view value = part.substr(equals + 1);
    out.named_value(key, value);
    if (value.empty()) continue;
    const std::pair<std::string_view, event::FieldId> plain[] = {
        {"IN", program_fields().in_interface}, {"OUT", program_fields().out_interface},
        {"SRC", program_fields().src_ip},      {"DST", program_fields().dst_ip},
        {"SPT", program_fields().src_port},    {"DPT", program_fields().dst_port},
        {"PROTO", program_fields().protocol}};
    for (const auto& [own, id] : plain)
      if (own == key) out.value(id, value);
  }
  return true;
}

bool kernel(TextCursor in, FieldWriter& out) {
  std::string_view uptime;
  if (in.skip("[")) {
    if (!in.until("] ", uptime)) return false;
  }
  TextCursor audit = in;
  if (audit.skip("audit: ") && audit.rest.starts_with("type=")) {
    audit.skip("type=");
    const std::string_view type = audit.word();
    std::string_view stamp;
    if (!audit.skip("audit(") || !audit.until("):", stamp)) return false;
    out.named_value("type", type);
    parse_audit_fields(audit.rest, type, out);
    return true;
  }
  return packet(in, out);
}

/// "Started foo.service - Foo." and "foo.service: Main process exited, code=exited, status=1/FAILURE".
bool systemd(TextCursor in, FieldWriter& out) {
  constexpr std::array<std::string_view, 9> verbs = {"Started ",  "Starting ", "Stopped ",
                                                     "Stopping ", "Reloaded ", "Reloading ",
                                                     "Finished ", "Mounted ",  "Failed to start "};
  for (const std::string_view verb : verbs)
    if (in.skip(verb)) {
      add_text(out, program_fields().action, verb.substr(0, verb.size() - 1));
      std::string_view unit = in.rest;
      if (const size_t dash = unit.find(" - "); dash != std::string_view::npos) unit = unit.substr(0, dash);
      while (unit.ends_with('.')) unit.remove_suffix(1);
      add_text(out, program_fields().unit, unit);
      return true;
    }
  const size_t colon = in.rest.find(": ");
  if (colon == std::string_view::npos || in.rest.substr(0, colon).contains(' ')) return false;
  constexpr std::array<std::string_view, 6> kinds = {".service", ".timer", ".socket", ".mount", ".scope", ".slice"};
  const std::string_view unit = in.rest.substr(0, colon);
  if (!std::ranges::any_of(kinds, [&](std::string_view kind) { return unit.ends_with(kind); })) return false;
  add_text(out, program_fields().unit, unit);
  add_text(out, program_fields().reason, in.rest.substr(colon + 2));
  return true;
}

bool logind(TextCursor in, FieldWriter& out) {
  std::string_view session;
  if (in.skip("New session ") && in.until(" of user ", session)) {
    add_text(out, program_fields().action, "session opened");
    add_text(out, program_fields().user, in.rest.substr(0, in.rest.find_last_not_of('.') + 1));
  } else if (in.skip("Removed session ")) {
    add_text(out, program_fields().action, "session closed");
    session = in.rest.substr(0, in.rest.find_last_not_of('.') + 1);
  } else {
    return false;
  }
  add_text(out, program_fields().session_id, session);
  return true;
}

/// "query[A] example.com from 10.0.0.5", "reply example.com is 192.0.2.1".
bool dnsmasq(TextCursor in, FieldWriter& out) {
  std::string_view type;
  std::string_view name;
  if (in.skip("query[") && in.until("] ", type) && in.until_last(" from ", name)) {
    add_text(out, program_fields().query, name);
    add_text(out, program_fields().record_type, type);
    add_text(out, program_fields().src_ip, in.rest);
    return true;
  }
  if ((in.skip("reply ") || in.skip("cached ")) && in.until(" is ", name)) {
    add_text(out, program_fields().query, name);
    add_text(out, program_fields().answer, in.rest);
    return true;
  }
  return false;
}

/// "client @0x7f 10.0.0.5#4242 (example.com): query: example.com IN A + (10.0.0.1)".
bool named(TextCursor in, FieldWriter& out) {
  std::string_view ignored;
  std::string_view ip;
  if (in.skip("queries: ")) in.skip("info: ");
  if (!in.skip("client ")) return false;
  if (in.skip("@")) (void)in.word();
  if (!in.until("#", ip)) return false;
  const std::string_view port = in.word();
  if (!in.until("query: ", ignored)) return false;
  const std::string_view name = in.word();
  (void)in.word();
  add_text(out, program_fields().src_ip, ip);
  if (all_digits(port)) out.value(program_fields().src_port, port);
  add_text(out, program_fields().query, name);
  add_text(out, program_fields().record_type, in.word());
  return true;
}

bool audit(TextCursor in, FieldWriter& out) {
  AuditHead head;
  return parse_audit_record(in.rest, out, head);
}

struct Program {
  std::string_view name;
  bool (*parse)(TextCursor in, FieldWriter& out);
};

constexpr std::array<Program, 28> programs = {{
    {"sshd", parse_sshd},
    {"sshd-session", parse_sshd},
    {"sudo", parse_sudo},
    {"su", parse_su},
    {"CRON", cron},
    {"cron", cron},
    {"crond", cron},
    {"CROND", cron},
    {"crontab", cron},
    {"kernel", kernel},
    {"useradd", parse_accounts},
    {"usermod", parse_accounts},
    {"userdel", parse_accounts},
    {"groupadd", parse_accounts},
    {"groupmod", parse_accounts},
    {"groupdel", parse_accounts},
    {"gpasswd", parse_accounts},
    {"adduser", parse_accounts},
    {"passwd", parse_accounts},
    {"chpasswd", parse_accounts},
    {"systemd", systemd},
    {"systemd-logind", logind},
    {"dnsmasq", dnsmasq},
    {"named", named},
    {"audispd", audit},
    {"auditd", audit},
    {"audisp-syslog", audit},
    {"audit", audit},
}};

}  // namespace

void parse_program_message(std::string_view program, std::string_view message, FieldWriter& out) {
  program = program.substr(program.rfind('/') + 1);
  const auto* known = std::ranges::find(programs, program, &Program::name);
  if (known != programs.end() && known->parse({message}, out)) return;
  if (message.starts_with("pam_")) (void)parse_pam({message}, out);
}

}  // namespace yagura::formats

#pragma once

#include "event/field.hpp"
#include "formats/field_writer.hpp"

namespace yagura::formats {

/// The fields that messages of programs are broken into, interned once.
struct ProgramFields {
  event::FieldId user = event::known_field("user");
  event::FieldId target_user = event::known_field("target_user");
  event::FieldId run_as = event::known_field("run_as");
  event::FieldId group = event::known_field("group");
  event::FieldId src_ip = event::known_field("src_ip");
  event::FieldId src_port = event::known_field("src_port");
  event::FieldId dst_ip = event::known_field("dst_ip");
  event::FieldId dst_port = event::known_field("dst_port");
  event::FieldId protocol = event::known_field("protocol");
  event::FieldId auth_method = event::known_field("auth_method");
  event::FieldId auth_result = event::known_field("auth_result");
  event::FieldId key_type = event::known_field("key_type");
  event::FieldId key_fingerprint = event::known_field("key_fingerprint");
  event::FieldId command = event::known_field("command");
  event::FieldId pwd = event::known_field("pwd");
  event::FieldId tty = event::known_field("tty");
  event::FieldId action = event::known_field("action");
  event::FieldId reason = event::known_field("reason");
  event::FieldId unit = event::known_field("unit");
  event::FieldId session_id = event::known_field("session_id");
  event::FieldId uid = event::known_field("uid");
  event::FieldId gid = event::known_field("gid");
  event::FieldId home = event::known_field("home");
  event::FieldId shell = event::known_field("shell");
  event::FieldId query = event::known_field("query");
  event::FieldId record_type = event::known_field("record_type");
  event::FieldId answer = event::known_field("answer");
  event::FieldId invalid_user = event::known_field("invalid_user");
  event::FieldId pam_module = event::known_field("pam_module");
  event::FieldId pam_service = event::known_field("pam_service");
  event::FieldId in_interface = event::known_field("in_interface");
  event::FieldId out_interface = event::known_field("out_interface");
  event::FieldId rule_prefix = event::known_field("rule_prefix");
};

const ProgramFields& program_fields();

/// Adds a text field unless it is empty.
void add_text(FieldWriter& out, event::FieldId id, std::string_view text);

/// Adds action and auth_result.
void add_outcome(FieldWriter& out, std::string_view action, std::string_view result);

// A program's messages. False when it is none that is known; nothing was added then, or parts that hold anyway.
bool parse_sshd(TextCursor in, FieldWriter& out);
bool parse_sudo(TextCursor in, FieldWriter& out);
bool parse_su(TextCursor in, FieldWriter& out);
bool parse_pam(TextCursor in, FieldWriter& out);
/// useradd, usermod, userdel, groupadd, gpasswd and the like.
bool parse_accounts(TextCursor in, FieldWriter& out);

}  // namespace yagura::formats

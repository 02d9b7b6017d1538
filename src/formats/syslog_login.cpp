#include <algorithm>
#include <array>

#include "formats/syslog_fields.hpp"

namespace yagura::formats {

const ProgramFields& program_fields() {
  static const ProgramFields all;
  return all;
}

void add_text(FieldWriter& out, event::FieldId id, std::string_view text) {
  if (!text.empty()) out.text(id, text);
}

void add_outcome(FieldWriter& out, std::string_view action, std::string_view result) {
  add_text(out, program_fields().action, action);
  add_text(out, program_fields().auth_result, result);
}

/// "10.0.0.1 port 22 ..." in its order; the port may be missing.
static void address(TextCursor in, FieldWriter& out) {
  std::string_view ip = in.word();
  while (!ip.empty() && (ip.back() == ':' || ip.back() == ',')) ip.remove_suffix(1);
  add_text(out, program_fields().src_ip, ip);
  if (!in.skip("port ")) return;
  std::string_view port = in.word();
  port = port.substr(0, port.find_first_not_of("0123456789"));
  if (!port.empty()) out.value(program_fields().src_port, port);
}

/// "[invalid user ]NAME from IP port N ssh2[: RSA SHA256:...]". A name may hold " from ": the last one counts.
static void user_from(TextCursor in, FieldWriter& out) {
  if (in.skip("invalid user ") || in.skip("illegal user "))
    out.add(program_fields().invalid_user, event::Kind::boolean, "true");
  std::string_view user;
  if (!in.until_last(" from ", user)) return;
  out.text(program_fields().user, user);
  address(in, out);
  const size_t key = in.rest.find("ssh2: ");
  if (key == std::string_view::npos) return;
  in.rest.remove_prefix(key + 6);
  add_text(out, program_fields().key_type, in.word());
  add_text(out, program_fields().key_fingerprint, in.word());
}

/// "[authenticating |invalid ]user NAME IP port N" or "IP port N".
static void closed_by(TextCursor in, FieldWriter& out) {
  const bool invalid = in.skip("invalid user ");
  if (invalid) out.add(program_fields().invalid_user, event::Kind::boolean, "true");
  if (!invalid && !in.skip("authenticating user ") && !in.skip("user ")) return address(in, out);
  const size_t port = in.rest.rfind(" port ");
  const size_t space = port == std::string_view::npos ? port : in.rest.substr(0, port).rfind(' ');
  if (space == std::string_view::npos) return;
  add_text(out, program_fields().user, in.rest.substr(0, space));
  address({in.rest.substr(space + 1)}, out);
}

bool parse_sshd(TextCursor in, FieldWriter& out) {
  in.skip("error: ");
  const TextCursor start = in;
  if (in.skip("Accepted ") || in.skip("Failed ") || in.skip("Postponed ")) {
    const bool accepted = start.rest[0] == 'A';
    std::string_view method;
    if (!in.until(" for ", method)) return false;
    if (start.rest[0] != 'P') add_outcome(out, accepted ? "login" : "login failed", accepted ? "success" : "failure");
    add_text(out, program_fields().auth_method, method);
    user_from(in, out);
  } else if (in.skip("Invalid user ")) {
    add_outcome(out, "login failed", "failure");
    out.add(program_fields().invalid_user, event::Kind::boolean, "true");
    user_from(in, out);
  } else if (in.skip("maximum authentication attempts exceeded for ") || in.skip("PAM: Authentication failure for ")) {
    add_outcome(out, "login failed", "failure");
    user_from(in, out);
  } else if (in.skip("Connection closed by ") || in.skip("Connection reset by ") || in.skip("Disconnected from ") ||
             in.skip("Disconnecting ")) {
    add_text(out, program_fields().action, "disconnected");
    closed_by(in, out);
  } else if (in.skip("Connection from ") || in.skip("Received disconnect from ")) {
    add_text(out, program_fields().action, start.rest[0] == 'C' ? "connected" : "disconnected");
    address(in, out);
  } else if (start.rest.contains(" from ") &&
             (in.skip("Did not receive identification string") || in.skip("Bad protocol version identification"))) {
    add_text(out, program_fields().action, "probed");
    std::string_view ignored;
    if (in.until_last(" from ", ignored) || in.skip("from ")) address(in, out);
  } else if (in.skip("Unable to negotiate with ")) {
    add_text(out, program_fields().action, "probed");
    address(in, out);
  } else {
    return false;
  }
  return true;
}

/// "alice : [why ; ]TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/cat x"; the command runs to the end.
bool parse_sudo(TextCursor in, FieldWriter& out) {
  in.skip_spaces();
  std::string_view user;
  if (!in.until(" : ", user) || !in.rest.contains("COMMAND=")) return false;
  add_text(out, program_fields().user, user);
  bool refused = false;
  std::string_view part;
  while (!in.rest.starts_with("COMMAND=") && in.until(" ; ", part)) {
    TextCursor at{part};
    if (at.skip("TTY=")) {
      add_text(out, program_fields().tty, at.rest);
    } else if (at.skip("PWD=")) {
      add_text(out, program_fields().pwd, at.rest);
    } else if (at.skip("USER=")) {
      add_text(out, program_fields().run_as, at.rest);
    } else if (at.skip("GROUP=")) {
      add_text(out, program_fields().group, at.rest);
    } else if (!at.skip("ENV=") && !at.skip("TSID=") && !at.skip("CHROOT=")) {
      refused = true;
      add_text(out, program_fields().reason, at.rest);
    }
  }
  if (in.skip("COMMAND=")) add_text(out, program_fields().command, in.rest);
  add_outcome(out, refused ? "command refused" : "command", refused ? "failure" : "success");
  return true;
}

bool parse_su(TextCursor in, FieldWriter& out) {
  const bool failed = in.skip("FAILED ");
  std::string_view target;
  std::string_view user;
  if (!in.skip("SU ") && !in.skip("su ")) in.skip("Successful su ");
  if (in.skip("(to ") && in.until(") ", target) && in.until(" on ", user)) {
    add_text(out, program_fields().tty, in.rest);
  } else if (in.skip("for ") && in.until(" by ", target)) {
    user = in.rest;
  } else if ((in.skip("+ ") || in.skip("- ")) && in.rest.contains(':')) {
    add_text(out, program_fields().tty, in.word());
    if (!in.until(":", user)) return false;
    target = in.rest;
  } else {
    return false;
  }
  add_text(out, program_fields().user, user);
  add_text(out, program_fields().run_as, target);
  add_outcome(out, "su", failed ? "failure" : "success");
  return true;
}

/// "new user: name=bob, UID=1001, GID=1001, home=/home/bob, shell=/bin/sh, from=/dev/pts/0".
static void account_details(TextCursor in, event::FieldId named, FieldWriter& out) {
  while (!in.done()) {
    std::string_view part;
    if (!in.until(", ", part)) {
      part = in.rest;
      in.rest = {};
    }
    TextCursor at{part};
    if (at.skip("name=")) {
      add_text(out, named, at.rest);
    } else if (at.skip("UID=")) {
      out.value(program_fields().uid, at.rest);
    } else if (at.skip("GID=")) {
      out.value(program_fields().gid, at.rest);
    } else if (at.skip("home=")) {
      add_text(out, program_fields().home, at.rest);
    } else if (at.skip("shell=")) {
      add_text(out, program_fields().shell, at.rest);
    } else if (at.skip("from=")) {
      add_text(out, program_fields().tty, at.rest);
    }
  }
}

bool parse_accounts(TextCursor in, FieldWriter& out) {
  std::string_view name;
  std::string_view group;
  if (in.skip("new user: ")) {
    add_text(out, program_fields().action, "user added");
    account_details(in, program_fields().target_user, out);
  } else if (in.skip("new group: ") || in.skip("group added to /etc/group: ")) {
    add_text(out, program_fields().action, "group added");
    account_details(in, program_fields().group, out);
  } else if (in.skip("add '") && in.until("' to ", name) && (in.skip("group '") || in.skip("shadow group '"))) {
    add_text(out, program_fields().action, "group member added");
    add_text(out, program_fields().target_user, name);
    if (in.until("'", group)) add_text(out, program_fields().group, group);
  } else if (in.skip("delete user '") && in.until("'", name)) {
    add_text(out, program_fields().action, "user deleted");
    add_text(out, program_fields().target_user, name);
  } else if (in.skip("change user '") && in.until("' ", name)) {
    add_text(out, program_fields().action, "user changed");
    add_text(out, program_fields().target_user, name);
    add_text(out, program_fields().reason, in.rest);
  } else if (in.skip("delete '") && in.until("' from ", name) && (in.skip("group '") || in.skip("shadow group '"))) {
    add_text(out, program_fields().action, "group member removed");
    add_text(out, program_fields().target_user, name);
    if (in.until("'", group)) add_text(out, program_fields().group, group);
  } else if (in.skip("user ") && in.until(" added by ", name)) {
    add_text(out, program_fields().action, "group member added");
    add_text(out, program_fields().target_user, name);
    add_text(out, program_fields().user, in.word());
    if (in.skip("to group ")) add_text(out, program_fields().group, in.rest);
  } else {
    return false;
  }
  return true;
}

/// "root(uid=0)" or "root" or "(uid=0)".
static std::string_view without_uid(std::string_view user) {
  return user.substr(0, user.find('('));
}

/// "pam_unix(sshd:session): session opened for user root(uid=0) by (uid=0)".
bool parse_pam(TextCursor in, FieldWriter& out) {
  std::string_view module;
  std::string_view service;
  if (!in.rest.starts_with("pam_") || !in.until("(", module) || !in.until("): ", service)) return false;
  add_text(out, program_fields().pam_module, module);
  add_text(out, program_fields().pam_service, service);
  if (in.skip("session opened for user ") || in.skip("session closed for user ")) {
    const bool opened = in.rest.contains(" by ");
    add_text(out, program_fields().action, opened ? "session opened" : "session closed");
    std::string_view user;
    if (in.until(" by ", user)) {
      add_text(out, opened && service.starts_with("su") ? program_fields().run_as : program_fields().user,
               without_uid(user));
      if (service.starts_with("su")) add_text(out, program_fields().user, without_uid(in.rest));
    } else {
      add_text(out, program_fields().user, without_uid(in.rest));
    }
  } else if (in.skip("authentication failure;")) {
    add_outcome(out, "authentication failed", "failure");
    while (!in.done()) {
      TextCursor at{in.word()};
      if (at.skip("rhost=")) {
        add_text(out, program_fields().src_ip, at.rest);
      } else if (at.skip("user=")) {
        add_text(out, program_fields().user, at.rest);
      } else if (at.skip("tty=")) {
        add_text(out, program_fields().tty, at.rest);
      }
    }
  } else if (in.skip("password changed for ")) {
    add_text(out, program_fields().action, "password changed");
    add_text(out, program_fields().target_user, in.rest);
  }
  return true;
}

}  // namespace yagura::formats

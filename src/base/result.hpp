// Result<T>: the world failed (disk, network, peer). A person's mistake is a Diagnostic; a dirty event is
// neither: it is kept, marked and counted.
#pragma once

#include <cerrno>
#include <expected>
#include <string>
#include <utility>

namespace yagura {

enum class ErrorKind {
  io,           // a file or a disk
  disk_full,    // no room: nothing was acknowledged; make room and try the same again
  network,      // a peer or a socket
  unavailable,  // a part of ours that is starting, stopped or overloaded: try again
  not_found,
  conflict,   // somebody else changed it first
  refused,    // a rule of the domain forbids it; the message says what is missing
  forbidden,  // this actor may not
  invalid,    // the input can't be understood
  limit,      // a named limit was reached
  corrupt,    // stored bytes are not what we wrote
};

struct [[nodiscard]] Error {
  ErrorKind kind;
  std::string message;  // one sentence in English: what, where, what to do; no secret
};

template <typename T>
using Result = std::expected<T, Error>;

using Status = Result<void>;

/// Shorthand for a failing Result: `return failure(ErrorKind::io, "can't read X: ...");`
inline std::unexpected<Error> failure(ErrorKind kind, std::string message) {
  return std::unexpected(Error{kind, std::move(message)});
}

/// The kind of a file operation's failure by its errno.
constexpr ErrorKind kind_of_errno(int error) {
  if (error == ENOSPC || error == EDQUOT) return ErrorKind::disk_full;
  return error == ENOENT ? ErrorKind::not_found : ErrorKind::io;
}

}  // namespace yagura

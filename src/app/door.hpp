// The command line's way to the API. Whatever the API can do, the command line can: a running server is asked
// through the control file that it leaves in its data folder, or by URL and token; without one the same routes run
// inside this process. Refusals come in the language of the call.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/options.hpp"
#include "base/result.hpp"

namespace yagura::app {

struct DoorAnswer {
  int status = 0;
  std::string type;  // Content-Type
  std::string body;
};

constexpr size_t door_answer_bytes_max = 256u << 20;
constexpr long door_timeout_seconds = 600;

/// In the data folder while a server runs, mode 0600: its URL, its certificate if it has one, and a secret that
/// lives as long as the server. Whoever can read it owns the data and acts as the local administrator.
constexpr std::string_view control_file_name = "control.json";

struct Control {
  std::string url;
  std::string certificate;  // PEM file; empty without TLS
  std::string secret;
};

/// Writes the control file (whole or not at all).
Status write_control(const std::string& data, const Control& control);

class Door {
 public:
  virtual ~Door() = default;

  /// One request; `target` is a path with its query, percent-encoded. An empty `body` sends none. Fails with
  /// `network` when the server can't be reached; an HTTP error is an answer.
  virtual Result<DoorAnswer> call(std::string_view method, const std::string& target, const std::string& body = {},
                                  const std::string& body_type = "application/json") = 0;
};

/// The server at `data.url`, with its token and what signs its certificate (the system's authorities when empty).
Result<std::unique_ptr<Door>> open_url_door(const CommonOptions& common, const DataOptions& data);

/// The server that has `data` open, by its control file; null when none runs.
Result<std::unique_ptr<Door>> open_control_door(const CommonOptions& common, const std::string& data);

/// Whether a command may start a data folder, as `ingest` does.
enum class NoData { refused, made };

/// By --url when given, else by the control file, else in this process over the data folder.
Result<std::unique_ptr<Door>> open_door(const CommonOptions& common, const DataOptions& data,
                                        NoData no_data = NoData::refused);

/// Percent-encodes all but unreserved characters (RFC 3986 section 2.3).
std::string percent_encode(std::string_view text);

/// Prints what an answer of 400 and above says (RFC 9457), each fault on a line, and gives the exit status.
Exit say_problem(const DoorAnswer& answer);

}  // namespace yagura::app

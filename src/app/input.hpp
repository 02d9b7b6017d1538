#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/options.hpp"
#include "base/diagnostic.hpp"
#include "base/time.hpp"
#include "pipeline/decode.hpp"
#include "pipeline/ingest_files.hpp"

namespace yagura::app {

/// What --input-format and --encoding mean; a name that nobody knows is a Diagnostic that lists the known ones.
struct InputChoice {
  const formats::Format* format = nullptr;  // null: recognised
  pipeline::Encoding encoding = pipeline::Encoding::automatic;
};

Diagnosed<InputChoice> choose_input(const std::string& format, const std::string& encoding);

/// A path as JSON can carry it: itself, or when it is no UTF-8 (a Japanese Windows' names) a file URI (RFC 8089) with
/// its bytes in %XX.
std::string path_to_text(const std::filesystem::path& path);
std::filesystem::path path_of_text(std::string_view text);

std::vector<std::filesystem::path> to_paths(const std::vector<std::string>& names);

/// An RFC 3339 time (or a date) as it is, or a span before `now` ("24h", "7d"); nothing when the text is neither.
std::optional<Timestamp> moment(const std::string& text, Timestamp now);

/// {"inputs", "events", "events_before", "dirty", "findings", "failures": [{"name", "message"}]}: what the route that
/// ingests files answers, and what the command prints with --json.
boost::json::object to_json(const pipeline::IngestSummary& summary);

/// Prints each failure to standard error; `could_not` when there is one.
Exit say_failures(std::span<const pipeline::InputFailure> failures);

}  // namespace yagura::app

// The console as it is served: the built files of web/, packed into one piece and carried by the program. This knows
// paths, types and bytes; what the files do is theirs.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "api/services.hpp"
#include "base/result.hpp"

namespace yagura::api {

constexpr std::string_view console_pack_mark = "yagura-console 1";
constexpr size_t console_files_max = 2000;
constexpr size_t console_file_bytes_max = 32 << 20;  // unpacked

struct ConsoleFile {
  std::string type;       // Content-Type
  std::string etag;       // with its quotes
  std::string_view gzip;  // RFC 1952
  bool hashed = false;    // its name changes with its content, so it may be kept for ever
};

/// The files by path without the leading '/'. They view the pack, which has to outlive them.
class ConsoleFiles {
 public:
  /// `pack`: the mark and a line "<path>\t<type>\t<digest>\t<bytes>" a file, an empty line, then the bytes one after
  /// another, each file as gzip. Fails with `invalid` on anything else. An empty pack holds no file.
  static Result<ConsoleFiles> parse(std::string_view pack);

  bool empty() const { return files_.empty(); }
  const ConsoleFile* find(std::string_view path) const;

 private:
  std::map<std::string, ConsoleFile, std::less<>> files_;
};

/// GET of everything outside /api/: a file of the console, or its page for a path that names none, since the page's
/// own addresses ("/alerts/ALT-2026-0001?lang=en") are the console's matter.
RouteSet console_routes(ConsoleFiles files);

/// GET / of a program that carries no console: where the API is, in ja and en.
RouteSet index_route(const SystemServices& services);

}  // namespace yagura::api

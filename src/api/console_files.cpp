#include "api/console_files.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <charconv>

#include "api/problem.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

constexpr std::string_view page_path = "index.html";
constexpr std::string_view hashed_folder = "assets/";
constexpr int gzip_window_bits = 15 + 16;  // zlib's way to say gzip

/// Scripts, styles and calls go to this server alone; nothing inline runs, nobody frames it, no form leaves it.
constexpr const char* page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'";

std::optional<std::string> unpack(std::string_view gzip) {
  z_stream stream{};
  if (inflateInit2(&stream, gzip_window_bits) != Z_OK) return std::nullopt;
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(gzip.size());
  std::string out;
  int state = Z_OK;
  while (state == Z_OK && out.size() <= console_file_bytes_max) {
    const size_t before = out.size();
    out.resize(before + 64 * 1024);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(out.size() - before);
    state = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return state == Z_STREAM_END ? std::optional(std::move(out)) : std::nullopt;
}

/// Does an Accept-Encoding (RFC 9110 section 12.5.3) take gzip? None at all takes it only by grace: we send it plain.
bool takes_gzip(std::string_view accepted) {
  for (const std::string_view item : split(accepted, ',')) {
    const size_t semicolon = item.find(';');
    const std::string coding = ascii_lower(trim(item.substr(0, semicolon)));
    if (coding != "gzip" && coding != "*") continue;
    if (semicolon == std::string_view::npos) return true;
    const std::string weight = ascii_lower(trim(item.substr(semicolon + 1)));
    return weight.find_first_of("123456789") != std::string::npos;
  }
  return false;
}

bool holds_tag(std::string_view header, std::string_view etag) {
  for (std::string_view item : split(header, ',')) {
    item = trim(item);
    if (item.starts_with("W/")) item.remove_prefix(2);
    if (item == etag || item == "*") return true;
  }
  return false;
}

/// A file lies in the hashed folder or, its name with a dot, at the top; every other path is an address inside the
/// page, which may end with anything ("users/sato.k").
bool names_a_file(std::string_view path) {
  const bool at_the_top = path.find('/', 1) == std::string_view::npos;
  return path.starts_with(hashed_folder) || (at_the_top && path.find('.') != std::string_view::npos);
}

Response file_response(const Request& request, const ConsoleFile& file) {
  Response out{200, file.type, "", {}, nullptr};
  out.headers.emplace_back("ETag", file.etag);
  out.headers.emplace_back("Vary", "Accept-Encoding");
  out.headers.emplace_back("Cache-Control", file.hashed ? "public, max-age=31536000, immutable" : "no-cache");
  out.headers.emplace_back("Content-Security-Policy", page_policy);
  if (holds_tag(request.headers.get("If-None-Match").value_or(""), file.etag)) {
    out.status = 304;
    out.type.clear();
    return out;
  }
  if (takes_gzip(request.headers.get("Accept-Encoding").value_or(""))) {
    out.headers.emplace_back("Content-Encoding", "gzip");
    out.body = file.gzip;
    return out;
  }
  auto plain = unpack(file.gzip);
  if (!plain) return problem(500, "console", "a file of the console can't be unpacked");
  out.body = std::move(*plain);
  return out;
}

Response serve(const ConsoleFiles& files, const Request& request) {
  const std::string& path = request.path_value("path");
  if (const ConsoleFile* file = files.find(path)) return file_response(request, *file);
  if (names_a_file(path)) return problem(404, "no_such_path", "there is nothing at this path");
  const ConsoleFile* page = files.find(page_path);
  return page == nullptr ? problem(404, "no_such_path", "there is nothing at this path")
                         : file_response(request, *page);
}

}  // namespace

Result<ConsoleFiles> ConsoleFiles::parse(std::string_view pack) {
  ConsoleFiles out;
  if (pack.empty()) return out;
  const size_t end = pack.find("\n\n");
  if (end == std::string_view::npos) return failure(ErrorKind::invalid, "the console's pack has no end of its list");
  std::string_view bytes = pack.substr(end + 2);
  bool first = true;
  for (const std::string_view line : split(pack.substr(0, end), '\n')) {
    if (std::exchange(first, false)) {
      if (line != console_pack_mark) return failure(ErrorKind::invalid, "this is no pack of a console");
      continue;
    }
    const auto cells = split(line, '\t');
    size_t size = 0;
    const bool whole = cells.size() == 4 && out.files_.size() < console_files_max &&
                       std::from_chars(cells[3].data(), cells[3].data() + cells[3].size(), size).ec == std::errc() &&
                       size > 0 && size <= bytes.size();
    if (!whole) return failure(ErrorKind::invalid, fmt::format("the console's pack is damaged at '{}'", line));
    out.files_[std::string(cells[0])] = {std::string(cells[1]), fmt::format("\"{}\"", cells[2]), bytes.substr(0, size),
                                         cells[0].starts_with(hashed_folder)};
    bytes.remove_prefix(size);
  }
  if (!bytes.empty()) return failure(ErrorKind::invalid, "the console's pack holds more than its list says");
  return out;
}

const ConsoleFile* ConsoleFiles::find(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

RouteSet console_routes(ConsoleFiles files) {
  Route route;
  route.pattern = "/{path*}";
  route.operation = "console";
  route.tag = "pages";
  route.summary = "The console";
  route.permission = std::string(open_to_all);
  route.any_query = true;
  route.answers = {{.type = "text/html; charset=utf-8"}};
  route.handler = [files = std::move(files)](const Request& request) { return serve(files, request); };
  route.unlisted = true;
  return {{std::move(route)}, {}};
}

}  // namespace yagura::api

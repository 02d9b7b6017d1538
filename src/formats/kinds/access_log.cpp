// access-log: Apache's and nginx's common and combined access logs, with a virtual host in front or not. Fields have
// the W3C names that rules for web servers use.
#include "base/text.hpp"
#include "formats/field_writer.hpp"
#include "formats/line_events.hpp"
#include "formats/log_time.hpp"

namespace yagura::formats {
namespace {

constexpr std::string_view name = "access-log";

struct Names {
  event::FieldId host = event::known_field("cs-host");
  event::FieldId client = event::known_field("c-ip");
  event::FieldId user = event::known_field("cs-username");
  event::FieldId method = event::known_field("cs-method");
  event::FieldId uri = event::known_field("cs-uri");
  event::FieldId stem = event::known_field("cs-uri-stem");
  event::FieldId query = event::known_field("cs-uri-query");
  event::FieldId version = event::known_field("cs-version");
  event::FieldId status = event::known_field("sc-status");
  event::FieldId bytes = event::known_field("sc-bytes");
  event::FieldId referer = event::known_field("cs-referer");
  event::FieldId agent = event::known_field("cs-user-agent");
};

struct Request {
  std::string_view virtual_host;
  std::string_view client;
  std::string_view user;
  std::string_view time;
  std::string_view request;
  std::string_view status;
  std::string_view bytes;
  std::string_view referer;
  std::string_view agent;
};

/// What stands between quotes, where a backslash takes the next character along.
bool take_quoted(TextCursor& in, std::string_view& out) {
  if (!in.skip("\"")) return false;
  size_t end = 0;
  while (end < in.rest.size() && in.rest[end] != '"') end += in.rest[end] == '\\' ? 2 : 1;
  if (end >= in.rest.size()) return false;
  out = in.rest.substr(0, end);
  in.rest.remove_prefix(end + 1);
  in.skip(" ");
  return true;
}

bool parse(std::string_view line, Request& out) {
  out = {};
  TextCursor in{line};
  std::string_view before;
  if (!in.until(" [", before) || !in.until("] ", out.time) || out.time.size() > 40) return false;
  TextCursor front{before};
  std::string_view first = front.word();
  std::string_view second = front.word();
  if (second != "-" && !front.rest.empty() && front.rest.contains(' ')) {
    out.virtual_host = first;
    first = second;
    second = front.word();
  }
  out.client = first;
  out.user = front.rest;
  if (out.client.empty() || second.empty() || out.user.empty()) return false;
  if (!take_quoted(in, out.request)) return false;
  out.status = in.word();
  out.bytes = in.word();
  if (out.status.size() != 3 || !all_digits(out.status)) return false;
  if (take_quoted(in, out.referer)) (void)take_quoted(in, out.agent);
  return true;
}

class AccessLogDecoder : public LineEvents {
 public:
  explicit AccessLogDecoder(const DecoderOptions& options) : LineEvents(name, options) {}

 protected:
  Taken line(std::string_view text, event::Batch& out) override {
    Request request;
    if (!parse(text, request)) return Taken::unparsed;
    const auto time = parse_log_time(request.time, options().zone_offset_seconds);
    if (!time) return Taken::unparsed;
    event::Event& event = out.current();
    event.time = time->time;
    event.host = request.virtual_host.substr(0, request.virtual_host.find(':'));
    writer_.start(out);
    add(names_.host, request.virtual_host);
    add(names_.client, request.client);
    add(names_.user, request.user);
    add_request(request.request);
    add(names_.status, request.status);
    add(names_.bytes, request.bytes);
    add(names_.referer, request.referer);
    add(names_.agent, request.agent);
    return Taken::event;
  }

 private:
  void add(event::FieldId id, std::string_view text) {
    if (!text.empty() && text != "-") writer_.value(id, text);
  }

  /// "GET /path?query HTTP/1.1"; what is no such line (a TLS hello on a plain port) stays whole as cs-uri.
  void add_request(std::string_view text) {
    TextCursor in{text};
    const std::string_view method = in.word();
    std::string_view uri;
    if (!in.until_last(" HTTP/", uri)) return add(names_.uri, text);
    add(names_.method, method);
    add(names_.uri, uri);
    const size_t mark = uri.find('?');
    add(names_.stem, uri.substr(0, mark));
    if (mark != std::string_view::npos) add(names_.query, uri.substr(mark + 1));
    writer_.text(names_.version, in.rest);
  }

  Names names_;
  FieldWriter writer_;
};

int sniff(std::string_view head, std::string_view) {
  const std::string_view line = head.substr(0, head.find('\n'));
  Request request;
  return parse(line, request) && parse_log_time(request.time, 0) ? 92 : 0;
}

std::unique_ptr<Decoder> open(const DecoderOptions& options) {
  return std::make_unique<AccessLogDecoder>(options);
}

}  // namespace

extern const Format access_log_format{name, "Apache's and nginx's access logs", sniff, open};

}  // namespace yagura::formats

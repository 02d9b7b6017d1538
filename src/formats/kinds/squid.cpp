// squid: Squid's native access log. Fields have the W3C names that rules for proxies use.
#include <array>

#include "formats/field_writer.hpp"
#include "formats/line_events.hpp"
#include "formats/log_time.hpp"

namespace yagura::formats {
namespace {

constexpr std::string_view name = "squid";

/// time elapsed client code/status bytes method URL user hierarchy/peer type
struct Line {
  std::string_view time, elapsed, client, code, status, bytes, method, url, user, hierarchy, peer, type;
};

bool parse(std::string_view text, Line& out) {
  TextCursor in{text};
  const auto word = [&] {
    in.skip_spaces();
    return in.word();
  };
  out = {.time = word(), .elapsed = word(), .client = word()};
  TextCursor result{word()};
  if (!result.until("/", out.code)) return false;
  out.status = result.rest;
  out.bytes = word();
  out.method = word();
  out.url = word();
  out.user = word();
  TextCursor route{word()};
  if (!route.until("/", out.hierarchy)) return false;
  out.peer = route.rest;
  out.type = word();
  const std::string_view elapsed = out.elapsed.starts_with('-') ? out.elapsed.substr(1) : out.elapsed;
  return out.time.contains('.') && all_digits(elapsed) && all_digits(out.bytes) && all_digits(out.status) &&
         out.status.size() <= 3 && !out.url.empty() && !out.user.empty();
}

struct Names {
  event::FieldId elapsed = event::known_field("time-taken");
  event::FieldId client = event::known_field("c-ip");
  event::FieldId action = event::known_field("s-action");
  event::FieldId status = event::known_field("sc-status");
  event::FieldId bytes = event::known_field("sc-bytes");
  event::FieldId method = event::known_field("cs-method");
  event::FieldId url = event::known_field("c-uri");
  event::FieldId stem = event::known_field("c-uri-stem");
  event::FieldId query = event::known_field("c-uri-query");
  event::FieldId extension = event::known_field("c-uri-extension");
  event::FieldId host = event::known_field("cs-host");
  event::FieldId domain = event::known_field("r-dns");
  event::FieldId user = event::known_field("cs-username");
  event::FieldId hierarchy = event::known_field("s-hierarchy");
  event::FieldId peer = event::known_field("r-ip");
  event::FieldId type = event::known_field("cs-mime-type");
};

class SquidDecoder : public LineEvents {
 public:
  explicit SquidDecoder(const DecoderOptions& options) : LineEvents(name, options) {}

 protected:
  Taken line(std::string_view text, event::Batch& out) override {
    Line line;
    if (!parse(text, line)) return Taken::unparsed;
    const auto time = parse_log_time(line.time, 0);
    if (!time) return Taken::unparsed;
    out.current().time = time->time;
    out.current().host = line.client;
    out.current().channel = name;
    writer_.start(out);
    add(names_.elapsed, line.elapsed);
    add(names_.client, line.client);
    add(names_.action, line.code);
    add(names_.status, line.status);
    add(names_.bytes, line.bytes);
    add(names_.method, line.method);
    add_url(line.url, line.method);
    add(names_.user, line.user);
    add(names_.hierarchy, line.hierarchy);
    add(names_.peer, line.peer);
    add(names_.type, line.type);
    return Taken::event;
  }

 private:
  void add(event::FieldId id, std::string_view text) {
    if (!text.empty() && text != "-") writer_.value(id, text);
  }

  /// "http://user@host:80/a/b.exe?q", or "host:443" of a tunnel.
  void add_url(std::string_view url, std::string_view method) {
    add(names_.url, url);
    TextCursor in{url};
    std::string_view scheme;
    const bool whole = in.until("://", scheme);
    if (!whole && method != "CONNECT") return;
    const size_t path_at = std::min(in.rest.find_first_of("/?"), in.rest.size());
    std::string_view host = in.rest.substr(0, path_at);
    host.remove_prefix(std::min(host.rfind('@') + 1, host.size()));
    const size_t port = host.rfind(':');
    if (port != std::string_view::npos && all_digits(host.substr(port + 1))) host = host.substr(0, port);
    add(names_.host, host);
    add(names_.domain, host);
    const std::string_view path = in.rest.substr(path_at);
    const size_t mark = path.find('?');
    const std::string_view stem = path.substr(0, mark);
    add(names_.stem, stem);
    if (mark != std::string_view::npos) add(names_.query, path.substr(mark + 1));
    const std::string_view last = stem.substr(stem.rfind('/') + 1);
    if (const size_t dot = last.rfind('.'); dot != std::string_view::npos) add(names_.extension, last.substr(dot + 1));
  }

  Names names_;
  FieldWriter writer_;
};

int sniff(std::string_view head, std::string_view) {
  Line line;
  return parse(head.substr(0, head.find_first_of("\r\n")), line) && parse_log_time(line.time, 0) ? 92 : 0;
}

std::unique_ptr<Decoder> open(const DecoderOptions& options) {
  return std::make_unique<SquidDecoder>(options);
}

}  // namespace

extern const Format squid_format{name, "Squid's native access log", sniff, open};

}  // namespace yagura::formats

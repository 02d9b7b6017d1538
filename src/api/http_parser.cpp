#include "api/http_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include "base/text.hpp"

namespace yagura::api {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

int status_of(const boost::system::error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return 431;
  if (error == http::error::bad_version) return 505;
  return 400;
}

/// RFC 9112 section 5.2: what stands in front of us may read a folded field otherwise than we do.
bool holds_folded_line(std::string_view bytes) {
  const std::string_view header = bytes.substr(0, bytes.find("\r\n\r\n"));
  return header.contains("\r\n ") || header.contains("\r\n\t");
}

}  // namespace

class HttpParser::Reading : public http::basic_parser<true> {
 public:
  Reading() {
    header_limit(header_bytes_max);
    body_limit(boost::none);  // the server counts: the limit belongs to the route
    eager(false);
  }

  void fail(int status, std::string_view reason) {
    if (state == State::failed) return;
    state = State::failed;
    failed_status = status;
    failed_reason = reason;
  }

  void judge_header();

  State state = State::header;
  int failed_status = 400;
  std::string failed_reason;
  std::string request_method;
  std::string request_target;
  int request_version = 11;
  Headers fields;
  size_t field_count = 0;
  std::string body;
  bool wants_continue = false;

 protected:
  void on_request_impl(http::verb, string_view method, string_view target, int version, error_code& error) override {
    request_method = std::string(method);
    request_target = std::string(target);
    request_version = version;
    if (version != 10 && version != 11) error = http::error::bad_version;
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(http::field, string_view name, string_view value, error_code& error) override {
    if (++field_count > header_fields_max) {
      error = http::error::header_limit;
      return;
    }
    fields.add(std::string(name), std::string(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view bytes, error_code&) override {
    body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t, string_view extensions, error_code& error) override {
    if (extensions.size() > 256) error = http::error::bad_chunk_extension;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) override {
    body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_finish_impl(error_code&) override {}
};

/// RFC 9112: what must hold before the body may be believed.
void HttpParser::Reading::judge_header() {
  if (request_version == 11 && fields.count("Host") != 1) return fail(400, "one Host field is needed");
  if (fields.count("Host") > 1) return fail(400, "Host is given twice");
  if (const auto coding = fields.get("Transfer-Encoding")) {
    if (request_version == 10) return fail(400, "HTTP/1.0 knows no Transfer-Encoding");
    if (fields.count("Transfer-Encoding") > 1 || ascii_lower(trim(*coding)) != "chunked")
      return fail(501, "the only transfer coding is chunked");
    if (fields.get("Content-Length")) return fail(400, "a length and chunks at once");
  }
  if (fields.count("Content-Length") > 1) return fail(400, "Content-Length is given twice");
  // RFC 9110 section 8.6 lets "3, 3" pass; who passes it on may not.
  if (const auto length = fields.get("Content-Length"); length && length->contains(','))
    return fail(400, "Content-Length is given twice");
  if (fields.get("Upgrade") && fields.get("HTTP2-Settings")) return;  // an upgrade may be ignored: RFC 9110 7.8
  if (const auto expected = fields.get("Expect")) {
    if (ascii_lower(trim(*expected)) != "100-continue") return fail(417, "the only expectation is 100-continue");
    wants_continue = request_version == 11;
  }
}

HttpParser::HttpParser() : reading_(std::make_unique<Reading>()) {}
HttpParser::~HttpParser() = default;

size_t HttpParser::feed(std::string_view bytes) {
  Reading& in = *reading_;
  size_t used = 0;
  while (used < bytes.size() && (in.state == State::header || in.state == State::body)) {
    if (in.state == State::header && holds_folded_line(bytes.substr(used))) {
      in.fail(400, "a header field is folded over lines");
      return used;
    }
    boost::system::error_code error;
    const size_t step = in.put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), error);
    used += step;
    if (error == http::error::need_more) {
      if (in.state == State::header && bytes.size() - used >= header_bytes_max) in.fail(431, "the header is too long");
      return used;
    }
    if (error) {
      in.fail(status_of(error), "the request is malformed: " + error.message());
      return used;
    }
    if (in.state == State::header && in.is_header_done()) {
      in.state = State::body;
      in.judge_header();
      if (in.state == State::body && in.is_done()) in.state = State::done;
      return used;
    }
    if (in.state == State::body && in.is_done()) in.state = State::done;
    if (step == 0) return used;
  }
  return used;
}

HttpParser::State HttpParser::state() const {
  return reading_->state;
}

std::string_view HttpParser::method() const {
  return reading_->request_method;
}

std::string_view HttpParser::target() const {
  return reading_->request_target;
}

int HttpParser::version() const {
  return reading_->request_version;
}

const Headers& HttpParser::headers() const {
  return reading_->fields;
}

Headers HttpParser::take_headers() {
  return std::move(reading_->fields);
}

std::optional<uint64_t> HttpParser::content_length() const {
  const auto length = reading_->content_length();
  if (!length) return std::nullopt;
  return *length;
}

bool HttpParser::has_body() const {
  return reading_->state != State::done && (reading_->chunked() || content_length().value_or(0) > 0);
}

bool HttpParser::keep_alive() const {
  return reading_->keep_alive();
}

bool HttpParser::expects_continue() const {
  return reading_->wants_continue;
}

std::string HttpParser::take_body() {
  return std::exchange(reading_->body, {});
}

int HttpParser::status() const {
  return reading_->failed_status;
}

std::string_view HttpParser::reason() const {
  return reading_->failed_reason;
}

}  // namespace yagura::api

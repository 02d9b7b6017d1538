// What a handler sees of HTTP: plain values, no sockets and no Boost.Asio. A handler is a blocking function
// Response(const Request&) that runs on a worker thread.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace yagura::api {

enum class Method { get, head, options, post, put, patch, del, other };

std::string_view to_text(Method method);
Method parse_method(std::string_view text);

/// Header fields in their order; names compare without case.
class Headers {
 public:
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  /// The first field of that name, else nothing.
  std::optional<std::string_view> get(std::string_view name) const;
  size_t count(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// The body of a request that is not read before its handler runs (ingestion).
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  /// The next piece, decompressed; empty at the end. Blocks until the peer sent it. Fails with `network` when
  /// the peer went away or is too slow, `limit` past a named limit, `invalid` for a broken encoding.
  virtual Result<std::string> read() = 0;
};

/// Events that a server-sent-event response hands out; lives as long as its connection.
class EventFeed {
 public:
  virtual ~EventFeed() = default;
  /// What waits to be sent, whole SSE frames; empty when there is nothing new. Never blocks.
  virtual std::string take() = 0;
  /// True when no more will come (server stops, session ended, client too slow): the connection is closed.
  virtual bool ended() const = 0;
  /// Called once by the server: `wake` may be called from any thread, at any time, whenever take() has more.
  virtual void on_news(std::function<void()> wake) = 0;
};

/// Who asks, as the gate found out. An empty id is nobody.
struct Principal {
  std::string id;    // "user:<login>": what facts carry as their actor; a token acts as its owner
  std::string name;  // for people
  std::set<std::string, std::less<>> permissions;
  std::string session_id;             // empty for a token
  std::string token_id;               // empty for a session
  std::string user_id;                // whose session or token it is
  std::string csrf;                   // what a session's writes have to carry in X-CSRF-Token
  bool must_change_password = false;  // until then nothing else is allowed

  bool nobody() const { return id.empty(); }
  bool may(std::string_view permission) const { return permissions.contains(permission); }
};

struct Request {
  Method method = Method::other;
  std::string path;  // decoded, always absolute
  std::vector<std::pair<std::string, std::string>> query;
  Headers headers;
  std::string body;
  BodyReader* stream = nullptr;  // set instead of `body` on routes that ask for it
  boost::json::value json;       // the parsed body when the route declares one
  std::vector<std::pair<std::string, std::string>> path_values;
  Principal principal;
  std::string peer;  // the address that connected, without its port
  bool secure = false;
  std::string id;  // of this request, for problems and logs

  /// The first query value of that name; "" and nothing differ.
  std::optional<std::string_view> param(std::string_view name) const;
  /// The value of `{name}` in the route's pattern; a name that the pattern has not is our bug.
  const std::string& path_value(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string type;  // Content-Type; empty with an empty body
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<EventFeed> feed;  // set: a stream of server-sent events follows the header
};

/// An answer of JSON.
Response json_response(int status, const boost::json::value& body);
/// 204, no body.
Response no_content();

/// The reason phrase of a status that we send ("Not Found"); "Unknown" for others.
std::string_view reason_phrase(int status);

}  // namespace yagura::api

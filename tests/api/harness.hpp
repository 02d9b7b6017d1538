// A whole API on a loopback port, for tests that speak HTTP to it. Every answer that comes back through call() is
// held against the OpenAPI document; what the contract does not say fails the test that asked.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "api/server.hpp"
#include "api/services.hpp"

namespace yagura::api {

struct Reply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool closed = false;  // the server closed the connection after it

  std::string header(std::string_view name) const;
  boost::json::value json() const;
};

/// A connection that sends bytes as they are.
class RawClient {
 public:
  /// `certificate` empty: plain; else TLS that trusts only this certificate.
  explicit RawClient(uint16_t port, const std::filesystem::path& certificate = {});
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  bool send(std::string_view bytes);
  /// One reply; status 0 when the server closed without one or nothing came for `wait_ms`.
  Reply receive(int wait_ms = 60'000, bool head_only = false);
  /// Whatever comes until `until` was seen or `wait_ms` are over.
  std::string receive_until(std::string_view until, int wait_ms = 60'000);
  bool closed_by_peer(int wait_ms = 60'000);

 private:
  bool read_some(int wait_ms);
  int socket_ = -1;
  void* context_ = nullptr;
  void* tls_ = nullptr;
  bool connected_ = false;
  std::string buffer_;
};

struct CallOptions {
  std::string token;   // Authorization: Bearer
  std::string cookie;  // of a session
  std::string csrf;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string type = "application/json";
};

/// What was told to the journal.
struct ToldFact {
  std::string actor;
  std::string kind;
  std::string subject;
  boost::json::object body;
};

class Harness {
 public:
  /// `permissions`: a file of roles instead of one role a permission.
  explicit Harness(RouteSet more = {}, ServerOptions options = {}, const std::filesystem::path& permissions = {});
  ~Harness();

  Reply call(std::string_view method, std::string_view target, const CallOptions& with = {},
             std::string_view body = {});
  /// A token of a service account that holds exactly `permissions`.
  std::string token_for(const std::vector<std::string>& permissions);
  /// Signs a person in; the options carry cookie and CSRF token.
  CallOptions sign_in(const std::string& login, const std::string& password);

  SystemServices services();
  std::vector<ToldFact> facts() const;
  void check_contract(std::string_view method, std::string_view path, const Reply& reply) const;

  std::filesystem::path folder;
  std::unique_ptr<Texts> texts;
  Counters counters;
  Timestamp now;  // the accounts' clock
  std::unique_ptr<Accounts> accounts;
  std::string admin_password;
  std::unique_ptr<Gate> gate;
  std::unique_ptr<Server> server;
  bool sink_fails = false;

 private:
  mutable std::mutex mutex_;
  std::vector<ToldFact> facts_;
  int made_ = 0;
};

/// RFC 4648 section 6, as an authenticator reads a secret.
std::string from_base32(std::string_view text);

/// Who may do everything with accounts, without being one.
Principal test_administrator();

/// Roles with one role per permission that the tests use ("p:<permission>"), and "admin".
desks::AccountRoles test_roles();

}  // namespace yagura::api

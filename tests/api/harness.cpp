#include "harness.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "api/console_files.hpp"
#include "api/json_schema.hpp"
#include "api/target.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

std::string Reply::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (ascii_lower(key) == ascii_lower(name)) return value;
  return {};
}

json::value Reply::json() const {
  boost::system::error_code error;
  json::value value = json::parse(body, error);
  EXPECT_FALSE(error) << "not JSON: " << body;
  return value;
}

RawClient::RawClient(uint16_t port, const std::filesystem::path& certificate) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  if (!connected_ || certificate.empty()) return;
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_load_verify_locations(context, certificate.c_str(), nullptr);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL* tls = SSL_new(context);
  SSL_set_fd(tls, socket_);
  connected_ = SSL_connect(tls) == 1;
  context_ = context;
  tls_ = tls;
}

RawClient::~RawClient() {
  if (tls_ != nullptr) SSL_free(static_cast<SSL*>(tls_));
  if (context_ != nullptr) SSL_CTX_free(static_cast<SSL_CTX*>(context_));
  ::close(socket_);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = tls_ != nullptr ? SSL_write(static_cast<SSL*>(tls_), bytes.data(), static_cast<int>(bytes.size()))
                                      : static_cast<int>(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool RawClient::read_some(int wait_ms) {
  pollfd waiting{socket_, POLLIN, 0};
  const bool pending = tls_ != nullptr && SSL_pending(static_cast<SSL*>(tls_)) > 0;
  if (!pending && ::poll(&waiting, 1, std::max(wait_ms, 0)) <= 0) return false;
  char bytes[16384];
  const auto count = tls_ != nullptr ? SSL_read(static_cast<SSL*>(tls_), bytes, sizeof bytes)
                                     : static_cast<int>(::recv(socket_, bytes, sizeof bytes, 0));
  if (count <= 0) return false;
  buffer_.append(bytes, static_cast<size_t>(count));
  return true;
}

Reply RawClient::receive(int wait_ms, bool head_only) {
  const int64_t until = now_ms() + wait_ms;
  const auto left = [&] { return static_cast<int>(until - now_ms()); };
  size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!read_some(left())) return {};
  Reply reply;
  const std::string head = buffer_.substr(0, end);
  buffer_.erase(0, end + 4);
  const auto lines = split(head, '\n');
  if (lines.front().size() < 12) return {};
  reply.status = std::atoi(std::string(lines.front().substr(9, 3)).c_str());
  for (size_t i = 1; i < lines.size(); ++i) {
    const size_t colon = lines[i].find(':');
    if (colon == std::string_view::npos) continue;
    reply.headers.emplace_back(lines[i].substr(0, colon), trim(lines[i].substr(colon + 1)));
  }
  reply.closed = reply.header("Connection") == "close";
  if (head_only || reply.status == 100) return reply;
  const size_t length = static_cast<size_t>(std::atoll(reply.header("Content-Length").c_str()));
  while (buffer_.size() < length)
    if (!read_some(left())) break;
  reply.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return reply;
}

std::string RawClient::receive_until(std::string_view until, int wait_ms) {
  const int64_t end = now_ms() + wait_ms;
  while (buffer_.find(until) == std::string::npos)
    if (!read_some(static_cast<int>(end - now_ms()))) break;
  return std::exchange(buffer_, {});
}

bool RawClient::closed_by_peer(int wait_ms) {
  const int64_t end = now_ms() + wait_ms;
  while (now_ms() < end) {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(end - now_ms())) <= 0) return false;
    if (!read_some(0)) return true;
  }
  return false;
}

desks::AccountRoles test_roles() {
  std::string text =
      "roles:\n  admin: {ja: 管理者, en: Administrator, permissions: [user.manage, token.manage, system.manage, "
      "alert.read]}\n";
  text += "  analyst: {ja: 分析担当, en: Analyst, permissions: [alert.read, event.read]}\n";
  auto roles = desks::AccountRoles::parse(text, "test");
  EXPECT_TRUE(roles.has_value()) << (roles ? "" : to_text(roles.error()));
  return std::move(*roles);
}

std::string from_base32(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    bits = (bits << 5U) | static_cast<uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
    held += 5;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>((bits >> static_cast<unsigned>(held)) & 0xFFU);
  }
  return out;
}

Principal test_administrator() {
  return {"user:test", "Test", {"user.manage", "token.manage", "system.manage"}, "s", "", "test", "", false};
}

Harness::Harness(RouteSet more, ServerOptions options, const std::filesystem::path& permissions) {
  folder = std::filesystem::temp_directory_path() /
           fmt::format("yagura-api-{}-{}", ::getpid(), reinterpret_cast<uintptr_t>(this));
  std::filesystem::create_directories(folder);
  texts = std::make_unique<Texts>(*Texts::load(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/i18n"));
  now = system_now();
  // Every permission of the routes gets a role of its own, so that tests can hold exactly one.
  RouteSet all = std::move(more);
  const auto told = [this](const std::string& actor, const std::string& kind, const std::string& subject,
                           json::object body) -> Status {
    const std::lock_guard lock(mutex_);
    if (sink_fails) return failure(ErrorKind::io, "the journal is full");
    facts_.push_back({actor, kind, subject, std::move(body)});
    return {};
  };
  std::string roles =
      "roles:\n  admin: {ja: 管理者, en: Administrator, permissions: [user.manage, token.manage, system.manage, "
      "alert.read, event.read]}\n  analyst: {ja: 分析担当, en: Analyst, permissions: [alert.read, event.read]}\n";
  std::vector<std::string> seen{"user.manage", "token.manage", "system.manage", "alert.read", "event.read"};
  for (const Route& route : all.routes)
    if (route.permission.size() > 1 && std::ranges::find(seen, route.permission) == seen.end())
      seen.push_back(route.permission);
  for (const std::string& permission : seen)
    roles += fmt::format("  only_{}: {{ja: 試験, en: Test, permissions: [{}]}}\n", permission, permission);
  auto parsed =
      permissions.empty() ? desks::AccountRoles::parse(roles, "test") : desks::AccountRoles::load(permissions);
  EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : to_text(parsed.error()));
  accounts = std::move(*Accounts::open(folder / "accounts.db", std::move(*parsed), told, [this] { return now; }));
  admin_password = **accounts->ensure_administrator();
  all.add(session_routes(services()));
  all.add(account_routes(services()));
  all.add(system_routes(services()));
  if (std::ranges::find(all.routes, "console", &Route::operation) == all.routes.end()) all.add(index_route(services()));
  all.add(document_route(all));
  gate = std::make_unique<Gate>(std::move(all.routes), std::move(all.components), *accounts, counters);
  auto started = Server::start(options, *gate, counters);
  EXPECT_TRUE(started.has_value()) << (started ? "" : started.error().message);
  server = std::move(*started);
}

Harness::~Harness() {
  server->stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

SystemServices Harness::services() {
  return {*accounts,    counters,
          *texts,       [this] { return now; },
          "0.1.0-test", [] { return std::vector<PartHealth>{{"ledger", "ok", ""}}; }};
}

std::vector<ToldFact> Harness::facts() const {
  const std::lock_guard lock(mutex_);
  return facts_;
}

Reply Harness::call(std::string_view method, std::string_view target, const CallOptions& with, std::string_view body) {
  std::string request = fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", method, target);
  if (!with.token.empty()) request += "Authorization: Bearer " + with.token + "\r\n";
  if (!with.cookie.empty()) request += "Cookie: " + std::string(session_cookie) + "=" + with.cookie + "\r\n";
  if (!with.csrf.empty()) request += "X-CSRF-Token: " + with.csrf + "\r\n";
  for (const auto& [name, value] : with.headers) request += name + ": " + value + "\r\n";
  if (!body.empty()) request += fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", with.type, body.size());
  request += "\r\n";
  request += body;
  RawClient client(server->port());
  client.send(request);
  Reply reply = client.receive(10'000, method == "HEAD");
  EXPECT_NE(reply.status, 0) << "no answer to " << method << " " << target;
  check_contract(method, target.substr(0, target.find('?')), reply);
  return reply;
}

void Harness::check_contract(std::string_view method, std::string_view path, const Reply& reply) const {
  const json::value& document = gate->document();
  const auto target = parse_target(path);
  const Match match = target ? gate->router().find(parse_method(method), target->path) : Match{};
  const json::value* content = nullptr;
  if (match.route != nullptr && !match.route->unlisted && method != "HEAD") {
    std::string pattern = match.route->pattern;
    if (const size_t star = pattern.find("*}"); star != std::string::npos) pattern.erase(star, 1);
    const json::object& answers = document.at("paths").at(pattern).at(ascii_lower(method)).at("responses").as_object();
    const json::value* answer = answers.if_contains(std::to_string(reply.status));
    if (answer == nullptr && reply.status >= 400) answer = answers.if_contains("default");
    ASSERT_NE(answer, nullptr) << method << " " << path << ": status " << reply.status
                               << " is not in the contract: " << reply.body;
    content = answer->as_object().if_contains("content");
    if (content == nullptr) {
      EXPECT_TRUE(reply.body.empty()) << method << " " << path;
      return;
    }
  } else if (reply.status >= 400 && method != "HEAD") {
    EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
    const json::value& problem = document.at("components").at("schemas").at("Problem");
    for (const Fault& fault : find_faults(reply.json(), problem, document))
      ADD_FAILURE() << fault.pointer << " " << fault.message;
    return;
  }
  if (content == nullptr) return;
  const json::value* media = content->as_object().if_contains(reply.header("Content-Type"));
  ASSERT_NE(media, nullptr) << method << " " << path << ": the contract has no " << reply.header("Content-Type");
  if (reply.header("Content-Type").find("json") == std::string::npos) return;
  for (const Fault& fault : find_faults(reply.json(), media->at("schema"), document))
    ADD_FAILURE() << method << " " << path << " breaks its contract at " << fault.pointer << ": " << fault.message
                  << "\n"
                  << reply.body;
}

std::string Harness::token_for(const std::vector<std::string>& permissions) {
  User user;
  user.login = fmt::format("robot{}", ++made_);
  user.name = "Robot";
  user.service = true;
  for (const std::string& permission : permissions) user.roles.push_back("only_" + permission);
  EXPECT_TRUE(accounts->create_user(test_administrator(), user, "").has_value());
  auto token =
      accounts->create_token(test_administrator(), user.login, "test", permissions, {now.ns + 3600 * ns_per_second});
  EXPECT_TRUE(token.has_value()) << (token ? "" : token.error().message);
  return token ? token->secret : "";
}

CallOptions Harness::sign_in(const std::string& login, const std::string& password) {
  const Reply reply =
      call("POST", "/api/v1/session", {}, json::serialize(json::object{{"login", login}, {"password", password}}));
  EXPECT_EQ(reply.status, 200) << reply.body;
  if (reply.status != 200) return {};
  const std::string cookie = reply.header("Set-Cookie");
  CallOptions out;
  out.cookie = cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1);
  out.csrf = json::value_to<std::string>(reply.json().at("csrf_token"));
  return out;
}

}  // namespace yagura::api

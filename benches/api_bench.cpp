// links: yagura_api
// with: tests/api/load_client.cpp
// Requests a second over loopback: a small answer to nobody, the same with a token, and one connection pipelined.
// Client and server share the machine's cores. One JSON line each.
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "api/load_client.hpp"
#include "api/server.hpp"
#include "api/services.hpp"

namespace {

using namespace yagura;
using namespace yagura::api;

constexpr double seconds = 2.0;

void print(const char* name, int connections, int pipelined, const Load& load) {
  std::printf(
      "{\"bench\":\"api\",\"case\":\"%s\",\"connections\":%d,\"pipelined\":%d,\"requests_per_second\":%.0f,\"failed\":%"
      "llu}\n",
      name, connections, pipelined, static_cast<double>(load.answered) / load.seconds,
      static_cast<unsigned long long>(load.failed));
}

}  // namespace

int main() {
  const auto folder = std::filesystem::temp_directory_path() / ("yagura-api-bench-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const std::filesystem::path catalog = std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog";
  Counters counters;
  const Texts texts = *Texts::load(catalog / "i18n");
  auto accounts = *Accounts::open(folder / "accounts.db", *desks::AccountRoles::load(catalog / "permissions.yaml"),
                                  [](const auto&, const auto&, const auto&, const auto&) { return Status(); });
  const std::string password = **accounts->ensure_administrator();
  const Principal admin = accounts->find_session(accounts->sign_in("admin", password, "127.0.0.1", "bench")->secret);
  const std::string token =
      accounts->create_token(admin, "admin", "bench", {"alert.read"}, {system_now().ns + 3600 * ns_per_second})->secret;
  const SystemServices services{*accounts, counters, texts, system_now, "bench", nullptr};
  RouteSet all = session_routes(services);
  all.add(system_routes(services));
  const Gate gate(std::move(all.routes), std::move(all.components), *accounts, counters);
  const auto server = *Server::start({}, gate, counters);
  const std::string open = "GET /api/v1/health/live HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string known = "GET /api/v1/session HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n";
  print("liveness", 32, 1, run_load(server->port(), open, 32, 1, seconds));
  print("session", 32, 1, run_load(server->port(), known, 32, 1, seconds));
  print("liveness", 4, 16, run_load(server->port(), open, 4, 16, seconds));
  server->stop();
  std::filesystem::remove_all(folder);
  return 0;
}

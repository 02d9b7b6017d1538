// links: yagura_api
// How long the organisation's own work takes over a long journal and full registers, asked through the API over
// loopback: lists, filters and searches of a register of 100,000 alerts, the board of the 54 roles, what is due,
// measures over a month and over all, rosters, staffing by what was measured. One JSON line a figure: the first answer,
// then the worst of five by the wall, and what one of them costs in processor time, which a busy machine does not
// change. usage: organisation_bench [RECORDS [FACTS]]   (100000 and 1000000 by default; one fact in ten is a person's)
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>

#include "api/blind_review.hpp"
#include "api/desk_routes.hpp"
#include "api/ledger_routes.hpp"
#include "api/organisation_routes.hpp"
#include "api/server.hpp"
#include "api/services.hpp"
#include "api/target.hpp"
#include "base/check.hpp"
#include "desks/governance/organisation.hpp"
#include "ledger/ledger.hpp"
#include "ledger/verify.hpp"

namespace {

using namespace yagura;
namespace fs = std::filesystem;
using desks::governance::Organisation;

const fs::path catalog = YAGURA_SOURCE_DIR "/catalog";
constexpr int times = 5;
constexpr int64_t days = 200;  // that the records and facts are spread over
constexpr double goal_ms = 50;

double ms_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

double cpu_ms_now() {
  return static_cast<double>(std::clock()) * 1000 / CLOCKS_PER_SEC;
}

void print(std::string_view row, double first_ms, double worst_ms, double goal, double cpu_ms = 0) {
  fmt::print(
      "{{\"bench\":\"organisation\",\"row\":\"{}\",\"first_ms\":{:.2f},\"worst_ms\":{:.2f},\"goal_ms\":{},\"cpu_ms\":{:"
      ".2f}}}\n",
      row, first_ms, worst_ms, goal, cpu_ms);
  std::fflush(stdout);
}

/// One connection that asks and waits.
class Client {
 public:
  Client(uint16_t port, std::string token) : token_(std::move(token)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    check(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "can't connect");
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// The body of a GET; the bench ends where it is not 200.
  std::string get(const std::string& target) {
    const std::string request =
        fmt::format("GET {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n", target, token_);
    check(::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size()),
          "can't ask");
    std::string answer;
    for (char buffer[65'536];;) {
      const size_t head = answer.find("\r\n\r\n");
      const size_t field = answer.find("Content-Length: ");
      if (head != std::string::npos && field < head &&
          answer.size() >= head + 4 + std::strtoul(answer.c_str() + field + 16, nullptr, 10)) {
        check(answer.compare(9, 3, "200") == 0, answer);
        return answer.substr(head + 4);
      }
      const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
      check(got > 0, "no answer");
      answer.append(buffer, static_cast<size_t>(got));
    }
  }

 private:
  std::string token_;
  int socket_ = -1;
};

ledger::Actor actor(const char* id) {
  return {id, {}, true};  // may everything; what counts as a person is told by the id
}

boost::json::object alert(int64_t i, const std::string& when) {
  return {{"title", fmt::format("不審なプロセス {} が端末 PC-{:04} で起動", i, i % 3000)},
          {"rule", fmt::format("rule-{}", i % 400)},
          {"level", i % 50 == 0 ? "critical" : "medium"},
          {"host", fmt::format("pc-{:04}", i % 3000)},
          {"entity", fmt::format("pc-{:04}", i % 3000)},
          {"first_seen", when},
          {"last_seen", when},
          {"findings", 1},
          {"attack_type", "malware"},
          {"progress", "attempt"},
          {"importance", "medium"},
          {"decision", "incident"},
          {"priority", i % 5 + 1}};
}

using Work = std::function<ledger::Outcome<void>(ledger::Transaction&, int64_t)>;

/// Does `work` for each of [from, to), some thousand a transaction.
void write(ledger::Ledger& ledger, const char* who, int64_t from, int64_t to, const Work& work) {
  constexpr int64_t batch = 2000;
  for (int64_t done = from; done < to; done += batch) {
    const auto made = ledger.write(actor(who), "bench", [&](ledger::Transaction& all) -> ledger::Outcome<void> {
      for (int64_t i = done; i < std::min(to, done + batch); ++i)
        if (auto one = work(all, i); !one) return one;
      return {};
    });
    check(made.has_value(), made ? "" : made.error().error().message);
  }
}

/// Alerts, four in five dismissed; enquiries, which have clocks; and as many other facts as are wanted: of each as much
/// every six hours.
void fill(ledger::Ledger& ledger, Timestamp& now, int64_t records, int64_t facts) {
  constexpr int64_t rounds = days * 4;
  const Work make_alert = [&](ledger::Transaction& all, int64_t i) -> ledger::Outcome<void> {
    auto one = all.create("alert", alert(i, format_time(now)));
    if (one && i % 5 != 0)
      one = all.move(one->id, 1, "dismiss",
                     {{"verdict", i % 3 == 0 ? "benign" : "false_positive"}, {"verdict_reason", "確認した"}});
    if (!one) return std::unexpected(one.error());
    return {};
  };
  const Work ask = [&](ledger::Transaction& all, int64_t) -> ledger::Outcome<void> {
    auto one = all.create("enquiry", {{"title", "照会"},
                                      {"channel", "mail"},
                                      {"received_at", format_time(now)},
                                      {"asker", "営業部"},
                                      {"body", "?"}});
    if (!one) return std::unexpected(one.error());
    return {};
  };
  const Work comment = [&](ledger::Transaction& all, int64_t i) -> ledger::Outcome<void> {
    auto one = all.append_fact("alert.commented", fmt::format("ALT-2026-{:04}", i % records + 1), {{"n", i}});
    if (!one) return std::unexpected(one.error());
    return {};
  };
  const int64_t left = std::max<int64_t>(facts - records * 9 / 5 - records / 50, 0);
  for (int64_t round = 0; round < rounds; ++round) {
    const auto part = [&](const char* who, int64_t count, const Work& work) {
      write(ledger, who, count * round / rounds, count * (round + 1) / rounds, work);
    };
    part("user:sato", records, make_alert);
    part("user:ito", records / 50, ask);
    part("user:ito", left / 10, comment);
    part("system:triage", left - left / 10, comment);
    now.ns += 6 * 3600 * ns_per_second;
  }
}

std::string filter(std::string_view field, std::string_view op, std::string_view value) {
  return "&filter=" + api::percent_encode(fmt::format(R"([{{"field":"{}","op":"{}","value":{}}}])", field, op, value));
}

void measure_api(Client& client, Timestamp now) {
  const auto ask = [&](std::string_view row, const std::string& target, double goal = 0) {
    const double first = ms_of([&] { client.get(target); });
    double worst = 0;
    const double before = cpu_ms_now();
    for (int i = 0; i < times; ++i) worst = std::max(worst, ms_of([&] { client.get(target); }));
    print(row, first, worst, goal, (cpu_ms_now() - before) / times);
  };
  const std::string alerts = "/api/v1/records/alert?limit=200";
  ask("list, newest 200", alerts, goal_ms);
  ask("list, sorted by a field", alerts + "&sort=priority", goal_ms);
  ask("list, sorted by a text without an index", alerts + "&sort=title", goal_ms);
  ask("filter, a state", alerts + "&state=new", goal_ms);
  ask("filter and sort, a text without an index", alerts + "&state=new&sort=title", goal_ms);
  ask("filter, a text", alerts + filter("host", "equals", "\"pc-0042\""), goal_ms);
  ask("filter, a state and a number", alerts + "&state=new" + filter("priority", "equals", "1"), goal_ms);
  ask("filter, a range of time",
      alerts + filter("created_at", "at_least", "\"" + format_time({now.ns - 86'400 * ns_per_second}) + "\""), goal_ms);
  ask("search, a word of one record", alerts + "&text=77777", goal_ms);
  ask("search, a word of every record", alerts + "&text=%E3%83%97%E3%83%AD%E3%82%BB%E3%82%B9", goal_ms);
  ask("search, two words and a state", alerts + "&text=pc-0042%20%E8%B5%B7%E5%8B%95&state=new", goal_ms);
  ask("search in facts, a kind", "/api/v1/facts?kind=enquiry.created&limit=200", goal_ms);
  ask("facts of one record", "/api/v1/facts?subject=ALT-2026-0001&limit=200", goal_ms);
  ask("what is due", "/api/v1/due?limit=200");
  ask("roles, the board of 54, the journal folded the first time", "/api/v1/roles");
  ask("roles, one with its evidence", "/api/v1/roles/B-5");
  const auto day = [&](int64_t back) { return format_time({now.ns - back * 86'400 * ns_per_second}, 0).substr(0, 10); };
  ask("measures, the last 30 days", fmt::format("/api/v1/measures?from={}&to={}", day(30), day(0)));
  ask("measures, 30 days half a year ago", fmt::format("/api/v1/measures?from={}&to={}", day(days), day(days - 30)));
  ask("measures, all days by month", fmt::format("/api/v1/measures?from={}&to={}&period=month", day(days), day(0)));
  ask("sourcing against the patterns", "/api/v1/sourcing");
  ask("policy statement", "/api/v1/policy-documents/statement");
}

/// The routes of a house that hold the organisation, behind a gate.
void measure_house(const fs::path& folder, ledger::Ledger& ledger, Timestamp now) {
  Counters counters;
  const auto texts = std::make_shared<const Texts>(*Texts::load(catalog / "i18n"));
  auto organisation = Organisation::open(ledger, catalog);
  check(organisation.has_value(), "no organisation");
  const auto obligations = desks::Obligations::load(catalog / "obligations.yaml", ledger.types());
  auto links = desks::RoleLinks::load(catalog / "textbook/isog-j-1.0.yaml", catalog / "textbook/link-kinds.yaml");
  check(obligations.has_value() && links.has_value(), "no duties");
  desks::Referrals referrals(ledger, std::move(*links));
  auto accounts = *api::Accounts::open(folder / "accounts.db", *desks::AccountRoles::load(catalog / "permissions.yaml"),
                                       [](const auto&, const auto&, const auto&, const auto&) { return Status(); });
  const std::string password = **accounts->ensure_administrator();
  const api::Principal admin =
      accounts->find_session(accounts->sign_in("admin", password, "127.0.0.1", "bench")->secret);
  const auto token =
      accounts->create_token(admin, "admin", "bench", {admin.permissions.begin(), admin.permissions.end()},
                             {system_now().ns + 3600 * ns_per_second});
  check(token.has_value(), token ? "" : token.error().message);
  const api::SystemServices services{*accounts, counters, *texts, system_now, "bench", nullptr};
  api::RouteSet routes = api::session_routes(services);
  routes.add(api::record_routes(ledger));
  routes.add(api::fact_routes(ledger));
  routes.add(api::duty_routes(ledger, *obligations, referrals));
  routes.add(api::role_routes(ledger, **organisation, *texts));
  routes.add(api::sourcing_routes(ledger, **organisation, *texts));
  routes.add(*api::measure_routes(ledger, catalog, texts));
  routes.add(api::policy_document_routes(ledger));
  routes.routes = api::with_blind_review(std::move(routes.routes), ledger);
  const api::Gate gate(std::move(routes.routes), std::move(routes.components), *accounts, counters);
  const auto server = *api::Server::start({}, gate, counters);
  Client client(server->port(), token->secret);
  measure_api(client, now);
  server->stop();
}

}  // namespace

int main(int argc, char** argv) {
  const int64_t records = argc > 1 ? std::atoll(argv[1]) : 100'000;
  const int64_t facts = argc > 2 ? std::atoll(argv[2]) : 1'000'000;
  const auto folder = fs::temp_directory_path() / fmt::format("yagura-organisation-bench-{}", ::getpid());
  Timestamp now{system_now().ns - days * 86'400 * ns_per_second};
  const auto open = [&] {
    auto types = ledger::RecordTypes::load(catalog / "records");
    check(types.has_value(), "the record types can't be read");
    auto out = ledger::Ledger::open(folder, std::move(*types), [&now] { return now; });
    check(out.has_value(), "no ledger");
    return std::move(*out);
  };
  auto ledger = open();
  fill(*ledger, now, records, facts);
  now = system_now();
  measure_house(folder, *ledger, now);
  ledger.reset();
  const double before = cpu_ms_now();
  const double again = ms_of([&] { ledger = open(); });
  const double opened = cpu_ms_now();
  print("restart: the ledger", again, again, 2000, opened - before);
  const double board = ms_of([&] {
    auto organisation = Organisation::open(*ledger, catalog);
    check(organisation.has_value() && (*organisation)->pulse().board().has_value(), "no board");
  });
  print("restart: until the board of roles is there", again + board, again + board, 2000, cpu_ms_now() - before);
  ledger.reset();
  const double unproved = cpu_ms_now();
  const double proof = ms_of([&] {
    const auto report = ledger::verify(folder);
    check(report.has_value(), "not verified");
  });
  print("verify", proof, proof, 60'000, cpu_ms_now() - unproved);
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  return 0;
}

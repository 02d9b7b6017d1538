#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <filesystem>

#include "api/server.hpp"
#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/house.hpp"
#include "app/input.hpp"
#include "app/retention.hpp"
#include "app/rounds.hpp"
#include "app/say.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "desks/governance/policy_document.hpp"
#include "pipeline/ingest_files.hpp"
#include "pipeline/listeners/syslog_listener.hpp"
#include "pipeline/live_ingest.hpp"

namespace yagura::app {
namespace {

namespace fs = std::filesystem;

/// Signals that end the server are waited for by main alone; every thread that starts later inherits the mask.
sigset_t hold_stop_signals() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  return stop;
}

Status load_sample(House& house, const std::string& sample) {
  const Words& words = house.words();
  fmt::print("{}\n", words("cli.serve.sample.loading"));
  std::fflush(stdout);
  const fs::path paths[] = {sample};
  const auto summary = pipeline::ingest_files(paths, house.ingest(), house.checkpoints(), house.counters(), {});
  if (!summary) return std::unexpected(summary.error());
  say_failures(summary->failures);
  fmt::print("{}\n", words("cli.serve.sample.loaded",
                           {{"events", std::to_string(summary->events)},
                            {"findings", std::to_string(summary->findings)},
                            {"alerts", std::to_string(house.counters().at("triage.alerts_made").load())}}));
  return {};
}

/// How a person who stands where the program was started calls it again.
std::string program_path() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return "yagura";
  const fs::path near = program.lexically_proximate(fs::current_path(error));
  return error || near.empty() || *near.begin() == ".." ? program.string() : near.string();
}

struct Welcome {
  std::string url;
  std::optional<std::string> password;   // of the account that was made just now
  std::optional<std::string> first_run;  // the secret of the link that makes the first administrator
};

void greet(const House& house, const Welcome& welcome, const std::string& data) {
  const Words& words = house.words();
  const auto& [url, password, first_run] = welcome;
  fmt::print("\n{}\n", words("cli.serve.ready"));
  fmt::print("  {}: {}\n", words("cli.serve.url"), url);
  // After the '#', so that it stands in no server's log and in no Referer.
  if (first_run)
    fmt::print("  {}:\n    {}/first-run#{}\n    {}\n", words("cli.serve.first_run"), url, *first_run,
               words("cli.serve.first_run_once"));
  if (password)
    fmt::print("  {}: admin / {}\n    {}\n", words("cli.serve.sign_in"), *password, words("cli.serve.password_once"));
  else
    fmt::print("  {}: admin — {}\n", words("cli.serve.sign_in"), words("cli.serve.password_known"));
  const std::string program = program_path();
  fmt::print("\n{}\n", words("cli.serve.try"));
  fmt::print("  {}\n    {} alerts --data {}\n", words("cli.serve.try.alerts"), program, data);
  fmt::print("  {}\n    {} search --data {} --since 3650d 'process.cmd_line:*vssadmin*'\n",
             words("cli.serve.try.search"), program, data);
  fmt::print("  {}\n    {} verify --data {}\n\n", words("cli.serve.try.verify"), program, data);
  std::fflush(stdout);
}

/// Syslog from the network, as long as the object lives.
class Listeners {
 public:
  Listeners(House& house, const Config& config)
      : house_(house),
        live_(house.ingest(), *formats::find_format("syslog"), config.zone_offset_minutes * 60, house.counters()),
        counters_(house.counters()) {}
  ~Listeners() {
    for (const auto& listener : listeners_) listener->stop();
    live_.stop();
  }

  Status open(const Config& config) {
    for (const Address& address : config.syslog_udp)
      if (auto added = add("listener.syslog_udp", pipeline::listen_udp, address); !added) return added;
    for (const Address& address : config.syslog_tcp)
      if (auto added = add("listener.syslog_tcp", pipeline::listen_tcp, address); !added) return added;
    return {};
  }

 private:
  template <typename Listen>
  Status add(std::string name, Listen listen, const Address& address) {
    pipeline::SyslogOptions options;
    options.address = address.host;
    options.port = address.port;
    auto listener = listen(options, counters_,
                           [this](const std::string& source, std::string messages) { live_.take(source, messages); });
    if (!listener) return std::unexpected(listener.error());
    house_.show_part({std::move(name), "ok", fmt::format("{}:{}", address.host, (*listener)->port())});
    listeners_.push_back(std::move(*listener));
    return {};
  }

  House& house_;
  pipeline::LiveIngest live_;
  Counters& counters_;
  std::vector<std::unique_ptr<pipeline::SyslogListener>> listeners_;
};

Result<std::unique_ptr<api::Server>> start_server(House& house, const Config& config) {
  api::ServerOptions options;
  options.address = config.listen.host;
  options.port = config.listen.port;
  options.certificate = config.tls_certificate;
  options.key = config.tls_key;
  return api::Server::start(options, house.gate(), house.counters());
}

}  // namespace

Exit run_serve(const CommonOptions& common, const ServeOptions& options) {
  Config config;
  if (!options.config.empty()) {
    auto loaded = load_config(options.config);
    if (!loaded) return say(loaded.error());
    config = std::move(*loaded);
  }
  const sigset_t stop = hold_stop_signals();
  auto opened = House::open(common, options.data.data, config);
  if (!opened) return say(opened.error());
  House& house = **opened;
  const auto password = house.accounts().ensure_administrator();
  if (!password) return say(password.error());
  house.ledger().start_reactions();
  // Loaded before anything listens, so that the first look shows alerts.
  if (house.fresh() && !options.sample.empty())
    if (auto loaded = load_sample(house, options.sample); !loaded) return say(loaded.error());

  house.watch_rules();
  Listeners listeners(house, config);
  if (auto listening = listeners.open(config); !listening) return say(listening.error());
  const std::string secret = to_hex(random_bytes(32));
  house.gate().trust(secret, house.owner());
  auto server = start_server(house, config);
  if (!server) return say(server.error());
  const std::string certificate =
      config.tls_certificate.empty() ? "" : std::filesystem::absolute(config.tls_certificate).string();
  if (auto written = write_control(options.data.data, {(*server)->url(), certificate, secret}); !written)
    return say(written.error());
  // By the loopback alone: whoever reads this terminal sits at this machine, or reaches it as if.
  const auto first_run = (*server)->url().starts_with("http://") ? house.accounts().open_first_run() : std::nullopt;
  greet(house, {(*server)->url(), *password, first_run}, options.data.data);

  // What comes round by itself; a failure is counted and tried again.
  const Rounds retention(std::chrono::hours(1), [&] {
    if (!expire_events(house.store(), house.ledger(), house.counters(), system_now()))
      house.counters().at("lake.expire_failed") += 1;
  });
  // First after a minute: opening the house has looked just now.
  const Rounds day_turn(
      std::chrono::minutes(1),
      [&] {
        if (!desks::governance::withdraw_replaced_by_now(house.ledger())) house.counters().at("day_turn.failed") += 1;
      },
      Rounds::First::after_pause);
  // The board of roles is read from the journal as it grows, so that nobody who asks for it waits for a long one.
  const Rounds deeds(std::chrono::minutes(1), [&] {
    if (!house.organisation().pulse().deeds().look([](const auto&) {})) house.counters().at("deeds.failed") += 1;
  });
  int signal = 0;
  sigwait(&stop, &signal);
  fmt::print("{}\n", house.words()("cli.serve.stopping"));
  std::error_code ignored;
  fs::remove(fs::path(options.data.data) / control_file_name, ignored);
  house.hub().stop();  // feeds end first, so that the server need not wait for their readers
  (*server)->stop();
  return Exit::done;
}

}  // namespace yagura::app

#include "api/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

#include "api/connection.hpp"

namespace yagura::api {
namespace {

using asio::ip::tcp;

constexpr int64_t accept_pause_ms = 50;  // after a failure to accept, for example too many open files

/// One network thread with the connections that live on it. Only its own thread touches `connections`.
struct Network {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::unordered_set<std::shared_ptr<Connection>> connections;
  std::thread thread;
};

Result<std::unique_ptr<asio::ssl::context>> make_tls(const ServerOptions& options) {
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  ErrorCode error;
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  tls->set_options(SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE, error);
  if (!error) tls->use_certificate_chain_file(options.certificate.string(), error);
  if (error)
    return failure(ErrorKind::invalid,
                   fmt::format("can't use the certificate {}: {}", options.certificate.string(), error.message()));
  tls->use_private_key_file(options.key.string(), asio::ssl::context::pem, error);
  if (error)
    return failure(ErrorKind::invalid, fmt::format("can't use the key {}: {}", options.key.string(), error.message()));
  if (SSL_CTX_check_private_key(tls->native_handle()) != 1)
    return failure(ErrorKind::invalid, "the key does not belong to the certificate");
  return tls;
}

class RunningServer final : public Server {
 public:
  RunningServer(const ServerOptions& options, const Gate& gate, Counters& counters)
      : shared_(std::make_shared<ServerShared>(gate, options, counters)) {
    for (int i = 0; i < std::max(1, options.network_threads); ++i) networks_.push_back(std::make_unique<Network>());
    acceptor_ = std::make_unique<tcp::acceptor>(networks_.front()->context);
  }
  ~RunningServer() override { stop(); }

  Status listen();
  uint16_t port() const override { return endpoint_.port(); }
  std::string url() const override {
    const std::string host =
        endpoint_.address().is_v6() ? "[" + endpoint_.address().to_string() + "]" : endpoint_.address().to_string();
    return fmt::format("{}://{}:{}", tls_ ? "https" : "http", host, port());
  }
  void stop() override;

 private:
  asio::awaitable<void> accept();
  bool admit(const std::string& address);
  void leave(const std::string& address);
  void adopt(Network& network, tcp::socket socket, const std::string& address);
  void tell_all(bool now);
  bool wait_until_empty(int64_t ms_max);

  std::shared_ptr<ServerShared> shared_;
  std::unique_ptr<asio::ssl::context> tls_;
  std::vector<std::unique_ptr<Network>> networks_;
  std::unique_ptr<tcp::acceptor> acceptor_;
  tcp::endpoint endpoint_;
  std::mutex mutex_;
  std::condition_variable emptied_;
  std::map<std::string, size_t> per_address_;
  size_t open_ = 0;
  bool stopped_ = false;
};

Status RunningServer::listen() {
  const ServerOptions& options = shared_->options;
  ErrorCode error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) return failure(ErrorKind::invalid, fmt::format("'{}' is no IP address", options.address));
  const bool with_tls = !options.certificate.empty() || !options.key.empty();
  if (!address.is_loopback() && !with_tls)
    return failure(ErrorKind::refused,
                   fmt::format("{} is not loopback: give a TLS certificate and key to bind it", options.address));
  if (with_tls) {
    auto tls = make_tls(options);
    if (!tls) return std::unexpected(tls.error());
    tls_ = std::move(*tls);
  }
  endpoint_ = {address, options.port};
  acceptor_->open(endpoint_.protocol(), error);
  if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_->bind(endpoint_, error);
  if (!error) acceptor_->listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return failure(ErrorKind::network,
                   fmt::format("can't listen on {} port {}: {}", options.address, options.port, error.message()));
  endpoint_ = acceptor_->local_endpoint();
  asio::co_spawn(networks_.front()->context, accept(), asio::detached);
  for (auto& network : networks_) network->thread = std::thread([&context = network->context] { context.run(); });
  return {};
}

bool RunningServer::admit(const std::string& address) {
  const std::lock_guard lock(mutex_);
  if (open_ >= shared_->options.connections_max) return false;
  size_t& mine = per_address_[address];
  if (mine >= shared_->options.connections_per_address_max) return false;
  ++mine;
  ++open_;
  return true;
}

void RunningServer::leave(const std::string& address) {
  const std::lock_guard lock(mutex_);
  const auto found = per_address_.find(address);
  if (--found->second == 0) per_address_.erase(found);
  if (--open_ == 0) emptied_.notify_all();
}

asio::awaitable<void> RunningServer::accept() {
  for (size_t next = 0; !shared_->stopping; ++next) {
    Network& network = *networks_[next % networks_.size()];
    tcp::socket socket(network.context);
    ErrorCode error;
    co_await acceptor_->async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    const auto peer = error ? tcp::endpoint() : socket.remote_endpoint(error);
    if (error) {
      asio::steady_timer pause(acceptor_->get_executor(), std::chrono::milliseconds(accept_pause_ms));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    const std::string address = peer.address().to_string();
    if (!admit(address)) {
      shared_->counters.at("api.connections_refused").fetch_add(1);
      continue;
    }
    ErrorCode ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    auto carried = std::make_shared<tcp::socket>(std::move(socket));
    asio::post(network.context, [this, &network, carried, address] { adopt(network, std::move(*carried), address); });
  }
}

void RunningServer::adopt(Network& network, tcp::socket socket, const std::string& address) {
  auto connection = std::make_shared<Connection>(make_wire(std::move(socket), tls_.get()), address, shared_);
  network.connections.insert(connection);
  asio::co_spawn(network.context, connection->run(),
                 [this, &network, connection, address](const std::exception_ptr& failed) {
                   if (failed) shared_->counters.at("api.connections_failed").fetch_add(1);
                   network.connections.erase(connection);
                   leave(address);
                 });
}

void RunningServer::tell_all(bool now) {
  for (auto& network : networks_)
    asio::post(network->context, [&network = *network, now] {
      const auto all = network.connections;  // a stopped one leaves the set
      for (const auto& connection : all) connection->stop(now);
    });
}

bool RunningServer::wait_until_empty(int64_t ms_max) {
  std::unique_lock lock(mutex_);
  return emptied_.wait_for(lock, std::chrono::milliseconds(ms_max), [this] { return open_ == 0; });
}

void RunningServer::stop() {
  if (std::exchange(stopped_, true)) return;
  shared_->stopping = true;
  asio::post(networks_.front()->context, [this] {
    ErrorCode ignored;
    acceptor_->close(ignored);
  });
  tell_all(false);
  if (networks_.front()->thread.joinable() && !wait_until_empty(shared_->options.stop_ms_max)) tell_all(true);
  shared_->workers.stop();
  shared_->stream_workers.stop();
  if (networks_.front()->thread.joinable()) wait_until_empty(shared_->options.stop_ms_max);
  for (auto& network : networks_) {
    network->work.reset();
    network->context.stop();
    if (network->thread.joinable()) network->thread.join();
  }
  for (auto& network : networks_) network->connections.clear();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, const Gate& gate, Counters& counters) {
  auto server = std::make_unique<RunningServer>(options, gate, counters);
  if (auto listening = server->listen(); !listening) return std::unexpected(listening.error());
  return server;
}

}  // namespace yagura::api

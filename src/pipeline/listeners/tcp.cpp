#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "pipeline/listeners/framing.hpp"
#include "pipeline/listeners/socket.hpp"
#include "pipeline/listeners/syslog_listener.hpp"

namespace yagura::pipeline {
namespace {

constexpr size_t read_bytes = 256 * 1024;
constexpr int reads_at_end_max = 64;
constexpr int look_ms = 1000;             // how often idle connections are looked for
constexpr int64_t accept_pause_ms = 100;  // after accept failed, for example too many open files

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

struct Peer {
  Descriptor socket;
  std::string address;
  std::string source;
  SyslogFraming framing;
  uint64_t too_long = 0;  // told so far
  int64_t heard_ms = 0;
};

/// One thread for all connections. It reads one after another and hands on before it reads again, so a consumer that
/// waits stops the reading, and TCP tells the senders to wait.
class TcpListener final : public SyslogListener {
 public:
  TcpListener(Descriptor socket, const SyslogOptions& options, Counters& counters, OnMessages on_messages)
      : socket_(std::move(socket)),
        waker_(make_waker()),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)),
        options_(options),
        on_messages_(std::move(on_messages)),
        rates_(options.messages_per_second_max),
        messages_(counters.at("listener.tcp.messages")),
        too_long_(counters.at("listener.tcp.too_long")),
        dropped_rate_(counters.at("listener.tcp.dropped_rate")),
        connections_(counters.at("listener.tcp.connections")),
        refused_(counters.at("listener.tcp.connections_refused")),
        idle_(counters.at("listener.tcp.connections_idle")) {
    watch(socket_.get());
    watch(waker_.get());
    thread_ = std::thread([this] { run(); });
  }
  ~TcpListener() override { stop(); }

  uint16_t port() const override { return port_of(socket_); }
  std::map<std::string, uint64_t> senders() const override { return rates_.totals(); }
  void stop() override {
    if (!thread_.joinable()) return;
    stopping_ = true;
    wake(waker_);
    thread_.join();
  }

 private:
  void watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
  }

  void run() {
    std::vector<epoll_event> events(64);
    int64_t looked = now_ms();
    while (!stopping_) {
      const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), look_ms);
      for (int i = 0; i < count && !stopping_; ++i) {
        const int fd = events[static_cast<size_t>(i)].data.fd;
        if (fd == socket_.get())
          accept_all();
        else if (fd != waker_.get())
          read(fd);
      }
      if (now_ms() - looked >= look_ms) close_idle();
      if (now_ms() - looked >= look_ms) looked = now_ms();
    }
    while (!peers_.empty()) {
      const int fd = peers_.begin()->first;  // what the kernel holds was acknowledged to the sender
      for (int i = 0; i < reads_at_end_max && peers_.contains(fd) && read(fd); ++i) {
      }
      if (peers_.contains(fd)) end(fd);
    }
  }

  void accept_all() {
    for (;;) {
      sockaddr_storage from{};
      socklen_t size = sizeof from;
      Descriptor socket(
          ::accept4(socket_.get(), reinterpret_cast<sockaddr*>(&from), &size, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (socket.get() < 0) {
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
          std::this_thread::sleep_for(std::chrono::milliseconds(accept_pause_ms));
        return;
      }
      std::string address = address_of(from);
      const auto own = std::ranges::count_if(peers_, [&](const auto& each) { return each.second.address == address; });
      if (peers_.size() >= options_.connections_max ||
          static_cast<size_t>(own) >= options_.connections_per_address_max) {
        ++refused_;
        continue;
      }
      ++connections_;
      const int fd = socket.get();
      peers_[fd] = Peer{std::move(socket), address, "syslog-tcp " + address, {}, 0, now_ms()};
      watch(fd);
    }
  }

  /// Reads once, false when there was nothing; everything that is left comes with the next round, after the other
  /// connections.
  bool read(int fd) {
    Peer& peer = peers_.at(fd);
    const ssize_t count = ::recv(fd, buffer_.data(), buffer_.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (count <= 0) {
      end(fd);
      return false;
    }
    peer.heard_ms = now_ms();
    std::string messages;
    peer.framing.feed({buffer_.data(), static_cast<size_t>(count)}, messages);
    hand_on(peer, std::move(messages));
    return true;
  }

  void end(int fd) {
    const auto found = peers_.find(fd);
    std::string rest;
    found->second.framing.finish(rest);
    hand_on(found->second, std::move(rest));
    peers_.erase(found);  // closing takes it off the epoll
  }

  void hand_on(Peer& peer, std::string messages) {
    too_long_ += peer.framing.too_long() - std::exchange(peer.too_long, peer.framing.too_long());
    const int64_t second = now_ms() / 1000;
    std::string kept;
    for (size_t at = 0; at < messages.size();) {
      const size_t end_of = messages.find('\n', at) + 1;
      ++messages_;
      if (rates_.admit(peer.address, second))
        kept.append(messages, at, end_of - at);
      else
        ++dropped_rate_;
      at = end_of;
    }
    if (!kept.empty()) on_messages_(peer.source, std::move(kept));
  }

  void close_idle() {
    std::vector<int> silent;
    for (const auto& [fd, peer] : peers_)
      if (now_ms() - peer.heard_ms > options_.idle_seconds_max * 1000) silent.push_back(fd);
    for (const int fd : silent) {
      ++idle_;
      end(fd);
    }
  }

  Descriptor socket_;
  Descriptor waker_;
  Descriptor epoll_;
  SyslogOptions options_;
  OnMessages on_messages_;
  SenderRates rates_;
  std::atomic<uint64_t>& messages_;
  std::atomic<uint64_t>& too_long_;
  std::atomic<uint64_t>& dropped_rate_;
  std::atomic<uint64_t>& connections_;
  std::atomic<uint64_t>& refused_;
  std::atomic<uint64_t>& idle_;
  std::map<int, Peer> peers_;
  std::vector<char> buffer_ = std::vector<char>(read_bytes);
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<SyslogListener>> listen_tcp(const SyslogOptions& options, Counters& counters,
                                                   OnMessages on_messages) {
  auto socket = bind_socket(options.address, options.port, SOCK_STREAM);
  if (!socket) return std::unexpected(socket.error());
  return std::make_unique<TcpListener>(std::move(*socket), options, counters, std::move(on_messages));
}

}  // namespace yagura::pipeline

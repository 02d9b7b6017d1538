#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <thread>
#include <utility>
#include <vector>

#include "pipeline/listeners/framing.hpp"
#include "pipeline/listeners/socket.hpp"
#include "pipeline/listeners/syslog_listener.hpp"

namespace yagura::pipeline {
namespace {

constexpr unsigned datagrams_at_once = 64;

int64_t now_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Room for one call of recvmmsg(2).
class Datagrams {
 public:
  Datagrams()
      : bytes_(datagrams_at_once * syslog_message_bytes_max),
        from_(datagrams_at_once),
        parts_(datagrams_at_once),
        control_(datagrams_at_once),
        heads_(datagrams_at_once) {}

  /// How many came; 0 or less when there are none.
  int receive(int socket) {
    for (unsigned i = 0; i < datagrams_at_once; ++i) {
      parts_[i] = {bytes_.data() + i * syslog_message_bytes_max, syslog_message_bytes_max};
      heads_[i] = {};
      heads_[i].msg_hdr.msg_name = &from_[i];
      heads_[i].msg_hdr.msg_namelen = sizeof from_[i];
      heads_[i].msg_hdr.msg_iov = &parts_[i];
      heads_[i].msg_hdr.msg_iovlen = 1;
      heads_[i].msg_hdr.msg_control = control_[i].bytes;
      heads_[i].msg_hdr.msg_controllen = sizeof control_[i].bytes;
    }
    return ::recvmmsg(socket, heads_.data(), datagrams_at_once, MSG_DONTWAIT, nullptr);
  }
  std::string_view message(int i) const {
    return {bytes_.data() + static_cast<size_t>(i) * syslog_message_bytes_max, heads_[static_cast<size_t>(i)].msg_len};
  }
  bool cut(int i) const { return (heads_[static_cast<size_t>(i)].msg_hdr.msg_flags & MSG_TRUNC) != 0; }
  const sockaddr_storage& from(int i) const { return from_[static_cast<size_t>(i)]; }
  /// What the kernel says it dropped since the socket was made; 0 when it does not say.
  uint32_t dropped(int i) {
    msghdr& head = heads_[static_cast<size_t>(i)].msg_hdr;
    uint32_t count = 0;
    for (cmsghdr* part = CMSG_FIRSTHDR(&head); part != nullptr; part = CMSG_NXTHDR(&head, part))
      if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_RXQ_OVFL)
        std::memcpy(&count, CMSG_DATA(part), sizeof count);
    return count;
  }

 private:
  struct Control {
    alignas(cmsghdr) char bytes[64];
  };
  std::vector<char> bytes_;
  std::vector<sockaddr_storage> from_;
  std::vector<iovec> parts_;
  std::vector<Control> control_;
  std::vector<mmsghdr> heads_;
};

/// One thread reads the socket and never waits for anybody; another hands on what is in the queue.
class UdpListener final : public SyslogListener {
 public:
  UdpListener(Descriptor socket, const SyslogOptions& options, Counters& counters, OnMessages on_messages)
      : socket_(std::move(socket)),
        waker_(make_waker()),
        options_(options),
        on_messages_(std::move(on_messages)),
        rates_(options.messages_per_second_max),
        messages_(counters.at("listener.udp.messages")),
        truncated_(counters.at("listener.udp.truncated")),
        dropped_queue_(counters.at("listener.udp.dropped_queue")),
        dropped_rate_(counters.at("listener.udp.dropped_rate")),
        dropped_kernel_(counters.at("listener.udp.dropped_kernel")) {
    reader_ = std::thread([this] { read(); });
    giver_ = std::thread([this] { give(); });
  }
  ~UdpListener() override { stop(); }

  uint16_t port() const override { return port_of(socket_); }
  std::map<std::string, uint64_t> senders() const override { return rates_.totals(); }
  void stop() override {
    if (!reader_.joinable()) return;
    stopping_ = true;
    wake(waker_);
    reader_.join();
    {
      const std::lock_guard lock(mutex_);
      read_everything_ = true;
    }
    some_.notify_all();
    giver_.join();
  }

 private:
  struct Piece {
    std::string source;
    std::string messages;
  };

  void read() {
    Datagrams datagrams;
    while (!stopping_) {
      pollfd waiting[] = {{socket_.get(), POLLIN, 0}, {waker_.get(), POLLIN, 0}};
      ::poll(waiting, 2, -1);
      for (int count = 0; !stopping_ && (count = datagrams.receive(socket_.get())) > 0;) take(datagrams, count);
    }
  }

  void take(Datagrams& datagrams, int count) {
    std::vector<Piece> pieces;
    const int64_t second = now_seconds();
    for (int i = 0; i < count; ++i) {
      if (const uint32_t dropped = datagrams.dropped(i); dropped != kernel_dropped_)
        dropped_kernel_ += dropped - std::exchange(kernel_dropped_, dropped);
      ++messages_;
      if (datagrams.cut(i)) ++truncated_;
      const std::string sender = address_of(datagrams.from(i));
      if (!rates_.admit(sender, second)) {
        ++dropped_rate_;
        continue;
      }
      std::string source = "syslog-udp " + sender;
      if (pieces.empty() || pieces.back().source != source) pieces.push_back({std::move(source), {}});
      std::string message(datagrams.message(i));
      while (!message.empty() && (message.back() == '\n' || message.back() == '\r' || message.back() == '\0'))
        message.pop_back();
      std::ranges::replace(message, '\n', ' ');
      pieces.back().messages += message + '\n';
    }
    put(std::move(pieces));
  }

  void put(std::vector<Piece> pieces) {
    const std::lock_guard lock(mutex_);
    for (Piece& piece : pieces) {
      if (queued_bytes_ + piece.messages.size() > options_.queue_bytes_max) {
        dropped_queue_ += static_cast<uint64_t>(std::ranges::count(piece.messages, '\n'));
        continue;
      }
      queued_bytes_ += piece.messages.size();
      if (!queue_.empty() && queue_.back().source == piece.source)
        queue_.back().messages += piece.messages;
      else
        queue_.push_back(std::move(piece));
    }
    some_.notify_one();
  }

  void give() {
    std::unique_lock lock(mutex_);
    for (;;) {
      some_.wait(lock, [this] { return !queue_.empty() || read_everything_; });
      if (queue_.empty()) return;
      Piece piece = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      const size_t size = piece.messages.size();
      on_messages_(piece.source, std::move(piece.messages));
      lock.lock();
      queued_bytes_ -= size;
    }
  }

  Descriptor socket_;
  Descriptor waker_;
  SyslogOptions options_;
  OnMessages on_messages_;
  SenderRates rates_;
  std::atomic<uint64_t>& messages_;
  std::atomic<uint64_t>& truncated_;
  std::atomic<uint64_t>& dropped_queue_;
  std::atomic<uint64_t>& dropped_rate_;
  std::atomic<uint64_t>& dropped_kernel_;
  uint32_t kernel_dropped_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::condition_variable some_;
  std::deque<Piece> queue_;
  size_t queued_bytes_ = 0;
  bool read_everything_ = false;
  std::thread reader_;
  std::thread giver_;
};

}  // namespace

bool SenderRates::admit(const std::string& sender, int64_t second) {
  const std::lock_guard lock(mutex_);
  if (senders_.size() >= senders_max && !senders_.contains(sender))
    senders_.erase(std::ranges::min_element(senders_, {}, [](const auto& each) { return each.second.second; }));
  Rate& rate = senders_[sender];
  if (rate.second != second) rate = {second, 0, rate.total};
  ++rate.total;
  return ++rate.in_second <= per_second_max_ || per_second_max_ == 0;
}

std::map<std::string, uint64_t> SenderRates::totals() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, uint64_t> out;
  for (const auto& [sender, rate] : senders_) out[sender] = rate.total;
  return out;
}

Result<std::unique_ptr<SyslogListener>> listen_udp(const SyslogOptions& options, Counters& counters,
                                                   OnMessages on_messages) {
  auto socket = bind_socket(options.address, options.port, SOCK_DGRAM);
  if (!socket) return std::unexpected(socket.error());
  const int on = 1;
  ::setsockopt(socket->get(), SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  ::setsockopt(socket->get(), SOL_SOCKET, SO_RCVBUF, &options.receive_buffer_bytes,
               sizeof options.receive_buffer_bytes);
  ::setsockopt(socket->get(), SOL_SOCKET, SO_RCVBUFFORCE, &options.receive_buffer_bytes,
               sizeof options.receive_buffer_bytes);
  return std::make_unique<UdpListener>(std::move(*socket), options, counters, std::move(on_messages));
}

}  // namespace yagura::pipeline

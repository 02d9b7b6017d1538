// Real sockets on loopback.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <thread>
#include <vector>

#include "pipeline/listeners/framing.hpp"
#include "pipeline/listeners/syslog_listener.hpp"

namespace yagura::pipeline {
namespace {

using namespace std::chrono_literals;

/// Collects what a listener hands on; can be told to stand still.
class Sink {
 public:
  OnMessages taker() {
    return [this](const std::string& source, std::string messages) {
      std::unique_lock lock(mutex_);
      sources_.push_back(source);
      open_.wait(lock, [this] { return !closed_; });
      text_ += messages;
      count_ += static_cast<size_t>(std::ranges::count(messages, '\n'));
      some_.notify_all();
    };
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    closed_ = false;
    open_.notify_all();
  }
  bool wait_for(size_t messages, std::chrono::milliseconds most = 60s) {
    std::unique_lock lock(mutex_);
    return some_.wait_for(lock, most, [&] { return count_ >= messages; });
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  std::vector<std::string> sources() {
    const std::lock_guard lock(mutex_);
    return sources_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable some_;
  std::condition_variable open_;
  bool closed_ = false;
  std::string text_;
  size_t count_ = 0;  // of messages in it
  std::vector<std::string> sources_;
};

class Sender {
 public:
  Sender(uint16_t port, int type) : socket_(::socket(AF_INET, type, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~Sender() { ::close(socket_); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  bool send(std::string_view bytes) {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
  /// How much of `bytes` the network takes without waiting for `most`.
  size_t send_what_fits(std::string_view bytes, std::chrono::milliseconds most) {
    size_t sent = 0;
    for (const auto until = std::chrono::steady_clock::now() + most;
         sent < bytes.size() && std::chrono::steady_clock::now() < until;) {
      const ssize_t count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count > 0)
        sent += static_cast<size_t>(count);
      else
        std::this_thread::sleep_for(5ms);
    }
    return sent;
  }
  bool closed_by_peer() {
    char byte = 0;
    timeval most{3, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    return ::recv(socket_, &byte, 1, 0) == 0;
  }

 private:
  int socket_;
  bool connected_ = false;
};

TEST(SyslogUdp, hands_on_each_datagram_as_one_line_with_its_sender) {
  Counters counters;
  Sink sink;
  const auto listener = listen_udp({}, counters, sink.taker());
  ASSERT_TRUE(listener) << listener.error().message;
  Sender sender((*listener)->port(), SOCK_DGRAM);
  for (const char* message : {"<34>one\n", "<34>two", "<34>three\nlines\r\n"}) sender.send(message);
  ASSERT_TRUE(sink.wait_for(3));
  EXPECT_EQ(sink.text(), "<34>one\n<34>two\n<34>three lines\n");
  EXPECT_EQ(sink.sources().front(), "syslog-udp 127.0.0.1");
  EXPECT_EQ((*listener)->senders().at("127.0.0.1"), 3U);
}

TEST(SyslogUdp, every_datagram_is_handed_on_or_counted) {
  Counters counters;
  Sink sink;
  SyslogOptions options;
  options.queue_bytes_max = 64 * 1024;
  options.receive_buffer_bytes = 64 * 1024;
  const auto listener = listen_udp(options, counters, sink.taker());
  ASSERT_TRUE(listener);
  sink.close();
  Sender sender((*listener)->port(), SOCK_DGRAM);
  constexpr size_t sent = 5000;
  const std::string message = "<34>" + std::string(200, 'x');
  for (size_t i = 0; i < sent; ++i) sender.send(message);
  std::this_thread::sleep_for(300ms);
  sink.open();
  // What the kernel dropped is told with the next datagram that it delivers, and it may drop that one too.
  size_t all = sent;
  const auto told = [&] { return counters.at("listener.udp.messages") + counters.at("listener.udp.dropped_kernel"); };
  for (int tried = 0; tried < 600 && (all == sent || told() < all); ++tried) {
    sender.send("<34>last");
    ++all;
    for (int i = 0; i < 20 && told() < all; ++i) std::this_thread::sleep_for(5ms);
  }
  (*listener)->stop();
  const std::string text = sink.text();
  const auto taken = static_cast<uint64_t>(std::ranges::count(text, '\n'));
  EXPECT_EQ(taken + counters.at("listener.udp.dropped_queue") + counters.at("listener.udp.dropped_kernel"), all);
  EXPECT_GT(counters.at("listener.udp.dropped_queue") + counters.at("listener.udp.dropped_kernel"), 0U);
  EXPECT_EQ(counters.at("listener.udp.messages"), taken + counters.at("listener.udp.dropped_queue"));
}

TEST(SyslogUdp, a_sender_past_its_rate_is_cut_off_and_counted) {
  Counters counters;
  Sink sink;
  SyslogOptions options;
  options.messages_per_second_max = 10;
  const auto listener = listen_udp(options, counters, sink.taker());
  Sender sender((*listener)->port(), SOCK_DGRAM);
  for (int i = 0; i < 200; ++i) sender.send("<34>flood");
  for (int i = 0; i < 3000 && counters.at("listener.udp.messages") < 200; ++i) std::this_thread::sleep_for(20ms);
  (*listener)->stop();
  EXPECT_EQ(counters.at("listener.udp.messages"), 200U);
  EXPECT_GE(counters.at("listener.udp.dropped_rate"), 160U);
}

TEST(SyslogUdp, takes_the_longest_datagram) {
  Counters counters;
  Sink sink;
  const auto listener = listen_udp({}, counters, sink.taker());
  Sender sender((*listener)->port(), SOCK_DGRAM);
  ASSERT_TRUE(sender.send(std::string(65'000, 'x')));
  ASSERT_TRUE(sink.wait_for(1));
  EXPECT_EQ(sink.text().size(), 65'001U);
}

TEST(SyslogTcp, takes_both_framings_side_by_side) {
  Counters counters;
  Sink sink;
  const auto listener = listen_tcp({}, counters, sink.taker());
  ASSERT_TRUE(listener) << listener.error().message;
  {
    Sender counted((*listener)->port(), SOCK_STREAM);
    Sender lines((*listener)->port(), SOCK_STREAM);
    counted.send("7 <34>one7 <34");
    lines.send("<34>a\n<34>b\n<34>cut");
    counted.send(">two");
    ASSERT_TRUE(sink.wait_for(4));
  }
  ASSERT_TRUE(sink.wait_for(5)) << "the end of a connection ends its last message";
  const std::string text = sink.text();
  for (const char* message : {"<34>one\n", "<34>two\n", "<34>a\n", "<34>b\n", "<34>cut\n"})
    EXPECT_NE(text.find(message), std::string::npos) << message;
  EXPECT_EQ(counters.at("listener.tcp.messages"), 5U);
}

TEST(SyslogTcp, a_consumer_that_waits_holds_its_senders_back_and_loses_nothing) {
  Counters counters;
  Sink sink;
  const auto listener = listen_tcp({}, counters, sink.taker());
  sink.close();
  Sender sender((*listener)->port(), SOCK_STREAM);
  std::string bytes;
  while (bytes.size() < (64 << 20)) bytes += "<34>message " + std::to_string(bytes.size()) + "\n";
  const size_t fitted = sender.send_what_fits(bytes, 700ms);
  EXPECT_LT(fitted, bytes.size()) << "nobody reads, so the network fills up";
  sink.open();
  const size_t rest = sender.send_what_fits(std::string_view(bytes).substr(fitted), 120s);
  ASSERT_EQ(fitted + rest, bytes.size());
  ASSERT_TRUE(sink.wait_for(static_cast<size_t>(std::ranges::count(bytes, '\n')), 120s));
  EXPECT_EQ(sink.text(), bytes);
}

TEST(SyslogTcp, bounds_its_connections) {
  Counters counters;
  Sink sink;
  SyslogOptions options;
  options.connections_max = 3;
  const auto listener = listen_tcp(options, counters, sink.taker());
  std::vector<std::unique_ptr<Sender>> held;
  for (int i = 0; i < 3; ++i) {
    held.push_back(std::make_unique<Sender>((*listener)->port(), SOCK_STREAM));
    held.back()->send("<34>x\n");
  }
  ASSERT_TRUE(sink.wait_for(3));
  Sender one_more((*listener)->port(), SOCK_STREAM);
  EXPECT_TRUE(one_more.closed_by_peer());
  EXPECT_EQ(counters.at("listener.tcp.connections_refused"), 1U);
  held.clear();
  // The listener notices the ends in its own time.
  bool taken = false;
  for (int tried = 0; tried < 300 && !taken; ++tried) {
    Sender again((*listener)->port(), SOCK_STREAM);
    again.send("<34>y\n");
    taken = sink.wait_for(4, 200ms);
  }
  EXPECT_TRUE(taken);
}

TEST(SyslogTcp, closes_silent_connections) {
  Counters counters;
  Sink sink;
  SyslogOptions options;
  options.idle_seconds_max = 0;
  const auto listener = listen_tcp(options, counters, sink.taker());
  Sender sender((*listener)->port(), SOCK_STREAM);
  sender.send("<34>x");
  EXPECT_TRUE(sender.closed_by_peer());
  EXPECT_TRUE(sink.wait_for(1));
  EXPECT_EQ(counters.at("listener.tcp.connections_idle"), 1U);
}

TEST(SyslogTcp, hands_on_what_it_read_when_it_stops) {
  Counters counters;
  Sink sink;
  const auto listener = listen_tcp({}, counters, sink.taker());
  Sender sender((*listener)->port(), SOCK_STREAM);
  std::string bytes;
  for (int i = 0; i < 10'000; ++i) bytes += "<34>message\n";
  sender.send(bytes);
  for (int i = 0; i < 6000 && counters.at("listener.tcp.messages") < 10'000; ++i) std::this_thread::sleep_for(10ms);
  (*listener)->stop();
  EXPECT_EQ(sink.text(), bytes);
}

TEST(SyslogListeners, say_why_they_can_not_listen) {
  Counters counters;
  Sink sink;
  const auto first = listen_tcp({}, counters, sink.taker());
  SyslogOptions taken;
  taken.port = (*first)->port();
  EXPECT_EQ(listen_tcp(taken, counters, sink.taker()).error().kind, ErrorKind::network);
  SyslogOptions wrong;
  wrong.address = "localhost";
  EXPECT_EQ(listen_udp(wrong, counters, sink.taker()).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace yagura::pipeline

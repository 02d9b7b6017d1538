#include "api/wire.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace yagura::api {
namespace {

using Socket = asio::ip::tcp::socket;

auto told(ErrorCode& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

class PlainWire final : public Wire {
 public:
  explicit PlainWire(Socket socket) : socket_(std::move(socket)) {}
  asio::awaitable<void> handshake(ErrorCode&) override { co_return; }
  asio::awaitable<size_t> read(asio::mutable_buffer into, ErrorCode& error) override {
    co_return co_await socket_.async_read_some(into, told(error));
  }
  asio::awaitable<void> write(std::array<asio::const_buffer, 3> pieces, ErrorCode& error) override {
    co_await asio::async_write(socket_, pieces, told(error));
  }
  asio::awaitable<void> finish(ErrorCode& error) override {
    socket_.shutdown(Socket::shutdown_send, error);
    co_return;
  }
  Socket& socket() override { return socket_; }
  bool secure() const override { return false; }

 private:
  Socket socket_;
};

class TlsWire final : public Wire {
 public:
  TlsWire(Socket socket, asio::ssl::context& tls) : stream_(std::move(socket), tls) {}
  asio::awaitable<void> handshake(ErrorCode& error) override {
    co_await stream_.async_handshake(asio::ssl::stream_base::server, told(error));
  }
  asio::awaitable<size_t> read(asio::mutable_buffer into, ErrorCode& error) override {
    co_return co_await stream_.async_read_some(into, told(error));
  }
  asio::awaitable<void> write(std::array<asio::const_buffer, 3> pieces, ErrorCode& error) override {
    co_await asio::async_write(stream_, pieces, told(error));
  }
  asio::awaitable<void> finish(ErrorCode& error) override {
    // async_shutdown waits for the peer's close_notify; the caller's deadline bounds that.
    co_await stream_.async_shutdown(told(error));
  }
  Socket& socket() override { return stream_.next_layer(); }
  bool secure() const override { return true; }

 private:
  asio::ssl::stream<Socket> stream_;
};

}  // namespace

std::unique_ptr<Wire> make_wire(Socket socket, asio::ssl::context* tls) {
  if (tls != nullptr) return std::make_unique<TlsWire>(std::move(socket), *tls);
  return std::make_unique<PlainWire>(std::move(socket));
}

}  // namespace yagura::api

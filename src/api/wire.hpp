// A connection's bytes, plain or TLS, behind one face. For the units of the server alone: includes Boost.Asio.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>

namespace yagura::api {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

class Wire {
 public:
  virtual ~Wire() = default;
  virtual asio::awaitable<void> handshake(ErrorCode& error) = 0;
  virtual asio::awaitable<size_t> read(asio::mutable_buffer into, ErrorCode& error) = 0;
  virtual asio::awaitable<void> write(std::array<asio::const_buffer, 3> pieces, ErrorCode& error) = 0;
  /// Says that nothing more will be written; the peer may still send.
  virtual asio::awaitable<void> finish(ErrorCode& error) = 0;
  virtual asio::ip::tcp::socket& socket() = 0;
  virtual bool secure() const = 0;
};

/// `tls` null: plain.
std::unique_ptr<Wire> make_wire(asio::ip::tcp::socket socket, asio::ssl::context* tls);

}  // namespace yagura::api

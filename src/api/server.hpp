// server: HTTP/1.1 over TCP or TLS. Network threads read and write; handlers run as blocking functions on worker
// threads. Below it the gate decides what a request gets; nothing here knows a route.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "api/gate.hpp"
#include "base/counters.hpp"
#include "base/result.hpp"

namespace yagura::api {

struct ServerOptions {
  std::string address = "127.0.0.1";  // anything but loopback needs certificate and key
  uint16_t port = 0;                  // 0: any free one
  std::filesystem::path certificate;  // PEM, the chain after it
  std::filesystem::path key;          // PEM
  int network_threads = 2;
  int workers = 8;         // for ordinary requests
  int stream_workers = 4;  // for requests whose handler reads the body itself: slow senders hold only these
  size_t waiting_max = 512;
  size_t connections_max = 1024;
  size_t connections_per_address_max = 256;
  size_t requests_per_connection_max = 10'000;
  size_t bodies_bytes_max = 256 << 20;  // of all bodies that are held in memory at once
  int64_t header_ms_max = 10'000;       // from a request's first byte to its header's last
  int64_t idle_ms_max = 60'000;         // between requests
  int64_t body_ms_free = 20'000;        // a body has this long, and longer at body_bytes_per_second_min
  int64_t body_bytes_per_second_min = 1024;
  int64_t write_ms_max = 30'000;  // for one answer, or one piece of a feed
  int64_t heartbeat_ms = 15'000;  // of feeds
  int64_t stop_ms_max = 10'000;   // for what is under way when the server stops
};

class Server {
 public:
  /// Binds and starts. Fails with `refused` when an address other than loopback is to be bound without TLS,
  /// `invalid` for an address or certificate that is none, `network` when the port is taken. `gate` and
  /// `counters` outlive the server.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, const Gate& gate, Counters& counters);
  virtual ~Server() = default;

  virtual uint16_t port() const = 0;
  virtual std::string url() const = 0;  // "https://127.0.0.1:8443"

  /// Takes no more connections, lets requests under way finish within stop_ms_max, ends feeds; blocks.
  virtual void stop() = 0;
};

}  // namespace yagura::api

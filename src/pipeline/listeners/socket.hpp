#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

struct sockaddr_storage;

namespace yagura::pipeline {

/// A descriptor that is closed with its owner.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;

  int get() const { return fd_; }
  void close();

 private:
  int fd_;
};

/// A bound, non-blocking socket; `type` is SOCK_DGRAM or SOCK_STREAM (then listening).
Result<Descriptor> bind_socket(const std::string& address, uint16_t port, int type);

/// The port that a bound socket has.
uint16_t port_of(const Descriptor& socket);

/// The sender's address as text, without its port; an IPv4 address in IPv6 form as IPv4.
std::string address_of(const sockaddr_storage& from);

/// An eventfd: something for poll(2) and epoll(7) to wake by.
Descriptor make_waker();
void wake(const Descriptor& waker);

}  // namespace yagura::pipeline

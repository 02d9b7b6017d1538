#include "pipeline/listeners/socket.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/check.hpp"
#include "base/os_error.hpp"

namespace yagura::pipeline {
namespace {

/// Fills `out` from an IP address in text; its size, 0 when it is none.
socklen_t parse_address(const std::string& address, uint16_t port, sockaddr_storage& out) {
  std::memset(&out, 0, sizeof out);
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out);
  if (::inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    return sizeof *v4;
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out);
  if (::inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) != 1) return 0;
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(port);
  return sizeof *v6;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = other.fd_;
    other.fd_ = -1;
  }
  return *this;
}

void Descriptor::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<Descriptor> bind_socket(const std::string& address, uint16_t port, int type) {
  sockaddr_storage where{};
  const socklen_t size = parse_address(address, port, where);
  if (size == 0) return failure(ErrorKind::invalid, fmt::format("'{}' is no IP address", address));
  Descriptor out(::socket(where.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  bool good = out.get() >= 0;
  if (good && type == SOCK_STREAM) good = ::setsockopt(out.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
  good = good && ::bind(out.get(), reinterpret_cast<const sockaddr*>(&where), size) == 0;
  if (good && type == SOCK_STREAM) good = ::listen(out.get(), SOMAXCONN) == 0;
  if (!good)
    return failure(ErrorKind::network,
                   fmt::format("can't listen on {} port {}: {}", address, port, os_error_text(errno)));
  return out;
}

uint16_t port_of(const Descriptor& socket) {
  sockaddr_storage where{};
  socklen_t size = sizeof where;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&where), &size) != 0) return 0;
  return ntohs(where.ss_family == AF_INET ? reinterpret_cast<const sockaddr_in*>(&where)->sin_port
                                          : reinterpret_cast<const sockaddr_in6*>(&where)->sin6_port);
}

std::string address_of(const sockaddr_storage& from) {
  char text[INET6_ADDRSTRLEN] = "";
  if (from.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&from)->sin_addr, text, sizeof text);
    return text;
  }
  const in6_addr& address = reinterpret_cast<const sockaddr_in6*>(&from)->sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&address))
    ::inet_ntop(AF_INET, address.s6_addr + 12, text, sizeof text);
  else
    ::inet_ntop(AF_INET6, &address, text, sizeof text);
  return text;
}

Descriptor make_waker() {
  Descriptor out(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  check(out.get() >= 0, "no eventfd can be made");
  return out;
}

void wake(const Descriptor& waker) {
  const uint64_t one = 1;
  (void)!::write(waker.get(), &one, sizeof one);
}

}  // namespace yagura::pipeline

#include "load_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <vector>

namespace yagura::api {
namespace {

struct Client {
  int socket = -1;
  std::string buffer;
  int waiting = 0;
};

int connect_to(uint16_t port) {
  const int out = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(out, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(out, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return out;
  ::close(out);
  return -1;
}

/// Takes whole answers off the front of the buffer; how many were 200, and how many not in `failed`.
int take_answers(std::string& buffer, uint64_t& failed) {
  int taken = 0;
  for (;;) {
    const size_t head = buffer.find("\r\n\r\n");
    if (head == std::string::npos) return taken;
    const size_t field = buffer.find("Content-Length: ");
    const size_t length = field < head ? static_cast<size_t>(std::atoll(buffer.c_str() + field + 16)) : 0;
    if (buffer.size() < head + 4 + length) return taken;
    if (buffer.compare(9, 3, "200") != 0) ++failed;
    buffer.erase(0, head + 4 + length);
    ++taken;
  }
}

}  // namespace

Load run_load(uint16_t port, const std::string& request, int connections, int pipelined, double seconds) {
  std::string burst;
  for (int i = 0; i < pipelined; ++i) burst += request;
  std::vector<Client> clients(static_cast<size_t>(connections));
  std::vector<pollfd> polled(clients.size());
  Load load;
  for (size_t i = 0; i < clients.size(); ++i) {
    clients[i].socket = connect_to(port);
    polled[i] = {clients[i].socket, POLLIN, 0};
  }
  const auto began = std::chrono::steady_clock::now();
  const auto passed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); };
  char bytes[65536];
  while (passed() < seconds) {
    for (Client& client : clients) {
      if (client.socket < 0 || client.waiting > 0) continue;
      if (::send(client.socket, burst.data(), burst.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(burst.size()))
        client.waiting = pipelined;
    }
    if (::poll(polled.data(), polled.size(), 100) <= 0) continue;
    for (size_t i = 0; i < clients.size(); ++i) {
      Client& client = clients[i];
      if (client.socket < 0 || (polled[i].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
      const ssize_t count = ::recv(client.socket, bytes, sizeof bytes, MSG_DONTWAIT);
      if (count > 0) {
        client.buffer.append(bytes, static_cast<size_t>(count));
        const int taken = take_answers(client.buffer, load.failed);
        load.answered += static_cast<uint64_t>(taken);
        client.waiting -= taken;
      } else if (count == 0) {  // the server ends a connection after its number of requests
        ::close(client.socket);
        client = {connect_to(port), {}, 0};
        polled[i].fd = client.socket;
      }
    }
  }
  load.seconds = passed();
  for (const Client& client : clients)
    if (client.socket >= 0) ::close(client.socket);
  return load;
}

}  // namespace yagura::api

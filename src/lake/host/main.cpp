// yagura-lake: the child process that hosts the embedded ClickHouse and answers on a Unix socket.
//
//   yagura-lake --data DIR --socket PATH [--engine LIBRARY] [--memory-bytes N] [--lifeline FD]
//
// With --lifeline it belongs to the process at the other end of that socket: it writes one byte there when it
// is ready and ends when that end closes. Exit status 0 ended in order, 2 wrong usage, 3 could not.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>

#include "base/os_error.hpp"
#include "lake/host/engine.hpp"
#include "lake/host/service.hpp"

namespace yagura::lake::host {
namespace {

constexpr int connections_max = 64;
constexpr int drain_tries_max = 100;  // of 100 ms

struct Options {
  EngineOptions engine;
  std::string socket;
  int lifeline = -1;
};

/// Beside the program where it was installed, else where the build found it.
std::filesystem::path default_library() {
  std::error_code error;
  const auto beside = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "libchdb.so";
  return std::filesystem::exists(beside, error) ? beside : std::filesystem::path(YAGURA_CHDB_LIBRARY);
}

template <typename Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

bool read_options(int argc, char** argv, Options& out) {
  out.engine.library = default_library();
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    bool known = true;
    if (name == "--data")
      out.engine.data = value;
    else if (name == "--socket")
      out.socket = value;
    else if (name == "--engine")
      out.engine.library = value;
    else if (name == "--memory-bytes")
      known = read_number(value, out.engine.memory_bytes_max);
    else if (name == "--lifeline")
      known = read_number(value, out.lifeline);
    else
      known = false;
    if (!known) return false;
  }
  return argc % 2 == 1 && !out.engine.data.empty() && !out.socket.empty();
}

Result<int> listen_on(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return failure(ErrorKind::invalid, "the socket's path is longer than 107 bytes: " + path);
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return failure(ErrorKind::io, std::string("can't make a socket: ") + os_error_text(errno));
  unlink(path.c_str());  // of a predecessor: the data folder's lock is ours by now
  const mode_t before = umask(0177);
  const int bound = bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  umask(before);
  if (bound != 0 || listen(fd, connections_max) != 0)
    return failure(ErrorKind::io, "can't listen on " + path + ": " + os_error_text(errno));
  return fd;
}

/// Accepts until `wake` (a signal or the parent's end) becomes readable.
void accept_until(int listener, int signals, int lifeline, Engine& engine, std::atomic<bool>& stopping) {
  static std::atomic<int> connections{0};
  for (;;) {
    pollfd waited[] = {{listener, POLLIN, 0}, {signals, POLLIN, 0}, {lifeline, POLLIN, 0}};
    if (poll(waited, lifeline >= 0 ? 3 : 2, -1) < 0 && errno != EINTR) break;
    if (waited[1].revents != 0 || waited[2].revents != 0) break;
    if ((waited[0].revents & POLLIN) == 0) continue;
    const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) continue;
    if (connections.load() >= connections_max) {
      close(fd);
      continue;
    }
    ++connections;
    std::thread([fd, &engine, &stopping] {
      serve_connection(engine, Wire(fd), stopping);
      --connections;
    }).detach();
  }
  stopping = true;
  for (int i = 0; i < drain_tries_max && connections.load() > 0; ++i) usleep(100'000);
}

int signal_pipe = -1;

void on_signal(int) {
  const char byte = 's';
  (void)!write(signal_pipe, &byte, 1);
}

int run(const Options& options) {
  int signals[2];
  if (pipe2(signals, O_CLOEXEC | O_NONBLOCK) != 0) return 3;
  signal_pipe = signals[1];
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
  if (options.lifeline >= 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    fcntl(options.lifeline, F_SETFD, FD_CLOEXEC);
  }
  auto engine = Engine::start(options.engine);
  if (!engine) {
    std::fprintf(stderr, "yagura-lake: %s\n", engine.error().message.c_str());
    return 3;
  }
  const auto listener = listen_on(options.socket);
  if (!listener) {
    std::fprintf(stderr, "yagura-lake: %s\n", listener.error().message.c_str());
    return 3;
  }
  if (options.lifeline >= 0 && write(options.lifeline, "R", 1) != 1) return 3;  // the parent is gone
  std::atomic<bool> stopping{false};
  accept_until(*listener, signals[0], options.lifeline, **engine, stopping);
  unlink(options.socket.c_str());
  // A statement that outlived the drain still uses the engine, so nothing is torn down under it: what was
  // acknowledged is durable, and the kernel frees the rest.
  _exit(0);
}

}  // namespace
}  // namespace yagura::lake::host

int main(int argc, char** argv) {
  yagura::lake::host::Options options;
  if (!yagura::lake::host::read_options(argc, argv, options)) {
    std::fputs("usage: yagura-lake --data DIR --socket PATH [--engine LIBRARY] [--memory-bytes N] [--lifeline FD]\n",
               stderr);
    return 2;
  }
  return yagura::lake::host::run(options);
}

#include "lake/lake_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <vector>

extern char** environ;

namespace yagura::lake {
namespace {

constexpr auto back_off_least = std::chrono::milliseconds(100);
constexpr auto back_off_most = std::chrono::milliseconds(10'000);
constexpr auto settled_after = std::chrono::seconds(60);
constexpr int end_time_max_ms = 15'000;
constexpr int lifeline_fd = 3;  // in the child

/// The end of the child's log, for a message.
std::string last_words(const std::filesystem::path& log) {
  std::ifstream in(log, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  std::string text = all.str();
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const size_t line = text.rfind('\n');
  return line == std::string::npos ? text : text.substr(line + 1);
}

}  // namespace

Result<std::unique_ptr<LakeProcess>> LakeProcess::start(LakeOptions options) {
  std::error_code error;
  if (options.program.empty())
    options.program = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "yagura-lake";
  if (!std::filesystem::exists(options.program, error))
    return failure(ErrorKind::not_found, "the lake's program is missing: " + options.program.string());
  options.data = std::filesystem::absolute(options.data, error);
  std::filesystem::create_directories(options.data, error);
  if (error) return failure(ErrorKind::io, "can't make " + options.data.string() + ": " + error.message());
  chmod(options.data.c_str(), 0700);
  if (options.socket.empty()) options.socket = options.data / "lake.sock";
  if (options.log.empty()) options.log = options.data / "lake.log";
  std::unique_ptr<LakeProcess> process(new LakeProcess(std::move(options)));
  if (pipe2(process->stop_pipe_, O_CLOEXEC) != 0) return failure(ErrorKind::io, "can't make a pipe");
  LakeProcess& p = *process;
  p.watcher_ = std::thread([&p] { p.watch(); });
  std::unique_lock lock(p.mutex_);
  p.changed_.wait(lock, [&] { return p.ready_ || p.failed_; });
  if (p.ready_) return process;
  return failure(ErrorKind::unavailable, "the lake did not start: " + last_words(p.options_.log));
}

LakeProcess::~LakeProcess() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  if (stop_pipe_[1] >= 0) close(stop_pipe_[1]);
  if (watcher_.joinable()) watcher_.join();
  if (stop_pipe_[0] >= 0) close(stop_pipe_[0]);
}

Endpoint LakeProcess::endpoint() const {
  Endpoint out;
  out.unix_socket = options_.socket.string();
  return out;
}

int LakeProcess::pid() const {
  const std::lock_guard lock(mutex_);
  return pid_;
}

uint64_t LakeProcess::restarts() const {
  const std::lock_guard lock(mutex_);
  return starts_ > 0 ? starts_ - 1 : 0;
}

bool LakeProcess::spawn(int& lifeline) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return false;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, options_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  // dup2 onto itself would keep close-on-exec, so a descriptor that is already 3 moves away first.
  int child_end = pair[1];
  if (child_end == lifeline_fd) child_end = fcntl(pair[1], F_DUPFD_CLOEXEC, lifeline_fd + 1);
  posix_spawn_file_actions_adddup2(&actions, child_end, lifeline_fd);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);  // a Ctrl-C at the terminal is the parent's to pass on
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  std::vector<std::string> words{options_.program.string(), "--data",     options_.data.string(),     "--socket",
                                 options_.socket.string(),  "--lifeline", std::to_string(lifeline_fd)};
  if (options_.memory_bytes_max != 0) {
    words.push_back("--memory-bytes");
    words.push_back(std::to_string(options_.memory_bytes_max));
  }
  std::vector<char*> raw;
  for (std::string& word : words) raw.push_back(word.data());
  raw.push_back(nullptr);
  pid_t pid = 0;
  const int code = posix_spawn(&pid, raw[0], &actions, &attributes, raw.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (child_end != pair[1]) close(child_end);
  close(pair[1]);
  if (code != 0) {
    close(pair[0]);
    return false;
  }
  lifeline = pair[0];
  const std::lock_guard lock(mutex_);
  pid_ = pid;
  ++starts_;
  return true;
}

/// True when the ready byte came; false when the child ended, took too long or this object is stopping.
bool LakeProcess::wait_ready(int lifeline) {
  const auto deadline = std::chrono::steady_clock::now() + options_.start_time_max;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waited[] = {{lifeline, POLLIN, 0}, {stop_pipe_[0], POLLIN, 0}};
    if (poll(waited, 2, static_cast<int>(left.count())) < 0 && errno != EINTR) return false;
    if (waited[1].revents != 0) return false;
    if (waited[0].revents == 0) continue;
    char byte = 0;
    return read(lifeline, &byte, 1) == 1;
  }
}

/// Returns when the child ended (its socket closes) or this object is stopping.
int LakeProcess::wait_end(int lifeline) {
  for (;;) {
    pollfd waited[] = {{lifeline, POLLIN, 0}, {stop_pipe_[0], POLLIN, 0}};
    if (poll(waited, 2, -1) < 0 && errno == EINTR) continue;
    return waited[0].revents != 0 ? 1 : 0;
  }
}

void LakeProcess::end_child(int lifeline) {
  int pid = 0;
  {
    const std::lock_guard lock(mutex_);
    pid = pid_;
    ready_ = false;
  }
  if (lifeline >= 0) close(lifeline);
  if (pid <= 0) return;
  int status = 0;
  for (int waited = 0; waitpid(pid, &status, WNOHANG) == 0; waited += 10) {
    if (waited == 0) kill(pid, SIGTERM);
    if (waited == end_time_max_ms) kill(pid, SIGKILL);
    usleep(10'000);
  }
  const std::lock_guard lock(mutex_);
  pid_ = 0;
}

// One thread starts every child: PR_SET_PDEATHSIG counts the end of the thread that forked, not of the process.
void LakeProcess::watch() {
  auto back_off = back_off_least;
  for (bool first = true;; first = false) {
    int lifeline = -1;
    const auto born = std::chrono::steady_clock::now();
    const bool up = spawn(lifeline) && wait_ready(lifeline);
    if (up) {
      {
        const std::lock_guard lock(mutex_);
        ready_ = true;
      }
      changed_.notify_all();
      wait_end(lifeline);
    }
    end_child(lifeline);
    if (first && !up) {
      const std::lock_guard lock(mutex_);
      failed_ = true;
      changed_.notify_all();
      return;
    }
    if (std::chrono::steady_clock::now() - born > settled_after) back_off = back_off_least;
    pollfd stop{stop_pipe_[0], POLLIN, 0};
    if (poll(&stop, 1, static_cast<int>(back_off.count())) != 0) return;
    back_off = std::min(back_off * 2, back_off_most);
  }
}

}  // namespace yagura::lake

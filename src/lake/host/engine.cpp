#include "lake/host/engine.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "base/check.hpp"
#include "base/os_error.hpp"

namespace yagura::lake::host {
namespace {

constexpr int lock_tries_max = 200;  // of 100 ms
constexpr uint64_t gib = 1ull << 30;

template <typename F>
bool take_symbol(void* library, const char* name, F& out) {
  out = reinterpret_cast<F>(dlsym(library, name));
  return out != nullptr;
}

uint64_t default_memory() {
  const auto pages = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES));
  const uint64_t all = pages * static_cast<uint64_t>(sysconf(_SC_PAGE_SIZE));
  return std::clamp(all * 2 / 5, gib, 8 * gib);
}

/// What the one user of the engine may do. Everything that leaves the lake's own database (files, URLs,
/// other servers, executables, users, shutdown) is not granted, so a hole in the checks above this process
/// still meets a closed door.
constexpr std::string_view users_xml = R"(<clickhouse>
<profiles><default></default></profiles>
<quotas><default></default></quotas>
<users><default><password></password><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>
<grants>
<query>GRANT ALL ON yagura.*</query>
<query>GRANT SELECT ON system.parts</query>
<query>GRANT SELECT ON system.detached_parts</query>
<query>GRANT SELECT ON system.disks</query>
<query>GRANT SELECT ON system.columns</query>
<query>GRANT SELECT ON system.tables</query>
<query>GRANT SELECT ON system.data_skipping_indices</query>
<query>GRANT SELECT ON system.merges</query>
<query>GRANT SELECT ON system.one</query>
<query>GRANT SELECT ON system.numbers</query>
</grants></default></users>
</clickhouse>
)";

std::string config_xml(const std::filesystem::path& users, const std::filesystem::path& backups, uint64_t memory) {
  const auto line = [](std::string_view name, uint64_t value) {
    return "<" + std::string(name) + ">" + std::to_string(value) + "</" + std::string(name) + ">\n";
  };
  std::string out = "<clickhouse>\n<users_config>" + users.string() + "</users_config>\n";
  out += "<backups><allowed_path>" + backups.string() + "</allowed_path></backups>\n";
  out += line("max_server_memory_usage", memory);
  out += line("mark_cache_size", memory / 16);
  out += line("index_mark_cache_size", memory / 32);
  out += line("primary_index_cache_size", memory / 32);
  out += line("uncompressed_cache_size", 0);
  out += line("index_uncompressed_cache_size", 0);
  out += line("text_index_tokens_cache_size", memory / 64);
  out += line("text_index_header_cache_size", memory / 64);
  out += line("text_index_postings_cache_size", memory / 32);
  out += line("query_condition_cache_size", memory / 64);
  out += line("mmap_cache_size", 64);
  out += line("background_pool_size", 2);
  out += line("background_schedule_pool_size", 8);
  out += line("background_common_pool_size", 2);
  out += line("background_move_pool_size", 1);
  out += line("background_fetches_pool_size", 1);
  out += line("max_thread_pool_size", 400);
  out += line("max_thread_pool_free_size", 16);
  out += line("max_io_thread_pool_size", 16);
  out += "<merge_tree>\n" + line("number_of_free_entries_in_pool_to_lower_max_size_of_merge", 1) +
         line("number_of_free_entries_in_pool_to_execute_mutation", 1) +
         line("number_of_free_entries_in_pool_to_execute_optimize_entire_partition", 1) +
         line("max_parts_in_total", 100000) + "</merge_tree>\n";
  return out + "</clickhouse>\n";
}

Status write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return failure(ErrorKind::io, "can't write " + path.string() + ": check space and permissions");
  return {};
}

struct Bound {
  std::vector<const char*> names, values;
  std::vector<size_t> name_sizes, value_sizes;

  explicit Bound(const Pairs& params) {
    for (const auto& [name, value] : params) {
      names.push_back(name.data());
      name_sizes.push_back(name.size());
      values.push_back(value.data());
      value_sizes.push_back(value.size());
    }
  }
};

std::string in_quotes(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') out += '\\';
    out += c;
  }
  return out + quote;
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::start(const EngineOptions& options) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2"))
    return failure(ErrorKind::unavailable,
                   "this CPU has no AVX2, which the embedded ClickHouse needs; point the lake at a ClickHouse server "
                   "by URL instead");
  std::unique_ptr<Engine> engine(new Engine);
  std::error_code error;
  const std::filesystem::path data = std::filesystem::absolute(options.data, error);
  std::filesystem::create_directories(data, error);
  if (error) return failure(ErrorKind::io, "can't make " + data.string() + ": " + error.message());
  if (auto locked = engine->lock(data); !locked) return std::unexpected(locked.error());
  if (auto loaded = engine->load(options.library); !loaded) return std::unexpected(loaded.error());
  EngineOptions absolute = options;
  absolute.data = data;
  if (auto ready = engine->configure(absolute); !ready) return std::unexpected(ready.error());
  engine->keeper_ = engine->connect();
  if (engine->keeper_ == nullptr || *engine->keeper_ == nullptr)
    return failure(ErrorKind::corrupt,
                   "the embedded ClickHouse did not open " + data.string() + "; its own message stands above");
  return engine;
}

Engine::~Engine() {
  if (keeper_ != nullptr) calls_.close_conn(keeper_);
  if (lock_fd_ >= 0) close(lock_fd_);
}

Status Engine::lock(const std::filesystem::path& data) {
  const std::string path = data / "yagura-lake.lock";
  lock_fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_fd_ < 0) return failure(ErrorKind::io, "can't open " + path + ": " + os_error_text(errno));
  for (int tried = 0; flock(lock_fd_, LOCK_EX | LOCK_NB) != 0; ++tried) {
    if (tried >= lock_tries_max)
      return failure(ErrorKind::conflict, "another yagura-lake holds " + data.string() + "; stop it first");
    usleep(100'000);
  }
  return {};
}

Status Engine::load(const std::filesystem::path& library) {
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* why = dlerror();  // NOLINT(concurrency-mt-unsafe): the text is the calling thread's own (dlerror(3))
    return failure(ErrorKind::not_found,
                   std::string("can't load the embedded ClickHouse (run tools/fetch-chdb.sh): ") + why);
  }
  ChdbCalls& c = calls_;
  const bool whole = take_symbol(handle, "chdb_version", c.version) &&
                     take_symbol(handle, "chdb_set_signal_handlers_enabled", c.set_signal_handlers_enabled) &&
                     take_symbol(handle, "chdb_connect", c.connect) &&
                     take_symbol(handle, "chdb_close_conn", c.close_conn) &&
                     take_symbol(handle, "chdb_query_with_params_n", c.query_with_params_n) &&
                     take_symbol(handle, "chdb_stream_insert_with_params_n", c.stream_insert_with_params_n) &&
                     take_symbol(handle, "chdb_stream_append", c.stream_append) &&
                     take_symbol(handle, "chdb_stream_done", c.stream_done) &&
                     take_symbol(handle, "chdb_stream_cancel_insert", c.stream_cancel_insert) &&
                     take_symbol(handle, "chdb_stream_insert_error", c.stream_insert_error) &&
                     take_symbol(handle, "chdb_destroy_insert_stream", c.destroy_insert_stream) &&
                     take_symbol(handle, "chdb_destroy_query_result", c.destroy_query_result) &&
                     take_symbol(handle, "chdb_result_buffer", c.result_buffer) &&
                     take_symbol(handle, "chdb_result_length", c.result_length) &&
                     take_symbol(handle, "chdb_result_elapsed", c.result_elapsed) &&
                     take_symbol(handle, "chdb_result_rows_read", c.result_rows_read) &&
                     take_symbol(handle, "chdb_result_storage_rows_read", c.result_storage_rows_read) &&
                     take_symbol(handle, "chdb_result_storage_bytes_read", c.result_storage_bytes_read) &&
                     take_symbol(handle, "chdb_result_rows_written", c.result_rows_written) &&
                     take_symbol(handle, "chdb_result_bytes_written", c.result_bytes_written) &&
                     take_symbol(handle, "chdb_result_error", c.result_error);
  if (!whole || c.version() != chdb_version_pinned)
    return failure(ErrorKind::corrupt,
                   library.string() + " is not chDB " + std::string(chdb_version_pinned) + "; run tools/fetch-chdb.sh");
  c.set_signal_handlers_enabled(0);
  return {};
}

Status Engine::configure(const EngineOptions& options) {
  const std::filesystem::path config = options.data / "engine-config.xml";
  const std::filesystem::path users = options.data / "engine-users.xml";
  const uint64_t memory = options.memory_bytes_max != 0 ? options.memory_bytes_max : default_memory();
  if (auto written = write_file(users, users_xml); !written) return written;
  if (auto written = write_file(config, config_xml(users, options.data / lake_backups_folder, memory)); !written)
    return written;
  arguments_ = {"chdb", "--path=" + (options.data / "store").string(), "--config-file=" + config.string()};
  return {};
}

ChdbConnection** Engine::connect() const {
  std::vector<char*> raw;
  for (const std::string& argument : arguments_) raw.push_back(const_cast<char*>(argument.c_str()));
  return calls_.connect(static_cast<int>(raw.size()), raw.data());
}

std::unique_ptr<Session> Engine::open(const Pairs& settings, const std::string& database, std::string& error) {
  ChdbConnection** connection = connect();
  if (connection == nullptr || *connection == nullptr) {
    error = "Code: 210. DB::Exception: the engine took no further connection. (NETWORK_ERROR)";
    return nullptr;
  }
  auto session = std::make_unique<Session>(calls_, connection);
  if (!database.empty()) error = session->run("USE " + in_quotes(database, '`'), "Null", {}).error;
  // `readonly` last: it forbids every SET after it.
  std::string set;
  std::string last;
  for (const auto& [name, value] : settings) {
    std::string one = in_quotes(name, '`') + " = " + in_quotes(value, '\'');
    if (name == "readonly")
      last = "SET " + one;
    else
      set += (set.empty() ? "SET " : ", ") + one;
  }
  for (const std::string& statement : {set, last})
    if (error.empty() && !statement.empty()) error = session->run(statement, "Null", {}).error;
  if (!error.empty()) return nullptr;
  return session;
}

Outcome Session::take(ChdbResult* result) {
  Outcome out;
  if (result == nullptr) {
    out.error = "Code: 1002. DB::Exception: the engine gave no answer. (UNKNOWN_EXCEPTION)";
    return out;
  }
  if (const char* error = calls_.result_error(result); error != nullptr && *error != '\0') out.error = error;
  if (out.error.empty() && calls_.result_buffer(result) != nullptr)
    out.body.assign(calls_.result_buffer(result), calls_.result_length(result));
  out.rows_read = calls_.result_storage_rows_read(result);
  out.bytes_read = calls_.result_storage_bytes_read(result);
  out.rows_written = calls_.result_rows_written(result);
  out.bytes_written = calls_.result_bytes_written(result);
  out.seconds = calls_.result_elapsed(result);
  calls_.destroy_query_result(result);
  return out;
}

Outcome Session::run(std::string_view sql, std::string_view format, const Pairs& params) {
  const Bound bound(params);
  return take(calls_.query_with_params_n(*connection_, sql.data(), sql.size(), format.data(), format.size(),
                                         bound.names.data(), bound.name_sizes.data(), bound.values.data(),
                                         bound.value_sizes.data(), params.size()));
}

bool Session::begin_insert(std::string_view sql, std::string_view format, const Pairs& params, std::string& error) {
  const Bound bound(params);
  insert_ = calls_.stream_insert_with_params_n(*connection_, sql.data(), sql.size(), format.data(), format.size(),
                                               bound.names.data(), bound.name_sizes.data(), bound.values.data(),
                                               bound.value_sizes.data(), params.size());
  check(insert_ != nullptr, "chDB gave no insert stream");
  const char* fault = calls_.stream_insert_error(insert_);
  if (fault == nullptr || *fault == '\0') return true;
  error = fault;
  calls_.destroy_insert_stream(insert_);
  insert_ = nullptr;
  return false;
}

bool Session::feed(std::string_view bytes) {
  return calls_.stream_append(insert_, bytes.data(), bytes.size()) == ChdbState::success;
}

Outcome Session::finish_insert() {
  Outcome out;
  if (const char* fault = calls_.stream_insert_error(insert_); fault != nullptr && *fault != '\0') out.error = fault;
  if (out.error.empty()) out = take(calls_.stream_done(insert_));
  calls_.destroy_insert_stream(insert_);
  insert_ = nullptr;
  return out;
}

void Session::cancel_insert() {
  if (insert_ == nullptr) return;
  calls_.stream_cancel_insert(insert_);
  calls_.destroy_insert_stream(insert_);
  insert_ = nullptr;
}

}  // namespace yagura::lake::host

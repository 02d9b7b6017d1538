// The part of chDB's stable C interface that we call, declared by us and pinned to the library's version
// (tools/fetch-chdb.sh). The library is loaded with dlopen, after the CPU was checked: its initialisers
// already use AVX2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace yagura::lake::host {

constexpr std::string_view chdb_version_pinned = "26.7.3";

struct ChdbResult;        // opaque
struct ChdbInsertStream;  // opaque
struct ChdbConnection;    // opaque; chdb_connect gives a pointer to a pointer to it
enum class ChdbState : int { success = 0, error = 1 };

struct ChdbCalls {
  const char* (*version)();
  void (*set_signal_handlers_enabled)(int);
  ChdbConnection** (*connect)(int, char**);
  void (*close_conn)(ChdbConnection**);
  ChdbResult* (*query_with_params_n)(ChdbConnection*, const char* sql, size_t, const char* format, size_t,
                                     const char* const* names, const size_t* name_sizes, const char* const* values,
                                     const size_t* value_sizes, size_t count);
  ChdbInsertStream* (*stream_insert_with_params_n)(ChdbConnection*, const char* sql, size_t, const char* format, size_t,
                                                   const char* const* names, const size_t* name_sizes,
                                                   const char* const* values, const size_t* value_sizes, size_t count);
  ChdbState (*stream_append)(ChdbInsertStream*, const void*, size_t);
  ChdbResult* (*stream_done)(ChdbInsertStream*);
  void (*stream_cancel_insert)(ChdbInsertStream*);
  const char* (*stream_insert_error)(ChdbInsertStream*);
  void (*destroy_insert_stream)(ChdbInsertStream*);
  void (*destroy_query_result)(ChdbResult*);
  char* (*result_buffer)(ChdbResult*);
  size_t (*result_length)(ChdbResult*);
  double (*result_elapsed)(ChdbResult*);
  uint64_t (*result_rows_read)(ChdbResult*);
  uint64_t (*result_storage_rows_read)(ChdbResult*);
  uint64_t (*result_storage_bytes_read)(ChdbResult*);
  uint64_t (*result_rows_written)(ChdbResult*);
  uint64_t (*result_bytes_written)(ChdbResult*);
  const char* (*result_error)(ChdbResult*);
};

}  // namespace yagura::lake::host

// The one seam to a database: a connection, its prepared statements and its rows. SQLite stands behind it
// (sqlite_database.cpp, and sqlite_dialect.cpp for the SQL that differs); PostgreSQL can.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace yagura::ledger {

/// A bound parameter; texts are borrowed until the statement has run.
using Value = std::variant<std::monostate, int64_t, double, std::string_view>;

/// The rows of a running query. Views stay valid until the next call of next().
class Rows {
 public:
  virtual ~Rows() = default;
  /// Goes to the next row; false at the end.
  virtual Result<bool> next() = 0;
  virtual bool is_null(int column) const = 0;
  virtual int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual bool is_text(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
};

/// A connection. Not thread-safe. Statements are prepared once a text and kept.
class Database {
 public:
  virtual ~Database() = default;

  /// Runs a statement that gives no rows. Parameters stand as ?1, ?2, ...
  virtual Status run(std::string_view sql, std::span<const Value> values) = 0;
  virtual Result<std::unique_ptr<Rows>> query(std::string_view sql, std::span<const Value> values) = 0;
  /// Several statements without parameters, for schemas.
  virtual Status script(const std::string& sql) = 0;

  virtual int64_t last_row() const = 0;      // the integer key that the last insert gave
  virtual int64_t rows_changed() const = 0;  // by the last statement

  /// Copies the whole database, consistently, to the new file `to` while others go on.
  virtual Status copy_to(const std::filesystem::path& to) = 0;
  /// Moves everything that is committed into the main file, so that it is whole by itself.
  virtual Status settle() = 0;

  Status run(std::string_view sql, std::initializer_list<Value> values = {}) {
    return run(sql, std::span<const Value>(values.begin(), values.size()));
  }
  Result<std::unique_ptr<Rows>> query(std::string_view sql, std::initializer_list<Value> values = {}) {
    return query(sql, std::span<const Value>(values.begin(), values.size()));
  }

  /// The first column of the only row, `fallback` without a row.
  Result<int64_t> integer(std::string_view sql, std::initializer_list<Value> values, int64_t fallback = 0);
  Result<std::string> text(std::string_view sql, std::initializer_list<Value> values, std::string fallback = {});
};

enum class OpenMode {
  write,   // made when it is not there; every commit is on the disk when it returns
  read,    // beside a writer
  verify,  // only looks; refuses to make or repair anything that is not there
};

/// `corrupt` when the file is no database, `unavailable` when it stays locked, `io` otherwise.
Result<std::unique_ptr<Database>> open_database(const std::filesystem::path& file, OpenMode mode);

}  // namespace yagura::ledger

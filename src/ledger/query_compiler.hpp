#pragma once

#include <deque>
#include <string>
#include <vector>

#include "ledger/database.hpp"
#include "ledger/query.hpp"
#include "ledger/record_types.hpp"
#include "ledger/refusal.hpp"

namespace yagura::ledger {

/// A RecordQuery as SQL. Every value is bound; names in the text are those of the type.
class QueryCompiler {
 public:
  QueryCompiler(const RecordTypes& types, const RecordQuery& query);
  QueryCompiler(const QueryCompiler&) = delete;
  QueryCompiler& operator=(const QueryCompiler&) = delete;

  /// What is wrong with the query; empty when it can be run.
  const std::vector<Reason>& reasons() const { return reasons_; }

  std::string select_sql() const;
  std::string count_sql() const;
  /// Two ways lead to the records: words or an order that the index on a field gives on one side, conditions on the
  /// other.
  bool has_words_and_conditions() const { return !words_.empty() && !query_.filters.empty(); }
  bool has_order_and_conditions() const;
  /// Whether the conditions alone leave more than `rows` records.
  std::string more_than_sql(int64_t rows) const;
  /// The conditions leave few records: look these up in the text index, not all that hold the words in the records;
  /// and sort them, instead of walking all records in that order.
  void conditions_first() { conditions_first_ = true; }
  const std::vector<Value>& values() const { return values_; }

  /// The cursor for the page after the row with this sort value and number; the value is the column behind
  /// record_columns in select_sql().
  static std::string cursor(const Value& sort_value, int64_t num);

 private:
  void filter(const RecordType& type, const Filter& filter);
  void filter_list(const RecordType& type, const Field& field, const Filter& filter);
  void continue_after(const std::string& cursor);
  std::string bind(Value value);
  std::string bind_text(std::string text);
  void wrong(std::string code, const std::string& field, std::string message, std::string hint = {});

  const RecordQuery& query_;
  std::string from() const;
  std::string where() const;

  std::string where_;  // without the words
  std::string items_;  // the condition on the items of lists that are walked instead of the records; may be empty
  std::string words_;  // the condition on the text index; empty when the query has no words
  bool conditions_first_ = false;
  std::string sort_;
  std::string descending_;
  std::vector<Value> values_;
  std::deque<std::string> texts_;  // what values_ borrow from; a deque never moves its strings
  std::vector<Reason> reasons_;
};

}  // namespace yagura::ledger

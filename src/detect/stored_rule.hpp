// Rules as sets share them: each once, however many sets hold it, and spelled out only when somebody looks.
#pragma once

#include <compare>
#include <cstddef>
#include <memory>
#include <mutex>
#include <ranges>
#include <string>
#include <vector>

#include "detect/rule.hpp"

namespace yagura::detect {

/// What a set needs to know of a rule before anybody matches it.
struct RuleHead {
  std::string id;
  std::string name;
  std::string title;
  std::string file;
  int line = 0;
  LogSource logsource;
  std::vector<std::string> reads;  // the fields that it asks about, each once; "" for keywords
};

/// The fields of RuleHead::reads.
std::vector<std::string> fields_read(const Rule& rule);

/// Immutable to the eye; safe to share between threads.
class StoredRule {
 public:
  explicit StoredRule(Rule rule);
  /// A rule that lies in `bytes` from `offset` as encode_rule wrote it.
  StoredRule(RuleHead head, std::shared_ptr<const std::string> bytes, size_t offset, size_t size);
  StoredRule(const StoredRule&) = delete;
  StoredRule& operator=(const StoredRule&) = delete;

  const RuleHead& head() const { return head_; }
  /// Cost: the first time, about 5 us for a rule that came from a cache. Bytes that are no rule, which no checksum lets
  /// through by accident, make a rule that never holds.
  const Rule& rule() const;
  /// The rule as encode_rule writes it, without spelling it out.
  void append_encoded(std::string& out) const;

 private:
  RuleHead head_;
  mutable std::once_flag spelled_out_;
  mutable std::unique_ptr<const Rule> rule_;  // null until spelled out
  std::shared_ptr<const std::string> bytes_;  // null for a rule that was given spelled out
  size_t offset_ = 0;
  size_t size_ = 0;
};

using SharedRule = std::shared_ptr<const StoredRule>;

/// A set's rules in their order, seen as rules.
class Rules {
 public:
  Rules() = default;
  explicit Rules(const std::vector<SharedRule>& rules) : rules_(&rules) {}

  size_t size() const { return rules_ ? rules_->size() : 0; }
  bool empty() const { return size() == 0; }
  const Rule& operator[](size_t index) const { return (*rules_)[index]->rule(); }
  const Rule& front() const { return (*this)[0]; }

  class Iterator {
   public:
    using value_type = Rule;
    using reference = const Rule&;
    using pointer = const Rule*;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;

    Iterator() = default;
    explicit Iterator(const SharedRule* at) : at_(at) {}
    const Rule& operator*() const { return (*at_)->rule(); }
    const Rule* operator->() const { return &(*at_)->rule(); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(at_++); }
    auto operator<=>(const Iterator&) const = default;
    bool operator==(const Iterator&) const = default;

   private:
    const SharedRule* at_ = nullptr;
  };
  Iterator begin() const { return Iterator(rules_ ? rules_->data() : nullptr); }
  Iterator end() const { return Iterator(rules_ ? rules_->data() + rules_->size() : nullptr); }

 private:
  const std::vector<SharedRule>* rules_ = nullptr;
};

}  // namespace yagura::detect

/// It looks at the set's own list, as a span would.
template <>
inline constexpr bool std::ranges::enable_borrowed_range<yagura::detect::Rules> = true;

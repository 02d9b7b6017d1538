// How often each value stands in a window, by its digest. Adding and taking away cost the same at any size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace yagura::detect::correlation {

class ValueCounts {
 public:
  size_t distinct() const { return distinct_; }
  size_t bytes() const { return capacity_ * sizeof(Cell); }

  void clear() {
    if (distinct_ > 0)
      for (size_t i = 0; i < capacity_; ++i) cells_[i] = {};
    distinct_ = 0;
  }

  void add(uint64_t value) {
    if ((distinct_ + 1) * 4 > capacity_ * 3) grow();
    Cell& cell = cells_[find(value)];
    if (cell.count == 0) {
      cell.value = value;
      ++distinct_;
    }
    ++cell.count;
  }

  /// `value` must have been added.
  void remove(uint64_t value) {
    size_t at = find(value);
    if (--cells_[at].count > 0) return;
    --distinct_;
    // What stood behind it moves up, so that nothing is looked for past an empty cell.
    for (size_t next = (at + 1) & (capacity_ - 1); cells_[next].count > 0; next = (next + 1) & (capacity_ - 1)) {
      const size_t home = place(cells_[next].value);
      if (((next - home) & (capacity_ - 1)) < ((next - at) & (capacity_ - 1))) continue;
      cells_[at] = cells_[next];
      at = next;
    }
    cells_[at] = {};
  }

  uint32_t count(uint64_t value) const { return capacity_ == 0 ? 0 : cells_[find(value)].count; }

 private:
  struct Cell {
    uint64_t value = 0;
    uint32_t count = 0;  // 0: empty
  };

  size_t place(uint64_t value) const { return value & (capacity_ - 1); }

  size_t find(uint64_t value) const {
    size_t at = place(value);
    while (cells_[at].count > 0 && cells_[at].value != value) at = (at + 1) & (capacity_ - 1);
    return at;
  }

  void grow() {
    const size_t before = capacity_;
    auto cells = std::move(cells_);
    capacity_ = before == 0 ? 16 : before * 2;
    cells_ = std::make_unique<Cell[]>(capacity_);
    for (size_t i = 0; i < before; ++i)
      if (cells[i].count > 0) cells_[find(cells[i].value)] = cells[i];
  }

  std::unique_ptr<Cell[]> cells_;
  size_t capacity_ = 0;  // a power of two, or none
  size_t distinct_ = 0;
};

}  // namespace yagura::detect::correlation

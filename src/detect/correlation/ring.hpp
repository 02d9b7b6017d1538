// The occurrences of one group in the order of their times; equal times in the order of arrival.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>

#include "detect/correlation/occurrence.hpp"

namespace yagura::detect::correlation {

class Ring {
 public:
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const Occurrence& operator[](size_t at) const { return cells_[(head_ + at) & (capacity_ - 1)]; }
  Occurrence& operator[](size_t at) { return cells_[(head_ + at) & (capacity_ - 1)]; }
  const Occurrence& front() const { return (*this)[0]; }
  const Occurrence& back() const { return (*this)[size_ - 1]; }
  size_t bytes() const { return capacity_ * sizeof(Occurrence); }

  /// The first place whose time is later than `time`. Cost: logarithmic.
  size_t after(int64_t time) const {
    size_t first = 0;
    for (size_t count = size_; count > 0;) {
      const size_t half = count / 2;
      if ((*this)[first + half].time <= time) {
        first += half + 1;
        count -= half + 1;
      } else {
        count = half;
      }
    }
    return first;
  }

  /// Cost: what stands on the shorter side of the place is moved.
  void insert(size_t at, const Occurrence& occurrence) {
    if (size_ == capacity_) resize(std::max<size_t>(capacity_ * 2, capacity_min));
    if (at * 2 < size_) {
      head_ = (head_ - 1) & (capacity_ - 1);
      for (size_t i = 0; i < at; ++i) (*this)[i] = (*this)[i + 1];
    } else {
      for (size_t i = size_; i > at; --i) (*this)[i] = (*this)[i - 1];
    }
    ++size_;
    (*this)[at] = occurrence;
  }

  void pop_front() {
    head_ = (head_ + 1) & (capacity_ - 1);
    --size_;
    if (capacity_ > capacity_min && size_ * 4 < capacity_) resize(capacity_ / 2);
  }

 private:
  static constexpr size_t capacity_min = 16;

  void resize(size_t capacity) {
    auto cells = std::make_unique<Occurrence[]>(capacity);
    for (size_t i = 0; i < size_; ++i) cells[i] = (*this)[i];
    cells_ = std::move(cells);
    head_ = 0;
    capacity_ = capacity;
  }

  std::unique_ptr<Occurrence[]> cells_;
  size_t head_ = 0;
  size_t size_ = 0;
  size_t capacity_ = 0;  // a power of two, or none
};

}  // namespace yagura::detect::correlation

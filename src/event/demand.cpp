#include "event/demand.hpp"

#include <utility>

#include "base/check.hpp"

namespace yagura::event {

FieldSet::FieldSet(Judge judge, Suspicion suspicion) : judge_(std::move(judge)), suspicion_(std::move(suspicion)) {}

FieldSet::~FieldSet() {
  for (const auto& page : pages_) delete page.load(std::memory_order_relaxed);
}

void FieldSet::insert(FieldId id, Want want) {
  note(id, want);
}

FieldSet::Want FieldSet::judged(FieldId id) const {
  if (!judge_) return Want::no;
  const Want want = judge_(FieldNames::instance().name(id));
  note(id, want);
  return want;
}

void FieldSet::note(FieldId id, Want want) const {
  const auto at = static_cast<size_t>(id);
  check(at < field_names_max, "a field id past the table of names");
  std::atomic<Page*>& place = pages_[at / page_names];
  Page* page = place.load(std::memory_order_acquire);
  if (!page) {
    auto fresh = std::make_unique<Page>();
    // Whoever comes second uses the page of the first.
    if (place.compare_exchange_strong(page, fresh.get(), std::memory_order_acq_rel)) page = fresh.release();
  }
  (*page)[at % page_names].store(static_cast<uint8_t>(static_cast<uint8_t>(want) + 1), std::memory_order_relaxed);
}

}  // namespace yagura::event

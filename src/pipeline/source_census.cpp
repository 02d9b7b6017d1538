#include "pipeline/source_census.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "detect/fold.hpp"

namespace yagura::pipeline {

size_t SourceCensus::Hash::operator()(const Key& key) const {
  const std::hash<std::string_view> hash;
  return hash(key.channel) * 31 + hash(key.provider) * 17 + hash(key.format) * 7 + static_cast<size_t>(key.event_id);
}

SourceCensus::SourceCensus(bool with_fields, const std::set<std::string>& by_value) : with_fields_(with_fields) {
  for (const std::string& name : by_value)
    if (const auto field = event::FieldNames::instance().intern(name)) by_value_.push_back(*field);
}

void SourceCensus::Count::add(event::FieldId field) {
  const auto at = static_cast<size_t>(field);
  if (at >= known.size()) known.resize(at + 1);
  if (known[at]) return;
  known[at] = true;
  fields.push_back(field);
}

/// A thread's counts; they join the census when the thread is done.
class SourceCensus::Counter : public ScanJudge::Worker {
 public:
  explicit Counter(SourceCensus& census) : census_(census) {}
  ~Counter() override { census_.merge(std::move(counts_)); }
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  std::unique_ptr<Notes> look(const event::Batch& batch, std::span<const detect::Match>,
                              std::vector<ScanMatch>&) override {
    for (const event::Event& event : batch.events()) {
      Count& count = count_of(event);
      ++count.events;
      if (!census_.with_fields_) continue;
      for (const event::Field& field : batch.fields(event)) {
        count.add(field.id);
        if (std::ranges::find(census_.by_value_, field.id) == census_.by_value_.end()) continue;
        auto& values = count.values[field.id];
        if (values.size() <= seen_values_max) values.insert(detect::fold_case(field.value().text));
      }
    }
    return nullptr;
  }

 private:
  Count& count_of(const event::Event& event) {
    // Most events come under the header of the one before.
    if (last_ && last_->first.event_id == event.event_id && last_->first.channel == event.channel &&
        last_->first.provider == event.provider && last_->first.format == event.format)
      return last_->second;
    key_.format = event.format;
    key_.channel = event.channel;
    key_.provider = event.provider;
    key_.event_id = event.event_id;
    auto found = counts_.find(key_);
    if (found == counts_.end())
      found = counts_.emplace(counts_.size() < seen_sources_max ? key_ : Key{}, Count()).first;
    last_ = &*found;
    return found->second;
  }

  SourceCensus& census_;
  Counts counts_;
  Key key_;
  Counts::value_type* last_ = nullptr;  // entries stay in place
};

std::unique_ptr<ScanJudge::Worker> SourceCensus::open() {
  return std::make_unique<Counter>(*this);
}

void SourceCensus::merge(Counts&& counts) {
  const std::lock_guard lock(mutex_);
  for (auto& [key, count] : counts) {
    const bool room = counts_.size() < seen_sources_max || counts_.contains(key);
    Count& into = counts_[room ? key : Key{}];
    into.events += count.events;
    for (const event::FieldId field : count.fields) into.add(field);
    for (auto& [field, values] : count.values) into.values[field].merge(values);
  }
}

std::vector<SeenSource> SourceCensus::sources() const {
  const std::lock_guard lock(mutex_);
  std::vector<SeenSource> out;
  for (const auto& [key, count] : counts_) {
    auto& one = out.emplace_back(key.format, key.channel, key.provider, key.event_id, count.events, count.fields);
    for (const auto& [field, values] : count.values)
      if (values.size() <= seen_values_max) one.values[std::string(event::FieldNames::instance().name(field))] = values;
  }
  std::ranges::sort(out, [](const SeenSource& a, const SeenSource& b) {
    return std::tie(a.format, a.channel, a.provider, a.event_id) <
           std::tie(b.format, b.channel, b.provider, b.event_id);
  });
  return out;
}

}  // namespace yagura::pipeline

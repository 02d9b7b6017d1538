#include "detect/matcher.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "detect/quick_hash.hpp"

namespace yagura::detect {
namespace {

/// What stands before a value's bytes in the memo of values.
struct ValueRecord {
  uint32_t place;  // the group's id and whether the value is a boolean, to which no number is equal
  uint32_t size;
  ClassId answer;
};

/// What stands before a verdict's numbers: the signature, the rules that hold, what is left to ask of others.
struct VerdictRecord {
  const Track* track;
  uint32_t classes;
  uint32_t rules;
  uint32_t again;
};

/// memcmp may not be given null, not even for nothing.
bool same(const char* a, const char* b, size_t size) {
  return size == 0 || std::memcmp(a, b, size) == 0;
}

void put(char* to, const char* from, size_t size) {
  if (size != 0) std::memcpy(to, from, size);
}

/// Asks the memory for the values of an event that comes next. More than the beginning of a long one follows by itself.
void fetch(const event::Batch& batch, const event::Event& event) {
  constexpr size_t line_bytes = 64;
  __builtin_prefetch(event.channel.data());
  __builtin_prefetch(event.provider.data());
  for (const event::Field& field : batch.fields(event)) {
    __builtin_prefetch(field.data);
    if (field.size > line_bytes) __builtin_prefetch(field.data + line_bytes);
  }
}

template <typename T>
std::span<const char> bytes_of(const std::vector<T>& list) {
  return {reinterpret_cast<const char*>(list.data()), list.size() * sizeof(T)};
}

}  // namespace

Matcher::Matcher(std::shared_ptr<const RuleSet> rules, Counters* counters, MatcherOptions options)
    : rules_(std::move(rules)),
      options_(options),
      view_(rules_->sources(), rules_->structured_formats()),
      search_(scratch_),
      judge_(*rules_, view_, scratch_),
      values_(options.value_bytes, options.value_entries, options.hash_mask),
      verdicts_(options.verdict_bytes, options.verdict_entries, options.hash_mask) {
  if (!counters) return;
  given_up_ = &counters->at("detect.regex_limit");
  value_use_.report_to(*counters, "values");
  verdict_use_.report_to(*counters, "verdicts");
}

void Matcher::match(const event::Batch& batch, std::vector<Match>& matches) {
  uint32_t index = 0;
  const auto events = batch.events();
  for (const event::Event& event : events) {
    if (index + 1 < events.size()) fetch(batch, events[index + 1]);
    match_event(batch, event);
    for (const uint32_t rule : found_) matches.push_back({rule, index});
    ++index;
  }
  tell_counters();
}

void Matcher::tell_counters() {
  value_use_.tell();
  verdict_use_.tell();
  if (given_up_) given_up_->fetch_add(scratch_.over_limit - given_up_counted_, std::memory_order_relaxed);
  given_up_counted_ = scratch_.over_limit;
}

void Matcher::match_event(const event::Batch& batch, const event::Event& event) {
  if (classes_.full()) forget_values();
  if (tracks_.size() >= remembered_tracks_max) forget_headers();
  found_.clear();
  found_now_.clear();
  again_.clear();
  view_.read(batch, event);
  const Known& known = known_for(event);
  Track* track = known.track;
  if (known.quiet && says_no_keyword(known, batch, event)) track = known.quiet;
  ++event_number_;
  const bool remember = options_.memo && (options_.always_memo || track->verdicts.ask());
  if (classify(*track, batch, event, remember)) {
    if (Track* wider = opened_track(known); wider != track) {
      track = wider;
      ++event_number_;
      classify(*track, batch, event, remember);
    }
  }
  if (remember) {
    decide_by_memo(*track);
  } else {
    verdict_use_.passed_by();
    judge_.decide(found_, found_now_, again_);
  }
  if (found_now_.empty() && found_.size() < 2) return;
  found_.insert(found_.end(), found_now_.begin(), found_now_.end());
  std::ranges::sort(found_);
  const auto repeated = std::ranges::unique(found_);
  found_.erase(repeated.begin(), repeated.end());
}

bool Matcher::says_no_keyword(const Known& known, const event::Batch& batch, const event::Event& event) {
  if (event.format != "windows-json" || event.raw.empty()) return false;
  size_t bytes = 0;
  for (const event::Field& field : batch.fields(event)) bytes += field.size;
  // Of a text that is much longer than the fields the format left out the others: it has asked the text itself.
  return bytes >= searched_bytes_min && 2 * bytes >= event.raw.size() && !known.keywords->may_hold(event.raw);
}

bool Matcher::classify(Track& track, const event::Batch& batch, const event::Event& event, bool remember) {
  opens_ = false;
  headers_fed_ = 0;
  signature_.clear();
  if (!remember) judge_.begin(track);
  for (const event::Field& field : batch.fields(event))
    if (const uint32_t group = track.group_of(field.id); group != 0) feed(track, group, field.value(), remember);
  // The header speaks for sources that leave these out or name them otherwise.
  feed_header(track, Track::channel, {event::Kind::string, event.channel}, remember);
  feed_header(track, Track::provider, {event::Kind::string, event.provider}, remember);
  feed_header(track, Track::computer, {event::Kind::string, event.host}, remember);
  if (event.event_id != 0 && (headers_fed_ >> Track::event_id & 1) == 0) {
    event_id_text_ = std::to_string(event.event_id);
    feed_header(track, Track::event_id, {event::Kind::integer, event_id_text_}, remember);
  }
  if (!track.joined().empty()) feed_joined(track, remember);
  if (track.text_group() != 0 && view_.text_counts(event))
    feed(track, track.text_group(), {event::Kind::string, event.raw}, remember);
  return opens_;
}

void Matcher::feed_header(Track& track, Track::Header header, const event::Value& value, bool remember) {
  const uint32_t group = track.header_group(header);
  if (group == 0 || value.text.empty() || (headers_fed_ >> header & 1) != 0) return;
  feed(track, group, value, remember);
}

void Matcher::feed_joined(Track& track, bool remember) {
  for (const Track::Joined& joined : track.joined()) {
    joined_.clear();
    bool some = false;
    for (const uint32_t part : joined.parts) {
      if (part >= part_in_.size() || part_in_[part] != event_number_ || parts_[part].is_null()) continue;
      const std::string_view piece = parts_[part].text;
      if (joined.parts.size() > 1 && (piece.empty() || piece == "-")) continue;
      if (some) joined_ += joined.place->source.joint;
      joined_ += piece;
      some = true;
    }
    if (!some) continue;
    joined_ = EventView::mapped(joined.place->source, std::move(joined_));
    feed(track, joined.group, {event::Kind::string, joined_}, remember);
  }
}

void Matcher::feed(Track& track, uint32_t index, const event::Value& value, bool remember) {
  Track::Group& group = track.group(index);
  headers_fed_ |= group.headers;
  for (const uint32_t part : group.parts) {
    if (part >= part_in_.size()) {
      part_in_.resize(part + 1);
      parts_.resize(part + 1);
    }
    if (part_in_[part] == event_number_) continue;  // the first of several counts
    part_in_[part] = event_number_;
    parts_[part] = value;
  }
  if (!group.judged) return;
  const bool ask = options_.memo && (options_.always_memo || group.meter.ask());
  if (!ask) value_use_.passed_by();
  if (!remember && !ask) {
    opens_ = search_.search(track, group, value, hits_) || opens_;
    judge_.see(group, value.is_null(), hits_);
    return;
  }
  const ClassId id = ask ? class_of(track, group, value) : search(track, group, value);
  opens_ = opens_ || ValueClasses::opens(id);
  if (remember)
    signature_.push_back(id);
  else
    judge_.see(group, value.is_null(), classes_.hits(classes_.at(id)));
}

ClassId Matcher::search(const Track& track, const Track::Group& group, const event::Value& value) {
  const bool opens = search_.search(track, group, value, hits_);
  return classes_.intern(group.id, value.is_null(), opens, hits_);
}

ClassId Matcher::class_of(Track& track, Track::Group& group, const event::Value& value) {
  Track::Last& last = group.last;
  const std::string_view text = value.text;
  if (text.size() > Track::Last::bytes_max || value.is_null()) return remembered_class(track, group, value);
  const bool boolean = value.kind == event::Kind::boolean;
  if (last.generation == generation_ && last.size == text.size() && last.boolean == boolean &&
      same(last.bytes.data(), text.data(), text.size())) {
    value_use_.asked(true);
    return last.answer;
  }
  const ClassId answer = remembered_class(track, group, value);
  last.generation = generation_;
  last.answer = answer;
  last.size = static_cast<uint8_t>(text.size());
  last.boolean = boolean;
  put(last.bytes.data(), text.data(), text.size());
  return answer;
}

ClassId Matcher::remembered_class(Track& track, Track::Group& group, const event::Value& value) {
  const std::string_view text = value.text;
  if (value.is_null() || text.size() > remembered_value_bytes_max) {
    value_use_.passed_by();
    return search(track, group, value);
  }
  const uint32_t place = group.id << 1 | (value.kind == event::Kind::boolean ? 1U : 0U);
  const uint64_t hash = quick_hash(text, place);
  const char* known = values_.find(hash, [&](const char* record) {
    ValueRecord head;
    std::memcpy(&head, record, sizeof head);
    return head.place == place && head.size == text.size() && same(record + sizeof head, text.data(), text.size());
  });
  group.meter.note(known != nullptr);
  value_use_.asked(known != nullptr);
  if (known) {
    ValueRecord head;
    std::memcpy(&head, known, sizeof head);
    return head.answer;
  }
  const ValueRecord head{place, static_cast<uint32_t>(text.size()), search(track, group, value)};
  if (char* record = values_.add(hash, sizeof head + text.size())) {
    std::memcpy(record, &head, sizeof head);
    put(record + sizeof head, text.data(), text.size());
  }
  return head.answer;
}

void Matcher::decide_by_memo(Track& track) {
  const auto signature = bytes_of(signature_);
  const uint64_t hash = quick_hash({signature.data(), signature.size()}, reinterpret_cast<uintptr_t>(&track));
  const char* known = verdicts_.find(hash, [&](const char* record) {
    VerdictRecord head;
    std::memcpy(&head, record, sizeof head);
    return head.track == &track && head.classes == signature_.size() &&
           same(record + sizeof head, signature.data(), signature.size());
  });
  track.verdicts.note(known != nullptr);
  verdict_use_.asked(known != nullptr);
  if (known) {
    VerdictRecord head;
    std::memcpy(&head, known, sizeof head);
    if (head.rules + head.again == 0) return;
    const char* at = known + sizeof head + signature.size();
    found_.resize(head.rules);
    put(reinterpret_cast<char*>(found_.data()), at, head.rules * sizeof(uint32_t));
    if (head.again == 0) return;
    again_.resize(head.again);
    std::memcpy(again_.data(), at + head.rules * sizeof(uint32_t), head.again * sizeof(Judge::Step));
    judge_.begin(track);
    decide_again();
    return;
  }
  show_signature(track);
  judge_.decide(found_, found_now_, again_);
  const auto rules = bytes_of(found_);
  const auto again = bytes_of(again_);
  const VerdictRecord head{&track, static_cast<uint32_t>(signature_.size()), static_cast<uint32_t>(found_.size()),
                           static_cast<uint32_t>(again_.size())};
  char* record = verdicts_.add(hash, sizeof head + signature.size() + rules.size() + again.size());
  if (!record) return;
  std::memcpy(record, &head, sizeof head);
  record += sizeof head;
  for (const auto piece : {signature, rules, again}) {
    put(record, piece.data(), piece.size());
    record += piece.size();
  }
}

void Matcher::decide_again() {
  for (size_t at = 0; at < again_.size(); at += again_[at].size)
    if (judge_.holds(again_, at + 1)) found_now_.push_back(again_[at].number);
}

void Matcher::show_signature(const Track& track) {
  judge_.begin(track);
  for (const ClassId id : signature_) {
    const ValueClasses::Class& c = classes_.at(id);
    judge_.see(track.group_with_id(c.group), c.null, classes_.hits(c));
  }
}

}  // namespace yagura::detect

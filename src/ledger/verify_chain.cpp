#include <fmt/format.h>

#include <boost/json.hpp>
#include <utility>

#include "ledger/verifier.hpp"

namespace yagura::ledger {
namespace {

std::string fact_name(int64_t seq) {
  return fmt::format("fact {}", seq);
}

/// True when the fact, with this number, has the hash that it carries.
bool fits(Fact& fact, std::string_view body, int64_t seq) {
  fact.seq = seq;
  return fact_hash(fact, body) == fact.hash;
}

}  // namespace

void FaultList::add(std::string code, std::string subject, std::string what) {
  report_.faults_total += 1;
  if (report_.faults.size() < verify_faults_max)
    report_.faults.push_back({std::move(code), std::move(subject), std::move(what)});
}

ChainVerifier::ChainVerifier(Database& db, std::string_view ledger_id, FaultList& faults)
    : faults_(faults), hash_(genesis_hash(ledger_id)) {
  if (const auto last = db.integer("SELECT max(seq) FROM facts", {})) last_stored_seq_ = *last;
}

void ChainVerifier::watch(int64_t seq, std::string hash) {
  watched_.push_back({seq, std::move(hash)});
}

void ChainVerifier::name_gap(int64_t from, int64_t until, std::string_view code) {
  constexpr int64_t named_one_by_one_max = 100;
  for (int64_t seq = from; seq <= until && seq - from < named_one_by_one_max; ++seq)
    faults_.add(std::string(code), fact_name(seq), "is not there any more");
  if (until - from >= named_one_by_one_max)
    faults_.add(std::string(code), fmt::format("facts {} to {}", from + named_one_by_one_max, until),
                "are not there any more");
}

void ChainVerifier::name_broken(const Fact& fact, std::string_view body) {
  Fact elsewhere = fact;
  const auto misplaced = [&](int64_t place) {
    shift_ = place - fact.seq;
    faults_.add("fact.reordered", fact_name(fact.seq), fmt::format("was written as fact {}", place));
  };
  if (shift_ != 0 && fits(elsewhere, body, fact.seq + shift_)) return misplaced(fact.seq + shift_);
  if (searches_left_ > 0) {
    --searches_left_;
    // A fact or two may have been cut off behind, so a place may lie beyond the last.
    constexpr int64_t beyond = 1000;
    for (int64_t place = 1; place <= last_stored_seq_ + beyond; ++place)
      if (fits(elsewhere, body, place)) return misplaced(place);
  }
  faults_.add("fact.changed", fact_name(fact.seq), "does not have the content that its hash was made of");
}

void ChainVerifier::take(const Fact& fact, std::string_view body) {
  const bool gap = fact.seq != seq_ + 1;
  if (gap) name_gap(seq_ + 1, fact.seq - 1, "fact.missing");
  const bool whole = fact_hash(fact, body) == fact.hash;
  if (!whole) {
    name_broken(fact, body);
  } else if (!gap && fact.prev_hash != hash_ && trusted_) {
    // Somebody gave the fact before a new hash to hide a change; this one still remembers the old hash.
    if (seq_ == 0)
      faults_.add("fact.changed", fact_name(fact.seq), "does not begin at this ledger's id");
    else
      faults_.add("fact.changed", fact_name(seq_), "is not the fact that the next one follows: it was replaced");
  }
  for (const AnchoredHead& head : watched_)
    if (head.seq == fact.seq && head.hash != fact.hash && whole)
      faults_.add("fact.changed", fact_name(fact.seq),
                  "is not the fact that was witnessed: it, or facts before it, were written anew");
  trusted_ = whole;
  seq_ = fact.seq;
  hash_ = fact.hash;
}

void ChainVerifier::finish(const std::optional<AnchoredHead>& anchor, const std::optional<KnownHead>& known) {
  int64_t witnessed = 0;
  if (anchor) witnessed = std::max(witnessed, anchor->seq);
  if (known) witnessed = std::max(witnessed, known->seq);
  if (witnessed > seq_) name_gap(seq_ + 1, witnessed, "journal.cut");
}

}  // namespace yagura::ledger

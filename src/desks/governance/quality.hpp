// Quality review (role A-4): a drawn sample of closed work is judged again by somebody who does not see what was
// decided first; then the two are compared.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "desks/actor.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

constexpr int64_t sample_size_max = 200;
constexpr int64_t population_read_max = 100'000;

struct DrawOrder {
  std::string title;
  std::string kind;       // "alerts", "incidents", "reports", "deep_analysis"
  std::string first_day;  // of closing, both included
  std::string last_day;
  std::string zone = "Asia/Tokyo";
  std::string reviewer;  // an account; what they worked on is left out
  int64_t size = 20;
  std::optional<int64_t> seed;  // default: drawn and kept
};

struct CorrectiveItem {
  std::string title;
  std::string item;  // of the sample; may be empty
  std::string cause;
  std::string measure;
  std::string owner;
  std::string due;  // date
};

/// Every command checks its permission first, then the rule, and writes records and facts in one transaction.
class QualityDesk {
 public:
  explicit QualityDesk(ledger::Ledger& ledger) : ledger_(ledger) {}

  /// governance.write: draws from what was closed in those days, by who decided and by class, and keeps what was
  /// decided where nobody can read it until both are compared. Refused when nothing is left to draw from.
  ledger::Outcome<ledger::Record> draw(const ledger::Actor& actor, const DrawOrder& order);

  /// The reviewer alone: what there is to judge by, and nothing of what was decided (a list of what is shown, not of
  /// what is hidden). {"items": [{"id", "type", "body"}], "verdicts": [...]}.
  ledger::Outcome<boost::json::object> items(const ledger::Actor& actor, const ledger::RecordId& review);

  /// The reviewer alone: the second verdict on one item; again, to correct it, until both are compared.
  ledger::Outcome<ledger::Record> judge(const ledger::Actor& actor, const Target& review, const std::string& item,
                                        const std::string& verdict, const std::string& note);

  /// The reviewer, or governance.approve: refused until every item has its second verdict. Writes both verdicts, the
  /// agreement and Cohen's kappa with its interval, or why there is none.
  ledger::Outcome<ledger::Record> compare(const ledger::Actor& actor, const Target& review);

  /// governance.write: what is to be corrected, by whom and by when; the record is the corrective item.
  ledger::Outcome<ledger::Record> correct(const ledger::Actor& actor, const ledger::RecordId& review,
                                          const CorrectiveItem& item);

 private:
  ledger::Ledger& ledger_;
};

/// Ids of records that a person may not see now, because they are judging them, or because they tell of them.
ledger::Outcome<std::set<std::string, std::less<>>> veiled_from(ledger::Ledger& ledger, std::string_view person);

}  // namespace yagura::desks::governance

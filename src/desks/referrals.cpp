#include "desks/referrals.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>

#include "desks/json_fields.hpp"
#include "ledger/visibility.hpp"

namespace yagura::desks {
namespace {

using ledger::Actor;
using ledger::Outcome;
using ledger::Record;
using ledger::RecordType;
using ledger::Transaction;

constexpr std::string_view desk = "governance";
constexpr std::string_view referral_key = "governance.write";  // of the type's create, update and moves
constexpr std::string_view outside = "ext:";

std::unexpected<ledger::Refusal> not_theirs(std::string_view role) {
  std::string message = fmt::format("this is for who works as {}", role);
  return ledger::refuse(
      ErrorKind::forbidden, message,
      {{"referral.not_yours", "", message, "ask somebody of that role's desk", {{"role", std::string(role)}}}});
}

/// The sending role: the one that was named, or of the record's own the first that has a link.
std::string sender_of(const RecordType& type, const NewReferral& referral, const RoleLinks& links) {
  if (!referral.from.empty()) return referral.from;
  for (const std::string& role : type.roles)
    if (!links.between(role, referral.to).empty()) return role;
  return type.roles.front();
}

}  // namespace

bool Referrals::works_for(const Actor& actor, std::string_view role) const {
  return std::ranges::any_of(ledger_.types().all(), [&](const auto& entry) {
    const RecordType& type = entry.second;
    const bool serves = std::ranges::any_of(type.roles, [&](const std::string& one) { return covers(role, one); });
    return serves && (actor.may(type.desk + ".write") || actor.may(type.permissions.update));
  });
}

Outcome<Record> Referrals::send(const Actor& actor, const NewReferral& referral) {
  const auto about = ledger_.get(referral.record);
  if (!about) return std::unexpected(about.error());
  const RecordType* type = ledger_.types().find(about->type);
  if (type == nullptr || !ledger::may_read(*type, actor))
    return ledger::refuse(ErrorKind::forbidden, "this record is not for you");
  const std::string from = sender_of(*type, referral, links_);
  if (std::ranges::find(type->roles, from) == type->roles.end())
    return refuse_because(
        "referral.not_its_role", fmt::format("{} is no record of {}", about->id.value, from),
        fmt::format("its roles are {}", fmt::join(type->roles, ", ")),
        {{"role", from}, {"record", about->id.value}, {"roles", fmt::format("{}", fmt::join(type->roles, ", "))}});
  const auto ways = links_.between(from, referral.to);
  if (ways.empty()) {
    const std::string known = fmt::format("{}", fmt::join(links_.receivers_of(from), ", "));
    return refuse_because(
        "referral.no_link", fmt::format("nothing goes from {} to {}", from, referral.to.substr(0, 100)),
        "it can send to " + known, {{"from", from}, {"to", referral.to.substr(0, 100)}, {"known", known}});
  }
  if (!works_for(actor, from)) return not_theirs(from);
  Outcome<Record> sent;
  auto done = ledger_.write(with_keys(actor, {referral_key}), desk, [&](Transaction& transaction) -> Outcome<void> {
    boost::json::object body{{"from_role", from},
                             {"to_role", referral.to},
                             {"kind", ways.front()->kind},
                             {"what", referral.what},
                             {"records", about->id.value}};
    if (referral.due_at) body["due_at"] = format_time(*referral.due_at);
    sent = transaction.create("referral", std::move(body));
    if (!sent) return std::unexpected(sent.error());
    auto linked = transaction.link(sent->id, referral_about, about->id);
    if (!linked) return std::unexpected(linked.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return sent;
}

Outcome<Record> Referrals::pass(const Actor& actor, const Target& referral, Side side, std::string_view move,
                                boost::json::object changes) {
  Outcome<Record> moved;
  auto done = ledger_.write(with_keys(actor, {referral_key}), desk, [&](Transaction& transaction) -> Outcome<void> {
    const auto record = transaction.get(referral.id);
    if (!record) return std::unexpected(record.error());
    if (record->type != "referral") return ledger::refuse(ErrorKind::not_found, referral.id.value + " is no referral");
    const std::string to = text_at(record->body, "to_role");
    const std::string role =
        side == Side::receiver && !to.starts_with(outside) ? to : text_at(record->body, "from_role");
    if (!works_for(actor, role)) return not_theirs(role);
    moved = transaction.move(record->id, version_of(referral, *record), move, std::move(changes));
    if (!moved) return std::unexpected(moved.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return moved;
}

Outcome<Record> Referrals::receive(const Actor& actor, const Target& referral) {
  return pass(actor, referral, Side::receiver, "receive", {{"receiver", actor.id}});
}

Outcome<Record> Referrals::answer(const Actor& actor, const Target& referral, const std::string& outcome) {
  return pass(actor, referral, Side::receiver, "answer", {{"outcome", outcome}});
}

Outcome<Record> Referrals::refuse(const Actor& actor, const Target& referral, const std::string& reason) {
  return pass(actor, referral, Side::receiver, "refuse", {{"outcome", reason}});
}

Outcome<Record> Referrals::close(const Actor& actor, const Target& referral) {
  return pass(actor, referral, Side::sender, "close", {});
}

}  // namespace yagura::desks

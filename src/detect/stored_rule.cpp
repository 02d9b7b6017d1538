#include "detect/stored_rule.hpp"

#include <algorithm>
#include <string_view>

#include "detect/rule_codec.hpp"

namespace yagura::detect {

std::vector<std::string> fields_read(const Rule& rule) {
  std::vector<std::string> out;
  const auto note = [&](const std::string& field) {
    if (std::ranges::find(out, field) == out.end()) out.push_back(field);
  };
  for (const Predicate& predicate : rule.predicates) {
    note(predicate.field);
    if (predicate.kind == Predicate::Kind::field_ref) note(predicate.other_field);
  }
  return out;
}

StoredRule::StoredRule(Rule rule)
    : head_{rule.id, rule.name, rule.title, rule.file, rule.line, rule.logsource, fields_read(rule)},
      rule_(std::make_unique<const Rule>(std::move(rule))) {}

StoredRule::StoredRule(RuleHead head, std::shared_ptr<const std::string> bytes, size_t offset, size_t size)
    : head_(std::move(head)), bytes_(std::move(bytes)), offset_(offset), size_(size) {}

const Rule& StoredRule::rule() const {
  std::call_once(spelled_out_, [this] {
    if (!bytes_) return;
    auto rule = decode_rule(std::string_view(*bytes_).substr(offset_, size_));
    // Lanes have places for the fields of the head alone.
    if (rule && !std::ranges::all_of(fields_read(*rule), [&](const std::string& field) {
          return std::ranges::find(head_.reads, field) != head_.reads.end();
        }))
      rule.reset();
    if (!rule) rule.emplace().condition.op = Expr::Op::any;  // of nothing: never
    rule->id = head_.id;
    rule->name = head_.name;
    rule->title = head_.title;
    rule->file = head_.file;
    rule->line = head_.line;
    rule->logsource = head_.logsource;
    rule_ = std::make_unique<const Rule>(std::move(*rule));
  });
  return *rule_;
}

void StoredRule::append_encoded(std::string& out) const {
  if (bytes_)
    out.append(*bytes_, offset_, size_);
  else
    encode_rule(*rule_, out);
}

}  // namespace yagura::detect

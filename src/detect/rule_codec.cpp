#include "detect/rule_codec.hpp"

#include "detect/byte_codec.hpp"

namespace yagura::detect {
namespace {

constexpr int expr_depth_max = 256;  // conditions and selections nest 64 deep each, an item adds a few

void put_texts(ByteWriter& to, const std::vector<std::string>& texts) {
  to.put_count(texts.size());
  for (const std::string& text : texts) to.put_text(text);
}

std::vector<std::string> get_texts(ByteReader& from) {
  std::vector<std::string> out(from.get_count(4));
  for (std::string& text : out) text = from.get_text();
  return out;
}

void put_expr(ByteWriter& to, const Expr& expr) {
  to.put(expr.op);
  if (expr.op == Expr::Op::leaf) return to.put(expr.predicate);
  to.put_count(expr.children.size());
  for (const Expr& child : expr.children) put_expr(to, child);
}

Expr get_expr(ByteReader& from, size_t predicates, int depth) {
  Expr out;
  const auto op = from.get<uint8_t>();
  if (op > static_cast<uint8_t>(Expr::Op::negate) || depth > expr_depth_max) {
    from.fail();
    return out;
  }
  out.op = static_cast<Expr::Op>(op);
  if (out.op == Expr::Op::leaf) {
    out.predicate = from.get<uint32_t>();
    if (out.predicate >= predicates) {
      out.predicate = 0;
      from.fail();
    }
    return out;
  }
  const uint32_t count = from.get_count(5);
  if (out.op == Expr::Op::negate && count != 1) from.fail();
  out.children.reserve(count);
  for (uint32_t i = 0; i < count && !from.failed(); ++i) out.children.push_back(get_expr(from, predicates, depth + 1));
  return out;
}

void put_predicate(ByteWriter& to, const Predicate& predicate) {
  using Kind = Predicate::Kind;
  to.put(predicate.kind);
  to.put(static_cast<uint8_t>(predicate.cased | predicate.expected << 1 | predicate.open_start << 2 |
                              predicate.open_end << 3));
  to.put(predicate.part);
  to.put_text(predicate.field);
  to.put_text(predicate.written);
  to.put_count(predicate.pattern.parts.size());
  for (const PatternPart& part : predicate.pattern.parts) {
    to.put(static_cast<uint8_t>(part.kind));
    to.put_text(part.text);
  }
  switch (predicate.kind) {
    case Kind::number:
    case Kind::less:
    case Kind::less_equal:
    case Kind::greater:
    case Kind::greater_equal:
      to.put(static_cast<uint8_t>(predicate.number.whole | predicate.number.negative << 1));
      to.put(predicate.number.magnitude);
      to.put(predicate.number.real);
      break;
    case Kind::regex: {
      const RegexFlags flags = predicate.regex->flags();
      to.put(static_cast<uint8_t>(flags.ignore_case | flags.multi_line << 1 | flags.dot_all << 2));
      to.put_text(predicate.regex->source());
      break;
    }
    case Kind::cidr:
      for (const auto byte : predicate.network.address) to.put(byte);
      to.put(predicate.network.bits);
      break;
    case Kind::field_ref:
      to.put_text(predicate.other_field);
      break;
    default:
      break;
  }
}

Pattern get_pattern(ByteReader& from) {
  Pattern out;
  const uint32_t count = from.get_count(5);
  out.parts.reserve(count);
  for (uint32_t i = 0; i < count && !from.failed(); ++i) {
    const auto kind = from.get<uint8_t>();
    const std::string_view text = from.get_text();
    if (kind > static_cast<uint8_t>(PatternPart::Kind::dash) ||
        (kind == static_cast<uint8_t>(PatternPart::Kind::literal)) == text.empty())
      from.fail();
    else
      out.parts.push_back({static_cast<PatternPart::Kind>(kind), std::string(text)});
  }
  return out;
}

Predicate get_predicate(ByteReader& from) {
  using Kind = Predicate::Kind;
  Predicate out;
  out.kind = from.get_enum(Kind::field_ref);
  const auto bits = from.get<uint8_t>();
  out.cased = (bits & 1) != 0;
  out.expected = (bits & 2) != 0;
  out.open_start = (bits & 4) != 0;
  out.open_end = (bits & 8) != 0;
  out.part = from.get_enum(TimePart::year);
  out.field = from.get_text();
  out.written = from.get_text();
  out.pattern = get_pattern(from);
  switch (out.kind) {
    case Kind::number:
    case Kind::less:
    case Kind::less_equal:
    case Kind::greater:
    case Kind::greater_equal: {
      const auto sign = from.get<uint8_t>();
      out.number.whole = (sign & 1) != 0;
      out.number.negative = (sign & 2) != 0;
      out.number.magnitude = from.get<uint64_t>();
      out.number.real = from.get<double>();
      break;
    }
    case Kind::regex: {
      const auto flags = from.get<uint8_t>();
      const std::string_view source = from.get_text();
      out.regex = Regex::known_good(source, {(flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0});
      break;
    }
    case Kind::cidr:
      for (auto& byte : out.network.address) byte = from.get<uint8_t>();
      out.network.bits = from.get<uint8_t>();
      if (out.network.bits > 8 * out.network.address.size()) from.fail();
      break;
    case Kind::field_ref:
      out.other_field = from.get_text();
      break;
    default:
      break;
  }
  return out;
}

}  // namespace

void encode_rule(const Rule& rule, std::string& out) {
  ByteWriter to(out);
  to.put(static_cast<uint8_t>(rule.level));
  for (const std::string* text : {&rule.status, &rule.description, &rule.author, &rule.date, &rule.modified})
    to.put_text(*text);
  for (const auto* texts : {&rule.tags, &rule.references, &rule.falsepositives, &rule.fields, &rule.conditions})
    put_texts(to, *texts);
  to.put_count(rule.predicates.size());
  for (const Predicate& predicate : rule.predicates) put_predicate(to, predicate);
  to.put_count(rule.selections.size());
  for (const Selection& selection : rule.selections) {
    to.put_text(selection.name);
    put_expr(to, selection.expr);
  }
  put_expr(to, rule.condition);
}

std::optional<Rule> decode_rule(std::string_view bytes) {
  constexpr size_t predicate_bytes_min = 15;
  constexpr size_t selection_bytes_min = 9;
  ByteReader from(bytes);
  Rule out;
  const auto level = from.get<uint8_t>();
  if (level > static_cast<uint8_t>(Level::critical)) return std::nullopt;
  out.level = static_cast<Level>(level);
  for (std::string* text : {&out.status, &out.description, &out.author, &out.date, &out.modified})
    *text = from.get_text();
  for (auto* texts : {&out.tags, &out.references, &out.falsepositives, &out.fields, &out.conditions})
    *texts = get_texts(from);
  const uint32_t predicates = from.get_count(predicate_bytes_min);
  out.predicates.reserve(predicates);
  for (uint32_t i = 0; i < predicates && !from.failed(); ++i) out.predicates.push_back(get_predicate(from));
  const uint32_t selections = from.get_count(selection_bytes_min);
  out.selections.reserve(selections);
  for (uint32_t i = 0; i < selections && !from.failed(); ++i) {
    Selection& selection = out.selections.emplace_back();
    selection.name = from.get_text();
    selection.expr = get_expr(from, out.predicates.size(), 0);
  }
  out.condition = get_expr(from, out.predicates.size(), 0);
  if (from.failed() || !from.at_end()) return std::nullopt;
  return out;
}

}  // namespace yagura::detect

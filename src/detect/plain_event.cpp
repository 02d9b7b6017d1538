#include "detect/plain_event.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "detect/fold.hpp"

namespace yagura::detect {
namespace {

bool contains(const auto& list, const auto& item) {
  return std::ranges::find(list, item) != std::ranges::end(list);
}

using Kind = Predicate::Kind;

bool is_dash(std::string_view character) {
  return std::ranges::find(dash_forms, character) != std::end(dash_forms);
}

bool refers(const Predicate& predicate, const std::string& value, const std::string& other) {
  if (predicate.open_start && predicate.open_end) return value.contains(other);
  if (predicate.open_start) return value.ends_with(other);
  if (predicate.open_end) return value.starts_with(other);
  return value == other;
}

bool stands_so(Kind kind, std::partial_ordering order) {
  switch (kind) {
    case Kind::less:
      return order < 0;
    case Kind::less_equal:
      return order <= 0;
    case Kind::greater:
      return order > 0;
    case Kind::greater_equal:
      return order >= 0;
    default:
      return order == 0;
  }
}

std::vector<PlainField> named(const std::string& name, const PlainEvent& event) {
  std::vector<PlainField> out;
  for (const PlainField& field : event.fields)
    if (contains(names_asked_for(field.name), name)) out.push_back(field);
  if (!out.empty()) return out;
  if (name == "Channel" && !event.channel.empty()) return {{name, event.channel}};
  if (name == "Provider_Name" && !event.provider.empty()) return {{name, event.provider}};
  if (name == "Computer" && !event.host.empty()) return {{name, event.host}};
  if (name == "EventID" && event.event_id != 0) return {{name, std::to_string(event.event_id), event::Kind::integer}};
  return out;
}

std::string mapped(const FieldSource& source, std::string text) {
  if (const auto found = source.values.find(text); found != source.values.end()) return found->second;
  for (const auto& [from, to] : source.prefixes)
    if (text.starts_with(from)) return to + text.substr(from.size());
  return text;
}

bool among(const std::vector<std::string>& list, const std::string& text) {
  return list.empty() || contains(list, text);
}

}  // namespace

std::vector<std::string> names_asked_for(const std::string& field) {
  std::vector<std::string> out{field};
  for (size_t dot = field.find('.'); dot != std::string::npos; dot = field.find('.', dot + 1))
    out.push_back(field.substr(0, dot));
  if (!field.contains(' ')) return out;
  std::string closed;
  std::string joined = field;
  for (const char c : field)
    if (c != ' ') closed += c;
  std::ranges::replace(joined, ' ', '_');
  out.push_back(closed);
  out.push_back(joined);
  return out;
}

void add_to(event::Batch& batch, const PlainEvent& plain) {
  // A format's name outlives every batch; names of fields do so too.
  event::Event& event = batch.begin(event::FieldNames::instance().name(event::known_field(plain.format)));
  event.time = {1'775'646'000 * ns_per_second};  // 2026-04-08T11:00:00Z
  event.host = batch.arena().copy(plain.host);
  event.raw = batch.arena().copy(plain.text);
  event.channel = batch.arena().copy(plain.channel);
  event.provider = batch.arena().copy(plain.provider);
  event.event_id = plain.event_id;
  event.record_id = batch.size();
  for (const PlainField& field : plain.fields)
    if (const auto id = event::FieldNames::instance().intern(field.name)) batch.add_copy(*id, field.kind, field.text);
}

PlainEvent plain_event(const event::Batch& batch, const event::Event& event,
                       const std::vector<std::string>& structured_formats) {
  PlainEvent out;
  out.format = event.format;
  out.channel = event.channel;
  out.provider = event.provider;
  out.event_id = event.event_id;
  out.host = event.host;
  for (const event::Field& field : batch.fields(event))
    out.fields.push_back(
        {std::string(event::FieldNames::instance().name(field.id)), std::string(field.value().text), field.kind});
  using event::Dirt;
  bool fields_are_lost = false;
  for (const Dirt dirt : {Dirt::unparsed, Dirt::too_many_names, Dirt::too_deep, Dirt::too_many_fields, Dirt::truncated})
    fields_are_lost = fields_are_lost || event::has(event.dirt, dirt);
  if (fields_are_lost || !contains(structured_formats, event.format)) out.text = event.raw;
  return out;
}

bool fits_plainly(std::span<const PatternPart> parts, std::string_view value) {
  // fits[i]: the parts so far fit the first i bytes.
  std::vector<bool> fits(value.size() + 1, false);
  fits[0] = true;
  for (const PatternPart& part : parts) {
    std::vector<bool> next(value.size() + 1, false);
    bool any = false;
    for (size_t i = 0; i <= value.size(); ++i) {
      any = any || fits[i];
      if (part.kind == PatternPart::Kind::many) next[i] = any;
      if (!fits[i]) continue;
      if (part.kind == PatternPart::Kind::literal && value.substr(i).starts_with(part.text))
        next[i + part.text.size()] = true;
      if (i == value.size() || (part.kind != PatternPart::Kind::one && part.kind != PatternPart::Kind::dash)) continue;
      const size_t bytes = decode_at(value, i).bytes;
      if (part.kind == PatternPart::Kind::one || is_dash(value.substr(i, bytes))) next[i + bytes] = true;
    }
    fits = std::move(next);
  }
  return fits.back();
}

std::vector<PlainField> PlainJudge::values(const std::string& field, const FieldMap& map,
                                           const PlainEvent& event) const {
  if (field.empty()) {
    std::vector<PlainField> out;
    for (const PlainField& each : event.fields)
      if (each.kind != event::Kind::null) out.push_back(each);
    if (!event.text.empty()) out.push_back({"", event.text});
    return out;
  }
  const auto found = map.find(field);
  if (found == map.end()) return named(field, event);
  const FieldSource& source = found->second;
  if (source.plain()) return named(source.names.front(), event);
  std::string text;
  bool some = false;
  for (const std::string& name : source.names) {
    const auto parts = named(name, event);
    if (parts.empty() || parts.front().kind == event::Kind::null) continue;
    const std::string& part = parts.front().text;
    if (source.names.size() > 1 && (part.empty() || part == "-")) continue;
    text += (some ? source.joint : "") + part;
    some = true;
  }
  if (!some) return {};
  return {{field, mapped(source, text)}};
}

bool PlainJudge::value_holds(const Predicate& predicate, const PlainField& value) {
  if (value.kind == event::Kind::null) return false;
  switch (predicate.kind) {
    case Kind::pattern:
      return fits_plainly(predicate.pattern.parts, predicate.cased ? value.text : fold_case(value.text));
    case Kind::regex:
      return predicate.regex->found_in(value.text, scratch_);
    case Kind::cidr: {
      const auto address = parse_address(value.text);
      if (!address) return false;
      for (size_t bit = 0; bit < predicate.network.bits; ++bit)
        if (((*address)[bit / 8] ^ predicate.network.address[bit / 8]) >> (7 - bit % 8) & 1) return false;
      return true;
    }
    case Kind::number:
    case Kind::less:
    case Kind::less_equal:
    case Kind::greater:
    case Kind::greater_equal: {
      if (predicate.part != TimePart::none) {
        const auto part = time_part(predicate.part, value.text);
        return part && stands_so(predicate.kind, parse_number(std::to_string(*part)).value() <=> predicate.number);
      }
      if (value.kind == event::Kind::boolean) return false;
      const auto number = parse_number(value.text);
      return number && stands_so(predicate.kind, *number <=> predicate.number);
    }
    default:
      return false;
  }
}

bool PlainJudge::predicate_holds(const Predicate& predicate, std::span<const PlainField> found,
                                 std::span<const PlainField> others) {
  const auto is_null = [](const PlainField& value) { return value.kind == event::Kind::null; };
  if (predicate.kind == Kind::exists) return found.empty() != predicate.expected;
  if (predicate.kind == Kind::null) return found.empty() || std::ranges::any_of(found, is_null);
  if (predicate.kind != Kind::field_ref)
    return std::ranges::any_of(found, [&](const PlainField& value) { return value_holds(predicate, value); });
  for (const PlainField& value : found)
    for (const PlainField& other : others) {
      if (is_null(value) || is_null(other)) continue;
      if (predicate.cased ? refers(predicate, value.text, other.text)
                          : refers(predicate, fold_case(value.text), fold_case(other.text)))
        return true;
    }
  return false;
}

bool PlainJudge::expr_holds(const Rule& rule, const Expr& expr, const FieldMap& map, const PlainEvent& event) {
  const auto child_holds = [&](const Expr& child) { return expr_holds(rule, child, map, event); };
  switch (expr.op) {
    case Expr::Op::leaf: {
      const Predicate& predicate = rule.predicates[expr.predicate];
      const auto others =
          predicate.kind == Kind::field_ref ? values(predicate.other_field, map, event) : std::vector<PlainField>();
      return predicate_holds(predicate, values(predicate.field, map, event), others);
    }
    case Expr::Op::all:
      return std::ranges::all_of(expr.children, child_holds);
    case Expr::Op::any:
      return std::ranges::any_of(expr.children, child_holds);
    case Expr::Op::negate:
      return !child_holds(expr.children.front());
  }
  return false;
}

bool PlainJudge::lets_in(const EventTest& test, const PlainEvent& event) const {
  if (!among(test.formats, event.format) || !among(test.channels, ascii_lower(event.channel)) ||
      !among(test.providers, ascii_lower(event.provider)))
    return false;
  if (!test.event_ids.empty() && !contains(test.event_ids, event.event_id)) return false;
  const auto present = [&](const std::string& field) { return !named(field, event).empty(); };
  const auto equal = [&](const auto& entry) {
    return std::ranges::any_of(named(entry.first, event),
                               [&](const PlainField& value) { return contains(entry.second, fold_case(value.text)); });
  };
  return std::ranges::all_of(test.present, present) && std::ranges::all_of(test.equal, equal);
}

bool PlainJudge::holds(const Rule& rule, const std::vector<Route>& routes, const PlainEvent& event) {
  return std::ranges::any_of(routes, [&](const Route& route) {
    return std::ranges::any_of(route.tests, [&](const EventTest& test) { return lets_in(test, event); }) &&
           expr_holds(rule, rule.condition, *route.fields, event);
  });
}

}  // namespace yagura::detect

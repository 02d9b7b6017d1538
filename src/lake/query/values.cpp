#include "base/text.hpp"
#include "event/ocsf.hpp"
#include "event/value.hpp"
#include "lake/columns.hpp"
#include "lake/query/network.hpp"
#include "lake/query/words.hpp"

namespace yagura::lake {
namespace {

constexpr int64_t day_ns = 86'400 * ns_per_second;

bool any_column(const FieldRef& field, auto&& holds) {
  for (const std::string& name : field.columns)
    if (holds(*find_column(name))) return true;
  return false;
}

/// Words as values of fields.
class Values {
 public:
  Values(const QueryText& text, Timestamp now) : text_(text), now_(now) {}

  Node value(const FieldRef& field, const QueryWord& word) const {
    Node out{.kind = Node::Kind::matches, .field = field, .pattern = word.pattern};
    const bool is_time = any_column(field, [](const Column& c) { return c.kind == ColumnKind::time; });
    const bool is_address = any_column(field, [](const Column& c) { return !c.number_sql.empty(); });
    if (!word.quoted && word.pattern.parts.size() == 1 && word.pattern.parts[0].piece == Pattern::Piece::any_run) {
      out.kind = Node::Kind::exists;
      return out;
    }
    if (is_time) return moment(field, word);
    if (field.columns == std::vector<std::string>{"class_uid"}) return class_named(std::move(out), word);
    if (!word.quoted && word.plain.find('/') != std::string::npos && (is_address || field.columns.empty())) {
      if (parse_network(word.plain)) {
        out.kind = Node::Kind::network;
        out.network = word.plain;
      } else if (is_address) {
        text_.wrong(word.start, "query.bad_network", "'" + word.plain + "' is no network",
                    "write it like 10.0.0.0/8 or 2001:db8::/32");
      }
    }
    return out;
  }

  Node bound_of(const FieldRef& field, Compare comparison, const QueryWord& word) const {
    if (any_column(field, [](const Column& c) { return c.kind == ColumnKind::time; }))
      return bound(field, comparison, read_time(word));
    const auto number = event::as_number({event::Kind::string, word.pattern.literal().value_or("")});
    if (!number)
      text_.wrong(word.start, "query.not_a_number", "'" + word.plain + "' is no number",
                  "ranges compare numbers and times");
    Node out{.kind = Node::Kind::compare, .field = field};
    out.comparison = comparison;
    out.number = *number;
    return out;
  }

 private:
  /// class:"Process Activity" and class:process_activity mean class_uid:1007.
  Node class_named(Node out, const QueryWord& word) const {
    const auto literal = word.pattern.literal();
    if (!literal || event::as_integer({event::Kind::string, *literal})) return out;
    std::string wanted = ascii_lower(*literal);
    for (char& c : wanted)
      if (c == '_') c = ' ';
    for (int32_t uid : event::ocsf::all_classes())
      if (ascii_lower(event::ocsf::class_name(uid)) == wanted) {
        out.pattern = {};
        add_text(out.pattern, std::to_string(uid));
        return out;
      }
    text_.wrong(word.start, "query.unknown_class", "no OCSF class is called '" + *literal + "'",
                "write a class_uid, or a name like \"Process Activity\"");
  }

  Node bound(const FieldRef& field, Compare comparison, Timestamp time) const {
    Node out{.kind = Node::Kind::compare, .field = field};
    out.comparison = comparison;
    out.time = time;
    return out;
  }

  Node moment(const FieldRef& field, const QueryWord& word) const {
    const Timestamp time = read_time(word);
    Node out{.kind = Node::Kind::all};
    const bool whole_day = word.plain.size() == 10 && word.plain.find('-') == 4;
    out.children.push_back(bound(field, Compare::greater_equal, time));
    out.children.push_back(
        bound(field, whole_day ? Compare::less : Compare::less_equal, {whole_day ? time.ns + day_ns : time.ns}));
    return out;
  }

  Timestamp read_time(const QueryWord& word) const {
    std::string text = word.pattern.literal().value_or(word.plain);
    if (text.starts_with("now")) {
      if (const auto time = relative_time(text)) return *time;
    } else {
      if (text.size() == 10) text += "T00:00:00Z";
      if (const auto time = parse_time(text)) return *time;
    }
    text_.wrong(word.start, "query.bad_time", "'" + word.plain + "' is no time",
                "write 2026-04-08, 2026-04-08T10:58:04Z or now-15m (s, m, h, d, w)");
  }

  std::optional<Timestamp> relative_time(std::string_view text) const {
    text.remove_prefix(3);
    if (text.empty()) return now_;
    const auto span = text[0] == '-' || text[0] == '+' ? parse_span(text.substr(1)) : std::nullopt;
    if (!span) return std::nullopt;
    int64_t shift = 0;
    int64_t ns = 0;
    if (__builtin_mul_overflow(*span, ns_per_second, &shift) ||
        __builtin_add_overflow(now_.ns, text[0] == '-' ? -shift : shift, &ns))
      return std::nullopt;
    return Timestamp{ns};
  }

  const QueryText& text_;  // for the place of a mistake
  Timestamp now_;
};

}  // namespace

Node value_node(const QueryText& text, Timestamp now, const FieldRef& field, const QueryWord& word) {
  return Values(text, now).value(field, word);
}

Node bound_node(const QueryText& text, Timestamp now, const FieldRef& field, Compare comparison,
                const QueryWord& word) {
  return Values(text, now).bound_of(field, comparison, word);
}

}  // namespace yagura::lake

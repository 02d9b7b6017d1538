#include "query_oracle.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "lake/columns.hpp"
#include "lake/event_block.hpp"
#include "lake/query/network.hpp"

namespace yagura::lake {
namespace {

struct Piece {
  int kind;  // 0: this code point, 1: any one, 2: any run
  std::string point;
};

std::vector<std::string> points_of(std::string_view text) {
  std::vector<std::string> out;
  for (size_t i = 0; i < text.size();) {
    size_t length = 1;
    while (i + length < text.size() && (static_cast<unsigned char>(text[i + length]) & 0xC0) == 0x80) ++length;
    out.emplace_back(text.substr(i, length));
    i += length;
  }
  return out;
}

/// Whole-value match of a folded text, by the textbook's table.
bool glob(const std::vector<Piece>& pattern, const std::vector<std::string>& text) {
  std::vector<char> reach(text.size() + 1, 0);
  reach[0] = 1;
  for (const Piece& piece : pattern) {
    std::vector<char> next(text.size() + 1, 0);
    for (size_t i = 0; i <= text.size(); ++i) {
      if (piece.kind == 2)
        next[i] = static_cast<char>(reach[i] || (i > 0 && next[i - 1]));
      else if (i > 0 && reach[i - 1] && (piece.kind == 1 || text[i - 1] == piece.point))
        next[i] = 1;
    }
    reach = std::move(next);
  }
  return reach.back() != 0;
}

std::vector<Piece> pieces_of(const Pattern& pattern) {
  std::vector<Piece> out;
  for (const Pattern::Part& part : pattern.parts) {
    if (part.piece == Pattern::Piece::any_run) out.push_back({2, {}});
    if (part.piece == Pattern::Piece::any_one) out.push_back({1, {}});
    if (part.piece == Pattern::Piece::text)
      for (std::string& point : points_of(fold_for_search(part.text))) out.push_back({0, std::move(point)});
  }
  return out;
}

bool text_matches(const Pattern& pattern, std::string_view value) {
  return glob(pieces_of(pattern), points_of(fold_for_search(value)));
}

bool decimal(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const size_t dot = text.find('.');
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.size() <= 18 && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return digits(text.substr(0, dot)) && (dot == std::string_view::npos || digits(text.substr(dot + 1)));
}

bool compares(Compare comparison, auto value, auto bound) {
  switch (comparison) {
    case Compare::less:
      return value < bound;
    case Compare::less_equal:
      return value <= bound;
    case Compare::greater:
      return value > bound;
    default:
      return value >= bound;
  }
}

bool within(std::string_view address, const std::string& network_text) {
  const auto network = parse_network(network_text);
  const auto value = parse_address(address);
  if (!value || !network) return false;
  if (network->v4 != (address.find(':') == std::string_view::npos)) return false;
  return *value >= network->first && *value <= network->last;
}

bool value_holds(const Node& node, std::string_view value) {
  switch (node.kind) {
    case Node::Kind::matches:
      return text_matches(node.pattern, value);
    case Node::Kind::compare:
      return decimal(value) && compares(node.comparison, std::stod(std::string(value)), node.number);
    case Node::Kind::network:
      return within(value, node.network);
    default:
      return false;
  }
}

bool number_holds(const Node& node, int64_t value) {
  if (node.kind == Node::Kind::compare) return compares(node.comparison, static_cast<double>(value), node.number);
  const auto literal = node.pattern.literal();
  const auto number = literal ? event::as_integer({event::Kind::string, *literal}) : std::nullopt;
  return number ? *number == value : text_matches(node.pattern, std::to_string(value));
}

bool column_holds(const Node& node, const StoredEvent& stored, const Column& column) {
  const event::Event& e = stored.batch->events()[stored.index];
  if (column.attribute) {
    const std::string_view value = stored.normal[*column.attribute];
    if (node.kind == Node::Kind::exists) return !value.empty();
    if (column.kind != ColumnKind::number) return value_holds(node, value);
    if (value.empty()) return node.kind == Node::Kind::matches && number_holds(node, -1);
    return number_holds(node, std::stoll(std::string(value)));
  }
  if (column.kind == ColumnKind::time) {
    if (node.kind == Node::Kind::exists) return true;
    return node.time && compares(node.comparison, e.time.ns, node.time->ns);
  }
  const std::pair<std::string_view, int64_t> numbers[] = {
      {"event_id", e.event_id},
      {"record_id", static_cast<int64_t>(e.record_id)},
      {"line", static_cast<int64_t>(e.line)},
      {"offset", static_cast<int64_t>(e.offset)},
      {"class_uid", stored.normal.class_uid},
      {"category_uid", stored.normal.category_uid},
      {"activity_id", stored.normal.activity_id},
      {"severity_id", stored.normal.severity_id},
  };
  for (const auto& [name, value] : numbers)
    if (column.name == name) return node.kind == Node::Kind::exists ? value != 0 : number_holds(node, value);
  const std::pair<std::string_view, std::string_view> texts[] = {
      {"event_uid", stored.uid},
      {"source", stored.source},
      {"format", e.format},
      {"host", event::machine_of(e, stored.normal)},
      {"channel", e.channel},
      {"provider", e.provider},
      {"raw", e.raw},
  };
  for (const auto& [name, value] : texts)
    if (column.name == name) return node.kind == Node::Kind::exists ? !value.empty() : value_holds(node, value);
  return false;
}

}  // namespace

std::vector<StoredEvent> stored_events(const event::Batch& batch, const event::Normaliser& normaliser,
                                       event::Arena& scratch, const std::vector<std::string>& uids) {
  std::vector<StoredEvent> out;
  for (size_t i = 0; i < batch.size(); ++i) {
    StoredEvent& stored = out.emplace_back(StoredEvent{uids[i], batch.source, &batch, i, {}, {}});
    normaliser.apply(batch, batch.events()[i], scratch, stored.normal);
    append_search_text(batch, batch.events()[i], stored.text);
    stored.text += fold_for_search(stored.normal.fixed_text);
  }
  return out;
}

bool holds(const Node& node, const StoredEvent& stored) {
  switch (node.kind) {
    case Node::Kind::nothing:
      return true;
    case Node::Kind::all:
      return std::all_of(node.children.begin(), node.children.end(), [&](const Node& n) { return holds(n, stored); });
    case Node::Kind::any:
      return std::any_of(node.children.begin(), node.children.end(), [&](const Node& n) { return holds(n, stored); });
    case Node::Kind::negation:
      return !holds(node.children.front(), stored);
    case Node::Kind::text: {
      Pattern inside = node.pattern;
      inside.parts.insert(inside.parts.begin(), {Pattern::Piece::any_run, {}});
      inside.parts.push_back({Pattern::Piece::any_run, {}});
      return glob(pieces_of(inside), points_of(stored.text));
    }
    default:
      break;
  }
  for (const std::string& name : node.field.columns)
    if (column_holds(node, stored, *find_column(name))) return true;
  if (!node.field.columns.empty()) return false;
  for (const event::Field& field : stored.batch->fields(stored.batch->events()[stored.index])) {
    if (field.kind == event::Kind::null || event::FieldNames::instance().name(field.id) != node.field.source_field)
      continue;
    if (node.kind == Node::Kind::exists || value_holds(node, field.value().text)) return true;
  }
  return false;
}

}  // namespace yagura::lake

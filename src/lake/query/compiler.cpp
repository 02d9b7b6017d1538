#include "lake/query/compiler.hpp"

#include <fmt/format.h>

#include <source_location>

#include "base/check.hpp"
#include "base/text.hpp"
#include "event/value.hpp"
#include "lake/columns.hpp"
#include "lake/query/network.hpp"

namespace yagura::lake {
namespace {

/// ァ to ヶ and ぁ to ゖ, as two constants of the SQL text.
std::pair<std::string, std::string> kana() {
  std::pair<std::string, std::string> out;
  const auto add = [](std::string& to, int c) {
    to += static_cast<char>(0xE0 | c >> 12);
    to += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    to += static_cast<char>(0x80 | (c & 0x3F));
  };
  for (int c = 0x30A1; c <= 0x30F6; ++c) {
    add(out.first, c);
    add(out.second, c - 0x60);
  }
  return out;
}

std::string like_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

class Compiler {
 public:
  CompiledFilter compile(const Node& root) {
    CompiledFilter out;
    out.sql = condition(root);
    out.params = std::move(params_);
    return out;
  }

 private:
  std::string bind(std::string value, std::string_view type = "String") {
    const std::string name = "p" + std::to_string(params_.size());
    params_.emplace_back(name, std::move(value));
    return "{" + name + ":" + std::string(type) + "}";
  }

  std::string joined(const Node& node, std::string_view word) {
    if (node.children.empty()) return "1";
    std::string out;
    for (const Node& child : node.children) {
      if (!out.empty()) out += word;
      out += condition(child);
    }
    return node.children.size() == 1 ? out : "(" + out + ")";
  }

  std::string condition(const Node& node) {
    switch (node.kind) {
      case Node::Kind::nothing:
        return "1";
      case Node::Kind::all:
        return joined(node, " AND ");
      case Node::Kind::any:
        return joined(node, " OR ");
      case Node::Kind::negation:
        return "(NOT " + condition(node.children.front()) + ")";
      case Node::Kind::text:
        return "(text LIKE " + bind("%" + like_pattern(node.pattern) + "%") + ")";
      default:
        return field_condition(node);
    }
  }

  std::string field_condition(const Node& node) {
    if (node.field.columns.empty()) return source_condition(node);
    std::string out;
    for (const std::string& name : node.field.columns) {
      if (!out.empty()) out += " OR ";
      out += column_condition(node, *find_column(name));
    }
    return "(" + implied(node) + out + ")" + (implied_ ? ")" : "");
  }

  /// Every value of an event stands in `text`, so a match on a value needs its longest literal piece there: a
  /// condition that changes no answer and lets the index over `text` skip. Not for short pieces (an n-gram
  /// needs three characters) and not for columns whose values are computed.
  std::string implied(const Node& node) {
    implied_ = false;
    if (node.kind != Node::Kind::matches || literal_piece(node.pattern).empty()) return {};
    for (const std::string& name : node.field.columns)
      if (!find_column(name)->attribute || find_column(name)->kind == ColumnKind::number) return {};
    implied_ = true;
    return "(text LIKE " + bind("%" + like_escaped(literal_piece(node.pattern)) + "%") + ") AND (";
  }

  static std::string literal_piece(const Pattern& pattern) {
    constexpr size_t gram = 3;
    std::string longest;
    for (const Pattern::Part& part : pattern.parts)
      if (std::string folded = fold_for_search(part.text); folded.size() > longest.size()) longest = std::move(folded);
    return code_points(longest) >= gram ? longest : std::string();
  }

  std::string text_matches(const std::string& folded, const Pattern& pattern) {
    if (const auto literal = pattern.literal()) return "(" + folded + " = " + bind(fold_for_search(*literal)) + ")";
    return "(" + folded + " LIKE " + bind(like_pattern(pattern)) + ")";
  }

  std::string column_condition(const Node& node, const Column& column) {
    switch (node.kind) {
      case Node::Kind::exists:
        return exists(column);
      case Node::Kind::compare:
        return compare(node, column);
      case Node::Kind::network: {
        // The number alone would take an IPv4 address (mapped) for a part of ::/0, and what is no address for ::.
        const auto network = parse_network(node.network);
        if (!network) check_failed("a network that the parser refuses", std::source_location::current());
        return fmt::format("({0} >= {1} AND {0} <= {2} AND isIPv{3}String({4}))", column.number_sql,
                           bind(to_text(network->first), "IPv6"), bind(to_text(network->last), "IPv6"),
                           network->v4 ? 4 : 6, column.sql);
      }
      default:
        return matches(node, column);
    }
  }

  std::string matches(const Node& node, const Column& column) {
    const auto literal = node.pattern.literal();
    if (column.kind == ColumnKind::number) {
      const auto number = literal ? event::as_integer({event::Kind::string, *literal}) : std::nullopt;
      if (number) return "(" + nullable(column) + " = " + bind(std::to_string(*number), "Int64") + ")";
      return text_matches("toString(" + nullable(column) + ")", node.pattern);
    }
    if (column.kind == ColumnKind::uuid) {
      if (literal && is_uuid(*literal)) return "(event_uid = " + bind(*literal, "UUID") + ")";
      return text_matches("toString(event_uid)", node.pattern);
    }
    if (column.name == "dirt")
      return "(arrayExists(v -> " + text_matches("v", node.pattern) + ", splitByChar(',', toString(dirt))))";
    return text_matches(folded_sql(column.sql), node.pattern);
  }

  static bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (size_t i = 0; i < text.size(); ++i) {
      const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
      const char c = ascii_lower(text[i]);
      if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
    }
    return true;
  }

  /// NOT must turn an absent number into a match, so no condition may be NULL.
  static std::string nullable(const Column& column) {
    return column.type.starts_with("Nullable") ? "ifNull(" + column.sql + ", -1)" : column.sql;
  }

  static std::string exists(const Column& column) {
    if (column.type.starts_with("Nullable")) return "(" + column.sql + " IS NOT NULL)";
    if (column.kind == ColumnKind::number) return "(" + column.sql + " != 0)";
    if (column.kind == ColumnKind::uuid || column.kind == ColumnKind::time) return "1";
    return "(" + column.sql + " != '')";
  }

  static std::string_view sign(Compare comparison) {
    switch (comparison) {
      case Compare::less:
        return " < ";
      case Compare::less_equal:
        return " <= ";
      case Compare::greater:
        return " > ";
      default:
        return " >= ";
    }
  }

  std::string compare(const Node& node, const Column& column) {
    const std::string_view operation = sign(node.comparison);
    if (node.time) return "(" + column.sql + std::string(operation) + time_sql(*node.time) + ")";
    const std::string number = bind(fmt::format("{}", node.number), "Float64");
    if (column.type.starts_with("Nullable"))
      return fmt::format("({0} IS NOT NULL AND ifNull({0}, 0){1}{2})", column.sql, operation, number);
    if (column.kind == ColumnKind::number) return "(" + column.sql + std::string(operation) + number + ")";
    return number_of_text("toString(" + column.sql + ")", operation, number);
  }

  std::string time_sql(Timestamp time) {
    return "fromUnixTimestamp64Nano(" + bind(std::to_string(time.ns), "Int64") + ", 'UTC')";
  }

  static std::string number_of_text(const std::string& text, std::string_view operation, const std::string& number) {
    return fmt::format("(match({0}, '^-?[0-9]{{1,18}}(\\\\.[0-9]{{1,18}})?$') AND toFloat64OrZero({0}){1}{2})", text,
                       operation, number);
  }

  /// A field of the source may repeat: any of its values will do.
  std::string source_condition(const Node& node) {
    const std::string name = bind(node.field.source_field);
    if (node.kind == Node::Kind::exists) return "has(mapKeys(attributes), " + name + ")";
    std::string prefilter;
    std::string inner;
    if (node.kind == Node::Kind::matches) {
      if (const std::string piece = literal_piece(node.pattern); !piece.empty())
        prefilter = "(text LIKE " + bind("%" + like_escaped(piece) + "%") + ") AND ";
      inner = text_matches(folded_sql("v"), node.pattern);
    } else if (node.kind == Node::Kind::compare) {
      inner = number_of_text("v", sign(node.comparison), bind(fmt::format("{}", node.number), "Float64"));
    } else {
      const bool v4 = parse_network(node.network)->v4;
      inner = fmt::format("(isIPv{0}String(v) AND isIPAddressInRange(if(isIPv{0}String(v), v, '{1}'), {2}))",
                          v4 ? 4 : 6, v4 ? "0.0.0.0" : "::", bind(node.network));
    }
    return "(" + prefilter + "arrayExists(v -> " + inner + ", arrayFilter((v, k) -> k = " + name +
           ", mapValues(attributes), mapKeys(attributes))))";
  }

  Params params_;
  bool implied_ = false;
};

}  // namespace

std::string folded_sql(std::string_view expression) {
  static const std::pair<std::string, std::string> letters = kana();
  return fmt::format("if(isValidASCII({0}), lower({0}), translateUTF8(normalizeUTF8NFKCCasefold({0}), '{1}', '{2}'))",
                     expression, letters.first, letters.second);
}

std::string like_pattern(const Pattern& pattern) {
  std::string out;
  for (const Pattern::Part& part : pattern.parts) {
    if (part.piece == Pattern::Piece::any_run)
      out += '%';
    else if (part.piece == Pattern::Piece::any_one)
      out += '_';
    else
      out += like_escaped(fold_for_search(part.text));
  }
  return out;
}

CompiledFilter compile(const Query& query) {
  return Compiler().compile(query.root);
}

}  // namespace yagura::lake

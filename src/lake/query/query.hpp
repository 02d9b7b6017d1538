// The filter language: what SOC staff type, as a typed tree.
//
//   host:web01 AND event_id:[4624 TO 4625] AND NOT user:svc_* "failed logon"
//
//   field:value  field:"a phrase"  field:*              equals (not case-sensitive); exists
//   * ?  \* \? \\                                       wildcards, and themselves; in quotes both are text
//   field:>=10  field:<5  field:[1 TO 9]  field:{1 TO 9}  numbers and times; {} excludes its ends
//   src_ip:10.0.0.0/8                                   networks, for addresses
//   field:(a OR b)                                      one field, many values
//   a b   a AND b   a OR b   NOT a   -a   ( )           AND binds tighter than OR; a space means AND
//   word  "several words"                               free text over the raw line and every value
//
// Fields are OCSF attributes (process.cmd_line), the event's own (host, channel, event_id, time ...), short
// names (user, ip, process, cmd, hash, dns, url ...) or any field name of a source (CommandLine).
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/time.hpp"

namespace yagura::lake {

constexpr size_t query_bytes_max = 64 << 10;
constexpr size_t query_depth_max = 64;
constexpr size_t query_terms_max = 1'000;

/// A value with wildcards: pieces of literal text with something between them.
struct Pattern {
  enum class Piece { text, any_run, any_one };
  struct Part {
    Piece piece;
    std::string text;  // of Piece::text, unescaped
    bool operator==(const Part&) const = default;
  };
  std::vector<Part> parts;

  /// The text when there is no wildcard.
  std::optional<std::string> literal() const;
  bool operator==(const Pattern&) const = default;
};

/// What a field name means: one or several columns (any of them may match), or a field of the source.
struct FieldRef {
  std::vector<std::string> columns;  // Column::name
  std::string source_field;          // when no column goes by that name
  bool operator==(const FieldRef&) const = default;
};

enum class Compare { less, less_equal, greater, greater_equal };

struct Node {
  enum class Kind { all, any, negation, text, matches, exists, compare, network, nothing };
  Kind kind = Kind::nothing;           // nothing: no condition, holds for every event
  std::vector<Node> children = {};     // of all, any, negation
  FieldRef field = {};                 // of matches, exists, compare, network
  Pattern pattern = {};                // of text, matches
  Compare comparison{};                // of compare
  double number = 0;                   // of compare with a number
  std::optional<Timestamp> time = {};  // of compare with a time
  std::string network = {};            // of network: "10.0.0.0/8", checked
};

struct Query {
  Node root;
};

/// Source fields that the lake has seen; a name that is neither among them nor a column is a person's slip.
using KnownFields = std::set<std::string, std::less<>>;

/// Understands `text` or says where (column in characters) and why not. An empty text matches everything.
/// Times without a zone are UTC; `now` gives "now-1h" its meaning. Without `known` any name may be a source's
/// field.
Diagnosed<Query> parse_query(std::string_view text, Timestamp now, const KnownFields* known = nullptr);

}  // namespace yagura::lake

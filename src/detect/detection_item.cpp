#include "detect/detection_item.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "detect/encoding.hpp"

namespace yagura::detect {
namespace {

using Predicates = Diagnosed<std::vector<Predicate>>;

std::unexpected<Diagnostic> refused(const Scalar& at, std::string code, std::string what, std::string hint = "") {
  return std::unexpected(Diagnostic{std::move(code), {}, at.line, at.column, std::move(what), std::move(hint)});
}

Predicate start(const ItemKey& key, Predicate::Kind kind) {
  Predicate out;
  out.kind = kind;
  out.field = key.field;
  out.written = key.written;
  return out;
}

bool names_placeholder(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// A text cut at its placeholders: even pieces are plain (with `\%` already `%`), odd ones are names.
std::vector<std::string> cut_placeholders(std::string_view text) {
  std::vector<std::string> out(1);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '%') {
      out.back() += text[++i];
      continue;
    }
    if (text[i] == '%') {
      size_t end = i + 1;
      while (end < text.size() && names_placeholder(text[end])) ++end;
      if (end > i + 1 && end < text.size() && text[end] == '%') {
        out.emplace_back(text.substr(i + 1, end - i - 1));
        out.emplace_back();
        i = end;
        continue;
      }
    }
    out.back() += text[i];
  }
  return out;
}

std::unexpected<Diagnostic> too_many(const Scalar& value) {
  return refused(value, "sigma.value.too_many", "the value expands to more than 10,000 patterns");
}

std::unexpected<Diagnostic> no_expansion(const Scalar& value, const std::string& name) {
  return refused(value, "sigma.placeholder.unexpanded", "the placeholder %" + name + "% has no expansion",
                 "give its values in a placeholder file");
}

std::optional<Predicate::Kind> comparison_of(const ItemKey& key) {
  if (key.has(Modifier::less)) return Predicate::Kind::less;
  if (key.has(Modifier::less_equal)) return Predicate::Kind::less_equal;
  if (key.has(Modifier::greater)) return Predicate::Kind::greater;
  if (key.has(Modifier::greater_equal)) return Predicate::Kind::greater_equal;
  return std::nullopt;
}

TimePart time_part_of(const ItemKey& key) {
  constexpr std::pair<Modifier, TimePart> parts[] = {
      {Modifier::minute, TimePart::minute}, {Modifier::hour, TimePart::hour},   {Modifier::day, TimePart::day},
      {Modifier::week, TimePart::week},     {Modifier::month, TimePart::month}, {Modifier::year, TimePart::year}};
  for (const auto& [modifier, part] : parts)
    if (key.has(modifier)) return part;
  return TimePart::none;
}

}  // namespace

Diagnosed<Expr> DetectionItemReader::read(const ItemKey& key, const std::vector<Scalar>& values) {
  Expr out{key.has(Modifier::all) ? Expr::Op::all : Expr::Op::any, 0, {}};
  for (const Scalar& value : values) {
    auto one = read_value(key, value);
    if (!one) return one;
    if (predicates_.size() > predicates_per_rule_max)
      return refused(value, "sigma.detection.too_long", "the rule asks more than 50,000 questions");
    out.children.push_back(std::move(*one));
  }
  if (out.children.size() == 1) out = Expr(std::move(out.children.front()));
  if (!key.has(Modifier::neq)) return out;
  Expr negated{Expr::Op::negate, 0, {}};
  negated.children.push_back(std::move(out));
  return negated;
}

Diagnosed<Expr> DetectionItemReader::read_value(const ItemKey& key, const Scalar& value) {
  Predicates made = [&]() -> Predicates {
    if (key.has(Modifier::exists) || key.has(Modifier::field_ref) || value.type == Scalar::Type::null)
      return read_other(key, value);
    if (key.has(Modifier::re)) return read_regex(key, value);
    if (key.has(Modifier::cidr)) return read_cidr(key, value);
    if (key.has_comparison() || key.has_time_part() ||
        (value.type == Scalar::Type::number && key.bare() && !key.field.empty()))
      return read_number(key, value);
    return read_text(key, value);
  }();
  if (!made) return std::unexpected(made.error());
  Expr out{Expr::Op::any, 0, {}};
  for (Predicate& predicate : *made) {
    out.children.push_back({Expr::Op::leaf, static_cast<uint32_t>(predicates_.size()), {}});
    predicates_.push_back(std::move(predicate));
  }
  if (out.children.size() == 1) return Expr(std::move(out.children.front()));
  return out;
}

Predicates DetectionItemReader::read_other(const ItemKey& key, const Scalar& value) {
  if (value.type == Scalar::Type::null) {
    if (key.field.empty()) return refused(value, "sigma.value.keyword_null", "null is no keyword");
    if (!key.bare()) return refused(value, "sigma.value.type", "null takes no modifier but neq");
    return std::vector{start(key, Predicate::Kind::null)};
  }
  if (key.has(Modifier::exists)) {
    if (value.type != Scalar::Type::boolean)
      return refused(value, "sigma.value.type", "exists asks for true or false, without quotes");
    Predicate out = start(key, Predicate::Kind::exists);
    out.expected = value.text == "true";
    return std::vector{std::move(out)};
  }
  const auto name = Pattern::parse(value.text);
  if (value.type != Scalar::Type::string || !name.literal() || name.parts.empty())
    return refused(value, "sigma.value.type", "fieldref asks for the name of a field, without wildcards");
  Predicate out = start(key, Predicate::Kind::field_ref);
  out.other_field = *name.literal();
  out.cased = key.has(Modifier::cased);
  out.open_start = key.has(Modifier::contains) || key.has(Modifier::endswith);
  out.open_end = key.has(Modifier::contains) || key.has(Modifier::startswith);
  return std::vector{std::move(out)};
}

Predicates DetectionItemReader::read_number(const ItemKey& key, const Scalar& value) {
  const auto number = value.type == Scalar::Type::number ? parse_number(value.text) : std::nullopt;
  if (!number) return refused(value, "sigma.value.type", "a number is expected, without quotes");
  if (key.has_time_part() && !number->whole)
    return refused(value, "sigma.value.type", "a part of a date is a whole number");
  Predicate out = start(key, comparison_of(key).value_or(Predicate::Kind::number));
  out.number = *number;
  out.part = time_part_of(key);
  return std::vector{std::move(out)};
}

Predicates DetectionItemReader::read_cidr(const ItemKey& key, const Scalar& value) {
  std::vector<Pattern> texts{Pattern::plain(value.text)};
  if (key.has(Modifier::expand))
    if (auto expanded = expand(value, texts); !expanded) return std::unexpected(expanded.error());
  std::vector<Predicate> out;
  for (const Pattern& text : texts) {
    const auto literal = text.literal();
    const auto network = literal ? parse_cidr(*literal) : std::nullopt;
    if (!network)
      return refused(value, "sigma.value.cidr", "'" + to_text(text) + "' is no network",
                     "write 10.0.0.0/8 or 2001:db8::/32, with no bits set behind the prefix");
    Predicate& predicate = out.emplace_back(start(key, Predicate::Kind::cidr));
    predicate.network = *network;
    predicate.pattern = text;  // shown in explanations
  }
  return out;
}

Predicates DetectionItemReader::read_regex(const ItemKey& key, const Scalar& value) {
  std::vector<std::string> sources{value.text};
  if (key.has(Modifier::expand)) {
    const auto pieces = cut_placeholders(value.text);
    sources = {pieces.front()};
    for (size_t i = 1; i < pieces.size(); i += 2) {
      const auto* values = placeholders_.find(pieces[i]);
      if (!values) return no_expansion(value, pieces[i]);
      if (sources.size() * values->size() > placeholder_values_max) return too_many(value);
      std::vector<std::string> more;
      for (const std::string& source : sources)
        for (const std::string& text : *values) more.push_back(source + text + pieces[i + 1]);
      sources = std::move(more);
    }
  }
  std::vector<Predicate> out;
  const RegexFlags flags{key.has(Modifier::ignore_case), key.has(Modifier::multi_line), key.has(Modifier::dot_all)};
  for (const std::string& source : sources) {
    auto regex = Regex::compile(source, flags);
    if (!regex)
      return refused(value, "sigma.value.regex", "the regular expression is not valid: " + regex.error(),
                     "Sigma's regular expressions are PCRE");
    Predicate& predicate = out.emplace_back(start(key, Predicate::Kind::regex));
    predicate.regex = std::move(*regex);
  }
  return out;
}

Predicates DetectionItemReader::read_text(const ItemKey& key, const Scalar& value) {
  if (value.type == Scalar::Type::boolean && !key.bare())
    return refused(value, "sigma.value.type", "true and false take no text modifier", "quote it to mean the text");
  std::vector<Pattern> patterns{Pattern::parse(value.text)};
  for (const Modifier modifier : key.modifiers) {
    if (auto done = transform(modifier, value, patterns); !done) return std::unexpected(done.error());
    if (patterns.size() > placeholder_values_max) return too_many(value);
  }
  std::vector<Predicate> out;
  for (Pattern& pattern : patterns) {
    if (key.field.empty()) {
      if (!key.has(Modifier::startswith)) pattern.open_start();
      if (!key.has(Modifier::endswith)) pattern.open_end();
    }
    if (!std::ranges::all_of(pattern.parts, [](const PatternPart& part) { return is_utf8(part.text); }))
      return refused(value, "sigma.value.not_text", "the encoded value is no text, so no event can hold it",
                     "put base64 or base64offset behind the encoding");
    Predicate& predicate = out.emplace_back(start(key, Predicate::Kind::pattern));
    predicate.cased = key.has(Modifier::cased);
    predicate.pattern = predicate.cased ? std::move(pattern) : pattern.folded();
  }
  return out;
}

Diagnosed<void> DetectionItemReader::transform(Modifier modifier, const Scalar& value,
                                               std::vector<Pattern>& patterns) const {
  if (modifier == Modifier::expand) return expand(value, patterns);
  const bool base64 = modifier == Modifier::base64 || modifier == Modifier::base64offset;
  const bool utf16 = modifier == Modifier::utf16le || modifier == Modifier::utf16be || modifier == Modifier::utf16;
  if (base64 || utf16) {
    std::vector<Pattern> spelled;
    for (const Pattern& pattern : patterns) {
      auto each = pattern.spelled_out(placeholder_values_max);
      if (!each || spelled.size() + each->size() > placeholder_values_max) return too_many(value);
      spelled.insert(spelled.end(), each->begin(), each->end());
    }
    patterns = std::move(spelled);
  }
  std::vector<Pattern> out;
  for (Pattern& pattern : patterns) {
    if (base64) {
      if (pattern.has_wildcard())
        return refused(value, "sigma.value.encoded_wildcard", "a wildcard can't be encoded in base64",
                       "escape it, or put contains behind the encoding");
      if (modifier == Modifier::base64) {
        out.push_back(Pattern::plain(to_base64(*pattern.literal())));
      } else {
        for (const std::string& text : base64_offsets(*pattern.literal())) {
          if (text.empty())
            return refused(value, "sigma.value.too_short", "one byte leaves nothing certain behind base64offset");
          out.push_back(Pattern::plain(text));
        }
      }
      continue;
    }
    if (utf16) {
      Pattern encoded;
      if (modifier == Modifier::utf16) encoded.append({PatternPart::Kind::literal, "\xFF\xFE"});
      for (const PatternPart& part : pattern.parts) {
        const auto text = to_utf16(part.text, modifier == Modifier::utf16be);
        if (!text || part.kind == PatternPart::Kind::one)
          return refused(value, "sigma.value.encoded_wildcard", "'?' and ill-formed text can't be encoded in UTF-16");
        encoded.append({part.kind, *text});
      }
      pattern = std::move(encoded);
    }
    if (modifier == Modifier::contains || modifier == Modifier::endswith) pattern.open_start();
    if (modifier == Modifier::contains || modifier == Modifier::startswith) pattern.open_end();
    if (modifier == Modifier::windash) pattern.widen_dashes();
    out.push_back(std::move(pattern));
  }
  patterns = std::move(out);
  return {};
}

Diagnosed<void> DetectionItemReader::expand(const Scalar& value, std::vector<Pattern>& patterns) const {
  std::vector<Pattern> out;
  for (const Pattern& pattern : patterns) {
    std::vector<Pattern> made(1);
    for (const PatternPart& part : pattern.parts) {
      const auto pieces = cut_placeholders(part.text);
      for (Pattern& so_far : made) {
        if (part.kind != PatternPart::Kind::literal)
          so_far.append(part);
        else if (!pieces.front().empty())
          so_far.append({PatternPart::Kind::literal, pieces.front()});
      }
      for (size_t i = 1; i < pieces.size(); i += 2) {
        const auto* values = placeholders_.find(pieces[i]);
        if (!values) return no_expansion(value, pieces[i]);
        if (made.size() * values->size() + out.size() > placeholder_values_max) return too_many(value);
        std::vector<Pattern> more;
        for (const Pattern& so_far : made)
          for (const std::string& text : *values) {
            Pattern& next = more.emplace_back(so_far);
            next.append(Pattern::parse(text));
            if (!pieces[i + 1].empty()) next.append({PatternPart::Kind::literal, pieces[i + 1]});
          }
        made = std::move(more);
      }
    }
    out.insert(out.end(), made.begin(), made.end());
  }
  patterns = std::move(out);
  return {};
}

}  // namespace yagura::detect

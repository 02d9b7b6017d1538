#include "detect/sample_values.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/time.hpp"
#include "detect/fold.hpp"
#include "detect/regex_witness.hpp"

namespace yagura::detect {
namespace {

using Kind = Predicate::Kind;
using Part = PatternPart::Kind;

/// What a pattern leaves to write: its beginning, what must stand between, its end.
struct Pieces {
  std::string start;
  std::vector<std::string> middles;
  std::string end;
  bool whole = false;  // no `*`: `start` is the value
};

Pieces pieces_of(const Pattern& pattern) {
  Pieces out;
  std::string run;
  size_t stars = 0;
  for (const PatternPart& part : pattern.parts) {
    if (part.kind == Part::literal) run += part.text;
    if (part.kind == Part::one) run += 'q';
    if (part.kind == Part::dash) run += '-';
    if (part.kind != Part::many) continue;
    if (stars++ == 0)
      out.start = std::exchange(run, "");
    else if (!run.empty())
      out.middles.push_back(std::exchange(run, ""));
  }
  (stars == 0 ? out.start : out.end) = run;
  out.whole = stars == 0;
  return out;
}

/// The pieces of everything that a value must hold at once.
struct Recipe {
  std::vector<std::string> wholes;
  std::string start;
  std::vector<std::string> middles;
  std::string end;
};

Recipe recipe_of(const FieldAsks& asks) {
  Recipe out;
  for (const Predicate* predicate : asks.must) {
    if (predicate->kind != Kind::pattern) continue;
    Pieces pieces = pieces_of(predicate->pattern);
    if (pieces.whole) {
      out.wholes.push_back(pieces.start);
      continue;
    }
    if (pieces.start.size() > out.start.size()) out.start = pieces.start;
    if (pieces.end.size() > out.end.size()) out.end = pieces.end;
    std::string middle;  // one: the order within a pattern counts
    for (const std::string& piece : pieces.middles) middle += (middle.empty() ? "" : "zq") + piece;
    if (!middle.empty()) out.middles.push_back(std::move(middle));
  }
  return out;
}

/// Without those that stand in another one.
void drop_contained(std::vector<std::string>& texts) {
  std::vector<std::string> out;
  for (size_t i = 0; i < texts.size(); ++i) {
    bool contained = false;
    for (size_t k = 0; k < texts.size(); ++k)
      contained = contained || (k != i && fold_case(texts[k]).contains(fold_case(texts[i])) &&
                                (texts[k].size() > texts[i].size() || k < i));
    if (!contained) out.push_back(texts[i]);
  }
  texts = std::move(out);
}

std::string text_of(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  static constexpr std::array<uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  const bool ipv4 = std::equal(mapped.begin(), mapped.end(), address.begin());
  ::inet_ntop(ipv4 ? AF_INET : AF_INET6, address.data() + (ipv4 ? mapped.size() : 0), text.data(), text.size());
  return text.data();
}

/// The address `by` (1 or -1) away.
Address moved(Address address, int by) {
  for (size_t i = address.size(); i-- > 0;) {
    const int sum = address[i] + by;
    address[i] = static_cast<uint8_t>(sum);
    if (sum >= 0 && sum <= 255) break;
  }
  return address;
}

Address last_of(const Cidr& network) {
  Address out = network.address;
  for (size_t bit = network.bits; bit < 128; ++bit) out[bit / 8] |= static_cast<uint8_t>(0x80U >> bit % 8);
  return out;
}

std::string number_text(const Number& number, int by) {
  if (!number.whole) return fmt::format("{}", number.real + by);
  if (!number.negative && by < 0 && number.magnitude < static_cast<uint64_t>(-by))
    return fmt::format("-{}", static_cast<uint64_t>(-by) - number.magnitude);
  const bool away = number.negative == (by < 0);
  const auto step = static_cast<uint64_t>(by < 0 ? -by : by);
  if (number.negative && number.magnitude == step && !away) return "0";
  const uint64_t magnitude = away ? number.magnitude + step : number.magnitude - step;
  return fmt::format("{}{}", number.negative ? "-" : "", magnitude);
}

/// Dates around which every part of a date takes every value that it can have.
std::vector<std::string> dates(const FieldAsks& asks) {
  std::vector<std::string> out;
  for (const Predicate* predicate : asks.must) {
    if (predicate->part == TimePart::none) continue;
    for (int by = -1; by <= 1; ++by) {
      const auto value = static_cast<int64_t>(predicate->number.magnitude) + by;
      switch (predicate->part) {
        case TimePart::minute:
          out.push_back(fmt::format("2026-04-08T10:{:02}:00Z", value));
          break;
        case TimePart::hour:
          out.push_back(fmt::format("2026-04-08T{:02}:58:00Z", value));
          break;
        case TimePart::day:
          out.push_back(fmt::format("2026-03-{:02}T10:58:00Z", value));
          break;
        case TimePart::week:
          out.push_back(format_time({(days_from_civil(2026, 1, 1) + (value - 1) * 7) * 86400 * ns_per_second}, 0));
          break;
        case TimePart::month:
          out.push_back(fmt::format("2026-{:02}-08T10:58:00Z", value));
          break;
        default:
          out.push_back(fmt::format("{:04}-04-08T10:58:00Z", value));
      }
    }
  }
  // Several parts at once: the digits of the first date with those of the others.
  for (const Predicate* predicate : asks.must) {
    if (predicate->part == TimePart::none || out.empty()) continue;
    std::string joined = out[std::min<size_t>(1, out.size() - 1)];
    const auto put = [&](size_t at, std::string_view format, int64_t value) {
      const std::string digits = fmt::format(fmt::runtime(format), value);
      if (at + digits.size() <= joined.size()) joined.replace(at, digits.size(), digits);
    };
    for (const Predicate* each : asks.must) {
      const auto value = static_cast<int64_t>(each->number.magnitude);
      if (each->part == TimePart::minute) put(14, "{:02}", value);
      if (each->part == TimePart::hour) put(11, "{:02}", value);
      if (each->part == TimePart::day) put(8, "{:02}", value);
      if (each->part == TimePart::month) put(5, "{:02}", value);
      if (each->part == TimePart::year) put(0, "{:04}", value);
    }
    out.push_back(joined);
  }
  return out;
}

bool is_number(Kind kind) {
  return kind == Kind::number || kind == Kind::less || kind == Kind::less_equal || kind == Kind::greater ||
         kind == Kind::greater_equal;
}

std::string neutral(size_t salt) {
  std::string out = "zq";
  for (++salt; salt > 0; salt /= 20) out += static_cast<char>('b' + salt % 20);
  return out;
}

}  // namespace

bool SampleValues::fits(const FieldAsks& asks, const std::vector<PlainField>& values) {
  const auto holds = [&](const Predicate* predicate) { return judge_.predicate_holds(*predicate, values, {}); };
  const auto reference = [](const Predicate* predicate) { return predicate->kind == Kind::field_ref; };
  return std::ranges::all_of(asks.must, [&](const Predicate* p) { return reference(p) || holds(p); }) &&
         std::ranges::none_of(asks.must_not, [&](const Predicate* p) { return !reference(p) && holds(p); });
}

void SampleValues::add_texts(const FieldAsks& asks, size_t salt, std::vector<PlainField>& out) {
  const Recipe recipe = recipe_of(asks);
  std::vector<std::vector<std::string>> found;  // of each expression
  for (const Predicate* predicate : asks.must)
    if (predicate->kind == Kind::regex) found.push_back(witnesses_of(*predicate->regex, 12, scratch_));
  for (const std::string& whole : recipe.wholes) out.push_back({"", whole});
  const bool any = std::ranges::any_of(
      asks.must, [](const Predicate* p) { return p->kind == Kind::pattern || p->kind == Kind::regex; });
  if (!any || std::ranges::any_of(found, [](const auto& list) { return list.empty(); })) return;
  const std::string filler = neutral(salt);
  for (size_t turn = 0; turn < 12; ++turn) {
    std::vector<std::string> middles = recipe.middles;
    for (const auto& list : found) middles.push_back(list[turn % list.size()]);
    drop_contained(middles);
    for (size_t order = 0; order < 2; ++order) {
      for (const std::string& between : {std::string(), std::string(" "), filler})
        for (const std::string& before : {std::string(), filler, filler + "\\", filler + " "})
          for (const std::string& after : {std::string(), filler, " " + filler}) {
            std::string text = recipe.start + (recipe.start.empty() ? before : between);
            for (size_t i = 0; i < middles.size(); ++i) text += (i > 0 ? between : "") + middles[i];
            text += recipe.end.empty() ? after : between + recipe.end;
            out.push_back({"", std::move(text)});
          }
      if (middles.size() < 2) break;
      std::ranges::reverse(middles);
    }
    if (found.empty()) break;
  }
}

std::vector<PlainField> SampleValues::candidates(const FieldAsks& asks, size_t salt) {
  std::vector<PlainField> out;
  add_texts(asks, salt, out);
  for (const Predicate* predicate : asks.must) {
    if (is_number(predicate->kind) && predicate->part == TimePart::none)
      for (const int by : {0, 1, -1}) out.push_back({"", number_text(predicate->number, by), event::Kind::integer});
    if (predicate->kind == Kind::cidr) {
      const Address& first = predicate->network.address;
      for (const Address& address : {first, moved(first, 1), last_of(predicate->network)})
        out.push_back({"", text_of(address)});
    }
  }
  for (const std::string& date : dates(asks)) out.push_back({"", date});
  out.push_back({"", neutral(salt)});
  out.push_back({"", "7", event::Kind::integer});
  out.push_back({"", "C:\\" + neutral(salt) + "\\" + neutral(salt) + ".exe"});
  out.push_back({"", "", event::Kind::null});
  return out;
}

std::optional<std::vector<PlainField>> SampleValues::make(const FieldAsks& asks, size_t salt, bool missing_first) {
  if (missing_first && fits(asks, {})) return std::vector<PlainField>();
  for (PlainField& one : candidates(asks, salt))
    if (std::vector<PlainField> values{std::move(one)}; fits(asks, values)) return values;
  if (fits(asks, {})) return std::vector<PlainField>();
  if (asks.must.size() < 2) return std::nullopt;
  std::vector<PlainField> together;  // a value for each, in a field that occurs several times
  for (const Predicate* predicate : asks.must) {
    const auto own = make({{predicate}, asks.must_not}, salt, false);
    if (!own) return std::nullopt;
    together.insert(together.end(), own->begin(), own->end());
  }
  if (!together.empty() && fits(asks, together)) return together;
  return std::nullopt;
}

std::vector<SampleValues::Spoiled> SampleValues::spoil(const Predicate& predicate, const PlainField& value) const {
  std::vector<Spoiled> out;
  const std::string& text = value.text;
  const auto add = [&](std::string what, std::string changed, event::Kind kind = event::Kind::string) {
    if (changed != text || kind != value.kind)
      out.push_back({std::move(what), {{value.name, std::move(changed), kind}}});
  };
  out.push_back({"the field is missing", {}});
  out.push_back({"the field is null", {{value.name, "", event::Kind::null}}});
  if (predicate.kind == Kind::null || predicate.kind == Kind::exists) {
    add("the field is empty", "");
    add("the field is '-'", "-");
    return out;
  }
  if (is_number(predicate.kind) && predicate.part == TimePart::none) {
    for (const int by : {-1, 0, 1})
      add(fmt::format("{:+} from the rule's number", by), number_text(predicate.number, by), event::Kind::integer);
    add("the number as a text", text);
    add("a number and a letter", text + "x");
    return out;
  }
  if (predicate.kind == Kind::cidr) {
    add("the address before the network", text_of(moved(predicate.network.address, -1)));
    add("the address behind the network", text_of(moved(last_of(predicate.network), 1)));
    add("the network's last address", text_of(last_of(predicate.network)));
    add("no address", text + ".1");
    return out;
  }
  add("one character more behind", text + "x");
  add("one character more before", "x" + text);
  if (!text.empty()) {
    size_t last = text.size() - 1;
    while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xC0) == 0x80) --last;
    add("the last character left out", text.substr(0, last));
    const auto first = std::min<size_t>(decode_at(text, 0).bytes, text.size());
    add("the first character left out", text.substr(first));
  }
  std::string swapped = text;
  for (char& c : swapped)
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) c = static_cast<char>(c ^ 0x20);
  add("the other case", swapped);
  const std::string folded = fold_case(text);
  for (const PatternPart& part : predicate.pattern.parts) {
    if (part.kind == Part::dash) {
      if (const size_t at = text.find('-'); at != std::string::npos) {
        add("an underscore for the dash", std::string(text).replace(at, 1, "_"));
        add("a slash for the dash", std::string(text).replace(at, 1, "/"));
        add("a long dash for the dash", std::string(text).replace(at, 1, "\xE2\x80\x94"));
      }
    }
    if (part.kind != Part::literal || folded.size() != text.size()) continue;
    const size_t at = folded.find(fold_case(part.text));
    if (at == std::string::npos) continue;
    const std::string shown = part.text.size() > 40 ? part.text.substr(0, 40) + "..." : part.text;
    const size_t end = at + part.text.size() - 1;
    if (static_cast<unsigned char>(text[end]) < 128)
      add("the last character of '" + shown + "' changed",
          std::string(text).replace(end, 1, text[end] == '#' ? "$" : "#"));
    if (const size_t middle = at + part.text.size() / 2;
        (static_cast<unsigned char>(text[middle]) & 0xC0) != 0x80 && middle > at)
      add("a character inside '" + shown + "'", std::string(text).insert(middle, "#"));
  }
  if (predicate.kind == Kind::regex)
    for (size_t i = 1; i <= 3 && text.size() > i; ++i)
      if (const size_t at = text.size() * i / 4; static_cast<unsigned char>(text[at]) < 128)
        add(fmt::format("character {} changed", at + 1), std::string(text).replace(at, 1, text[at] == '#' ? "$" : "#"));
  return out;
}

}  // namespace yagura::detect

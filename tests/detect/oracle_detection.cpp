// detection: -> closures. Everything is asked anew for every event.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <arpa/inet.h>
#include <pcre2.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "base/time.hpp"
#include "oracle.hpp"

namespace yagura::oracle {
namespace {

// A pattern is a row of symbols: characters, and these three.
constexpr char32_t any_one = 0x200000;
constexpr char32_t any_many = 0x200001;
constexpr char32_t any_dash = 0x200002;
constexpr char32_t any_byte = 0x300000;  // + a byte from 0x80 that an encoding made, no character yet

bool is_dash(char32_t c) {
  return c == '-' || c == '/' || c == 0x2013 || c == 0x2014 || c == 0x2015;
}

bool fits(const char32_t* p, const char32_t* p_end, const char32_t* v, const char32_t* v_end) {
  for (; p != p_end; ++p, ++v) {
    if (*p == any_many) {
      if (p + 1 == p_end) return true;
      for (; v <= v_end; ++v)
        if (fits(p + 1, p_end, v, v_end)) return true;
      return false;
    }
    if (v == v_end) return false;
    if (*p == any_one) continue;
    if (*p == any_dash ? !is_dash(*v) : *p != *v) return false;
  }
  return v == v_end;
}

bool fits(const std::u32string& pattern, const std::u32string& value) {
  return fits(pattern.data(), pattern.data() + pattern.size(), value.data(), value.data() + value.size());
}

std::u32string sigma_string(const std::string& text) {
  std::u32string out;
  const std::u32string in = decode(text);
  for (size_t i = 0; i < in.size(); ++i) {
    if (in[i] == '\\' && i + 1 < in.size() && (in[i + 1] == '*' || in[i + 1] == '?' || in[i + 1] == '\\'))
      out += in[++i];
    else if (in[i] == '*')
      out += any_many;
    else if (in[i] == '?')
      out += any_one;
    else
      out += in[i];
  }
  return out;
}

std::string utf8(const std::u32string& text) {
  std::string out;
  for (const char32_t c : text) {
    if (c >= any_byte) {
      out += static_cast<char>(c - any_byte);
      continue;
    }
    if (c >= any_one) throw std::runtime_error("a wildcard in an encoded value");
    if (c < 0x80)
      out += static_cast<char>(c);
    else if (c < 0x800)
      (out += static_cast<char>(0xC0 + c / 64)) += static_cast<char>(0x80 + c % 64);
    else if (c < 0x10000)
      ((out += static_cast<char>(0xE0 + c / 4096)) += static_cast<char>(0x80 + c / 64 % 64)) +=
          static_cast<char>(0x80 + c % 64);
    else
      (((out += static_cast<char>(0xF0 + c / 262144)) += static_cast<char>(0x80 + c / 4096 % 64)) +=
       static_cast<char>(0x80 + c / 64 % 64)) += static_cast<char>(0x80 + c % 64);
  }
  return out;
}

std::string base64(const std::string& bytes) {
  const char* letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  for (const char c : bytes)
    for (int i = 7; i >= 0; --i) bits += static_cast<unsigned char>(c) >> i & 1 ? '1' : '0';
  while (bits.size() % 6) bits += '0';
  std::string out;
  for (size_t i = 0; i < bits.size(); i += 6) out += letters[std::stoi(bits.substr(i, 6), nullptr, 2)];
  while (out.size() % 4) out += '=';
  return out;
}

/// Which base64 characters don't change whatever stands before and after: tried out.
std::string stable_base64(const std::string& bytes, size_t offset) {
  const std::string zeros = base64(std::string(offset, '\0') + bytes + std::string(3, '\0'));
  const std::string ones = base64(std::string(offset, '\xFF') + bytes + std::string(3, '\xFF'));
  std::string out;
  for (size_t i = 0; i < zeros.size(); ++i)
    if (zeros[i] == ones[i] && zeros[i] != '=') out += zeros[i];
  return out;
}

std::u32string utf16(const std::u32string& text, bool big) {
  std::u32string out;
  const auto byte = [&](uint32_t b) { out += static_cast<char32_t>(b < 0x80 ? b : any_byte + b); };
  const auto unit = [&](uint32_t u) {
    byte(big ? u >> 8 : u & 255);
    byte(big ? u & 255 : u >> 8);
  };
  for (const char32_t c : text) {
    if (c == any_many) {
      out += c;
    } else if (c < 0x10000) {
      unit(c);
    } else {
      unit(0xD800 + ((c - 0x10000) >> 10));
      unit(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return out;
}

std::optional<long double> number(const std::string& text) {
  size_t i = text.size() > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  std::string digits = text.substr(i);
  const bool hex = digits.size() > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
  if (digits.empty() ||
      digits.find_first_not_of(hex ? "0123456789abcdefABCDEFxX" : "0123456789.eE+-") != std::string::npos)
    return std::nullopt;
  if (!hex && !std::isdigit(static_cast<unsigned char>(digits[0])) && digits[0] != '.') return std::nullopt;
  char* end = nullptr;
  const long double out = std::strtold(digits.c_str(), &end);
  if (*end != '\0') return std::nullopt;
  return text[0] == '-' ? -out : out;
}

using ValueTest = std::function<bool(const Text&)>;

ValueTest pattern_test(std::u32string pattern, bool cased) {
  if (!cased) pattern = fold(std::move(pattern));
  return [pattern, cased](const Text& value) { return fits(pattern, cased ? value.plain : value.folded); };
}

ValueTest regex_test(const std::string& source, uint32_t flags) {
  int error = 0;
  size_t at = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(source.data()), source.size(),
                                   flags | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &error, &at, nullptr);
  if (!code) throw std::runtime_error("regex");
  const std::shared_ptr<pcre2_code> kept(code, pcre2_code_free);
  return [kept](const Text& value) {
    pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
    const int found = pcre2_match(kept.get(), reinterpret_cast<PCRE2_SPTR>(value.bytes.data()), value.bytes.size(), 0,
                                  0, data, nullptr);
    pcre2_match_data_free(data);
    return found >= 0;
  };
}

std::optional<std::vector<bool>> address_bits(std::string text) {
  if (text.find('\0') != std::string::npos) return std::nullopt;
  std::vector<unsigned char> bytes(16);
  if (text.find(':') == std::string::npos) {
    bytes[10] = bytes[11] = 255;
    if (inet_pton(AF_INET, text.c_str(), bytes.data() + 12) != 1) return std::nullopt;
  } else if (inet_pton(AF_INET6, text.substr(0, text.find('%')).c_str(), bytes.data()) != 1) {
    return std::nullopt;
  }
  std::vector<bool> out;
  for (const unsigned char byte : bytes)
    for (int i = 7; i >= 0; --i) out.push_back(byte >> i & 1);
  return out;
}

ValueTest cidr_test(const std::string& text) {
  const size_t slash = text.find('/');
  const auto network = address_bits(text.substr(0, slash));
  if (!network) throw std::runtime_error("cidr");
  size_t length = 128;
  if (slash != std::string::npos)
    length = std::stoul(text.substr(slash + 1)) + (text.find(':') == std::string::npos ? 96 : 0);
  return [network, length](const Text& value) {
    const auto address = address_bits(value.bytes);
    return address && std::equal(network->begin(), network->begin() + static_cast<long>(length), address->begin());
  };
}

std::optional<long> date_part(const std::string& unit, const std::string& text) {
  if (!parse_time(text)) return std::nullopt;
  const auto digits = [&](size_t from, size_t count) { return std::stol(text.substr(from, count)); };
  if (unit == "year") return digits(0, 4);
  if (unit == "month") return digits(5, 2);
  if (unit == "day") return digits(8, 2);
  if (unit == "hour") return digits(11, 2);
  if (unit == "minute") return digits(14, 2);
  std::tm date{};
  date.tm_year = static_cast<int>(digits(0, 4)) - 1900;
  date.tm_mon = static_cast<int>(digits(5, 2)) - 1;
  date.tm_mday = static_cast<int>(digits(8, 2));
  date.tm_hour = 12;
  timegm(&date);
  char week[8];
  std::strftime(week, sizeof week, "%V", &date);
  return std::stol(week);
}

struct Item {
  std::string field;
  std::vector<std::string> modifiers;
  bool has(const std::string& m) const { return std::ranges::find(modifiers, m) != modifiers.end(); }
};

bool plain_tag(const YAML::Node& value) {
  return value.Tag() == "?";
}

/// What the whole field is asked, for one value of the rule.
Test value_test(const Item& item, const YAML::Node& value) {
  const std::string field = item.field;
  const auto any_value = [field](ValueTest test) -> Test {
    return [field, test](const Lookup& lookup) {
      const Values values = lookup(field);
      return std::ranges::any_of(values, [&](const Text* v) { return v->kind != event::Kind::null && test(*v); });
    };
  };
  if (value.IsNull())
    return [field](const Lookup& lookup) {
      const Values values = lookup(field);
      return values.empty() || std::ranges::any_of(values, [](const Text* v) { return v->kind == event::Kind::null; });
    };
  const std::string text = value.Scalar();
  if (item.has("exists")) {
    const bool wanted = text == "true" || text == "True" || text == "TRUE";
    return [field, wanted](const Lookup& lookup) { return lookup(field).empty() != wanted; };
  }
  if (item.has("fieldref")) {
    const bool cased = item.has("cased");
    const bool before = item.has("endswith") || item.has("contains");
    const bool after = item.has("startswith") || item.has("contains");
    const std::string other = utf8(sigma_string(text));
    return [=](const Lookup& lookup) {
      const Values mine = lookup(field);
      const Values others = lookup(other);
      for (const Text* a : mine)
        for (const Text* b : others) {
          if (a->kind == event::Kind::null || b->kind == event::Kind::null) continue;
          std::u32string pattern = cased ? b->plain : b->folded;
          if (before) pattern.insert(pattern.begin(), any_many);
          if (after) pattern += any_many;
          if (fits(pattern, cased ? a->plain : a->folded)) return true;
        }
      return false;
    };
  }
  if (item.has("re")) {
    uint32_t flags = 0;
    if (item.has("i")) flags |= PCRE2_CASELESS;
    if (item.has("m")) flags |= PCRE2_MULTILINE;
    if (item.has("s")) flags |= PCRE2_DOTALL;
    return any_value(regex_test(text, flags));
  }
  if (item.has("cidr")) return any_value(cidr_test(text));
  const auto compare = [&]() -> std::function<bool(long double, long double)> {
    if (item.has("lt")) return std::less<long double>();
    if (item.has("lte")) return std::less_equal<long double>();
    if (item.has("gt")) return std::greater<long double>();
    if (item.has("gte")) return std::greater_equal<long double>();
    return std::equal_to<long double>();
  }();
  for (const char* unit : {"minute", "hour", "day", "week", "month", "year"})
    if (item.has(unit)) {
      const long double wanted = number(text).value();
      return any_value([=](const Text& v) {
        const auto part = date_part(unit, v.bytes);
        return part && compare(static_cast<long double>(*part), wanted);
      });
    }
  const bool bare = std::ranges::all_of(item.modifiers, [](const auto& m) { return m == "all" || m == "neq"; });
  const bool compared = item.has("lt") || item.has("lte") || item.has("gt") || item.has("gte");
  if (compared || (bare && !field.empty() && plain_tag(value) && number(text))) {
    const long double wanted = number(text).value();
    return any_value([=](const Text& v) {
      const auto n = v.kind == event::Kind::boolean ? std::nullopt : number(v.bytes);
      return n && compare(*n, wanted);
    });
  }
  std::vector<std::u32string> patterns{sigma_string(text)};
  for (const std::string& m : item.modifiers) {
    std::vector<std::u32string> next;
    for (std::u32string p : patterns) {
      if (m == "contains" || m == "endswith") p.insert(p.begin(), any_many);
      if (m == "contains" || m == "startswith") p += any_many;
      if (m == "windash")
        for (char32_t& c : p) c = is_dash(c) ? any_dash : c;
      std::vector<std::u32string> spelled{p};
      if (m.starts_with("base64") || m.starts_with("utf16") || m == "wide") {
        for (size_t i = 0; i < p.size(); ++i)
          if (p[i] == any_dash) {
            std::vector<std::u32string> more;
            for (const auto& s : spelled)
              for (const char32_t dash : {U'-', U'/', U'\u2013', U'\u2014', U'\u2015'}) {
                more.push_back(s);
                more.back()[i] = dash;
              }
            spelled = more;
          }
      }
      for (const std::u32string& s : spelled) {
        if (m == "base64")
          next.push_back(decode(base64(utf8(s))));
        else if (m == "base64offset")
          for (size_t offset = 0; offset < 3; ++offset) next.push_back(decode(stable_base64(utf8(s), offset)));
        else if (m == "wide" || m == "utf16le")
          next.push_back(utf16(s, false));
        else if (m == "utf16be")
          next.push_back(utf16(s, true));
        else if (m == "utf16")
          next.push_back(std::u32string{any_byte + 0xFF, any_byte + 0xFE} + utf16(s, false));
        else
          next.push_back(s);
      }
    }
    patterns = next;
  }
  std::vector<ValueTest> tests;
  for (std::u32string& p : patterns) {
    if (field.empty() && !item.has("startswith")) p.insert(p.begin(), any_many);
    if (field.empty() && !item.has("endswith")) p += any_many;
    tests.push_back(pattern_test(p, item.has("cased")));
  }
  return any_value(
      [tests](const Text& v) { return std::ranges::any_of(tests, [&](const ValueTest& test) { return test(v); }); });
}

Test item_test(const std::string& key, const YAML::Node& node) {
  Item item;
  size_t from = 0;
  for (size_t bar = key.find('|');; bar = key.find('|', from)) {
    const std::string piece = key.substr(from, bar == std::string::npos ? bar : bar - from);
    if (from == 0)
      item.field = piece;
    else
      item.modifiers.push_back(piece);
    if (bar == std::string::npos) break;
    from = bar + 1;
  }
  if (item.has("expand")) throw std::runtime_error("placeholder");
  std::vector<Test> tests;
  if (node.IsSequence())
    for (const YAML::Node& value : node) tests.push_back(value_test(item, value));
  else
    tests.push_back(value_test(item, node));
  const bool all = item.has("all");
  const bool negate = item.has("neq");
  return [=](const Lookup& lookup) {
    const auto holds = [&](const Test& test) { return test(lookup); };
    return negate != (all ? std::ranges::all_of(tests, holds) : std::ranges::any_of(tests, holds));
  };
}

Test selection_test(const YAML::Node& node) {
  std::vector<Test> tests;
  if (node.IsMap()) {
    for (const auto& entry : node) tests.push_back(item_test(entry.first.Scalar(), entry.second));
    return [tests](const Lookup& l) { return std::ranges::all_of(tests, [&](const Test& t) { return t(l); }); };
  }
  if (node.IsScalar()) return item_test("", node);
  for (const YAML::Node& item : node) tests.push_back(selection_test(item));
  return [tests](const Lookup& l) { return std::ranges::any_of(tests, [&](const Test& t) { return t(l); }); };
}

/// condition: one function a level, over words.
struct ConditionReader {
  std::vector<std::string> words;
  const std::vector<std::pair<std::string, Test>>& selections;
  size_t at = 0;

  std::string next() const { return at < words.size() ? words[at] : ""; }

  Test any_of() {
    std::vector<Test> tests{all_of()};
    while (next() == "or") ++at, tests.push_back(all_of());
    return [tests](const Lookup& l) { return std::ranges::any_of(tests, [&](const Test& t) { return t(l); }); };
  }
  Test all_of() {
    std::vector<Test> tests{one()};
    while (next() == "and") ++at, tests.push_back(one());
    return [tests](const Lookup& l) { return std::ranges::all_of(tests, [&](const Test& t) { return t(l); }); };
  }
  Test one() {
    const std::string word = next();
    ++at;
    if (word == "not") {
      const Test inner = one();
      return [inner](const Lookup& l) { return !inner(l); };
    }
    if (word == "(") {
      const Test inner = any_of();
      if (next() != ")") throw std::runtime_error("parenthesis");
      ++at;
      return inner;
    }
    if (next() == "of") {
      ++at;
      const std::u32string pattern = next() == "them" ? U"*" : decode(next());
      const bool hidden_too = next().starts_with("_");
      ++at;
      std::u32string symbols;
      for (const char32_t c : pattern) symbols += c == '*' ? any_many : c;
      std::vector<Test> tests;
      for (const auto& [name, test] : selections)
        if ((hidden_too || name[0] != '_') && fits(symbols, decode(name))) tests.push_back(test);
      if (word == "all")
        return [tests](const Lookup& l) { return std::ranges::all_of(tests, [&](const Test& t) { return t(l); }); };
      return [tests](const Lookup& l) { return std::ranges::any_of(tests, [&](const Test& t) { return t(l); }); };
    }
    for (const auto& [name, test] : selections)
      if (name == word) return test;
    throw std::runtime_error("undefined " + word);
  }
};

}  // namespace

std::u32string decode(std::string_view bytes) {
  std::u32string out;
  for (size_t i = 0; i < bytes.size();) {
    const auto b = [&](size_t k) -> uint32_t {
      return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U;
    };
    const auto follows = [&](size_t k) { return (b(k) & 0xC0) == 0x80; };
    uint32_t c = b(0);
    size_t length = 1;
    if (c >= 0xC0 && c < 0xE0 && follows(1))
      c = (c & 31) << 6 | (b(1) & 63), length = 2;
    else if (c >= 0xE0 && c < 0xF0 && follows(1) && follows(2))
      c = (c & 15) << 12 | (b(1) & 63) << 6 | (b(2) & 63), length = 3;
    else if (c >= 0xF0 && c < 0xF8 && follows(1) && follows(2) && follows(3))
      c = (c & 7) << 18 | (b(1) & 63) << 12 | (b(2) & 63) << 6 | (b(3) & 63), length = 4;
    const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool wrong =
        (length == 1 && b(0) >= 0x80) || c < least[length] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000);
    if (wrong) c = 0x110000 + b(0), length = 1;
    out += c;
    i += length;
  }
  return out;
}

std::u32string fold(std::u32string text) {
  for (char32_t& c : text)
    if (c < 0x110000) c = static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
  return text;
}

Test read_detection(const YAML::Node& detection) {
  std::vector<std::pair<std::string, Test>> selections;
  for (const auto& entry : detection)
    if (entry.first.Scalar() != "condition")
      selections.emplace_back(entry.first.Scalar(), selection_test(entry.second));
  std::vector<Test> conditions;
  const YAML::Node written = detection["condition"];
  for (size_t i = 0; i < (written.IsSequence() ? written.size() : 1); ++i) {
    ConditionReader reader{{}, selections};
    std::string word;
    for (const char c : (written.IsSequence() ? written[i] : written).Scalar() + " ") {
      if (c == ' ' || c == '\n' || c == '\t' || c == '(' || c == ')') {
        if (!word.empty()) reader.words.push_back(word);
        word.clear();
        if (c == '(' || c == ')') reader.words.emplace_back(1, c);
      } else {
        word += c;
      }
    }
    conditions.push_back(reader.any_of());
  }
  return [conditions](const Lookup& l) { return std::ranges::any_of(conditions, [&](const Test& t) { return t(l); }); };
}

}  // namespace yagura::oracle

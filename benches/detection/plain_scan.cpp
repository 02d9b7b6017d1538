#include "detection/plain_scan.hpp"

#include <cstdio>
#include <cstdlib>
#include <unordered_map>

#ifdef YAGURA_HAS_HYPERSCAN
#include <hs.h>
#endif

namespace yagura::bench {

#ifdef YAGURA_HAS_HYPERSCAN
namespace {

std::string escaped(const std::string& text) {
  constexpr char hex[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += "\\x";
    out += hex[byte >> 4];
    out += hex[byte & 15];
  }
  return out;
}

std::string expression_of(const detect::Pattern& pattern) {
  using Kind = detect::PatternPart::Kind;
  const auto& parts = pattern.parts;
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool edge = i == 0 || i + 1 == parts.size();
    if (i == 0 && parts[i].kind != Kind::many) out += '^';
    if (parts[i].kind == Kind::literal) out += escaped(parts[i].text);
    if (parts[i].kind == Kind::one) out += '.';
    if (parts[i].kind == Kind::dash) out += "(?:-|/|\\xE2\\x80[\\x93-\\x95])";
    if (parts[i].kind == Kind::many && !edge) out += ".*";
    if (i + 1 == parts.size() && parts[i].kind != Kind::many) out += '$';
  }
  return parts.empty() ? "^$" : out;
}

struct Database {
  std::vector<std::string> expressions;
  hs_database_t* compiled = nullptr;
};

}  // namespace

struct PlainScan::Databases {
  std::unordered_map<uint32_t, Database> by_field;
  hs_scratch_t* scratch = nullptr;
  ~Databases() {
    for (auto& [field, database] : by_field) hs_free_database(database.compiled);
    hs_free_scratch(scratch);
  }
};

bool PlainScan::available() {
  return true;
}

PlainScan::PlainScan(const detect::RuleSet& rules, const detect::LogSource& source)
    : databases_(std::make_unique<Databases>()) {
  constexpr unsigned flags = HS_FLAG_CASELESS | HS_FLAG_DOTALL | HS_FLAG_ALLOWEMPTY;
  hs_platform_info_t platform{};
  hs_populate_platform(&platform);
  for (const detect::Rule& rule : rules.rules()) {
    if (!(rule.logsource == source)) continue;
    for (const detect::Predicate& predicate : rule.predicates) {
      std::string text;
      if (predicate.kind == detect::Predicate::Kind::pattern) text = expression_of(predicate.pattern);
      if (predicate.kind == detect::Predicate::Kind::regex) text = predicate.regex->source();
      if (text.empty() || predicate.is_keyword()) continue;
      hs_expr_info_t* info = nullptr;
      hs_compile_error_t* error = nullptr;
      if (hs_expression_info(text.c_str(), flags, &info, &error) != HS_SUCCESS) {
        hs_free_compile_error(error);
        ++left_out;
        continue;
      }
      free(info);
      ++patterns;
      databases_->by_field[static_cast<uint32_t>(event::known_field(predicate.field))].expressions.push_back(text);
    }
  }
  for (auto& [field, database] : databases_->by_field) {
    std::vector<const char*> texts;
    for (const std::string& text : database.expressions) texts.push_back(text.c_str());
    const std::vector<unsigned> all_flags(texts.size(), flags);
    hs_compile_error_t* error = nullptr;
    if (hs_compile_multi(texts.data(), all_flags.data(), nullptr, static_cast<unsigned>(texts.size()), HS_MODE_BLOCK,
                         &platform, &database.compiled, &error) != HS_SUCCESS) {
      std::fprintf(stderr, "plain scan: %s\n", error->message);
      hs_free_compile_error(error);
      continue;
    }
    hs_alloc_scratch(database.compiled, &databases_->scratch);
  }
}

size_t PlainScan::scan(const event::Batch& batch) const {
  size_t found = 0;
  const auto count = [](unsigned, unsigned long long, unsigned long long, unsigned, void* into) {
    ++*static_cast<size_t*>(into);
    return 0;
  };
  for (const event::Event& event : batch.events())
    for (const event::Field& field : batch.fields(event)) {
      const auto it = databases_->by_field.find(static_cast<uint32_t>(field.id));
      if (it != databases_->by_field.end() && it->second.compiled)
        hs_scan(it->second.compiled, field.data, field.size, 0, databases_->scratch, count, &found);
    }
  return found;
}

#else

struct PlainScan::Databases {};

bool PlainScan::available() {
  return false;
}

PlainScan::PlainScan(const detect::RuleSet&, const detect::LogSource&) {}

size_t PlainScan::scan(const event::Batch&) const {
  return 0;
}

#endif

PlainScan::~PlainScan() = default;

}  // namespace yagura::bench

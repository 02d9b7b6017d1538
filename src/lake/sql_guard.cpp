#include "lake/sql_guard.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace yagura::lake {
namespace {

enum class Kind { word, quoted_name, text, number, sign };

struct Token {
  Kind kind;
  std::string text;  // lower case for words; without quotes for quoted names
  size_t at;
};

/// Functions that read files, other servers, secrets or the machine, or only waste its time. Table functions
/// that reach outside are refused by place (after FROM, JOIN, IN or a comma there) whatever their name.
constexpr std::array forbidden_functions{"file",
                                         "getsetting",
                                         "getsettingordefault",
                                         "getserversetting",
                                         "getmergetreesetting",
                                         "getserverport",
                                         "hostname",
                                         "fqdn",
                                         "currentuser",
                                         "user",
                                         "currentroles",
                                         "enabledroles",
                                         "defaultroles",
                                         "currentprofiles",
                                         "getmacro",
                                         "filesystemavailable",
                                         "filesystemfree",
                                         "filesystemcapacity",
                                         "filesystemunreserved",
                                         "displayname",
                                         "servertimezone",
                                         "serveruuid",
                                         "buildid",
                                         "gethostname",
                                         "sleep",
                                         "sleepeachrow",
                                         "catboostevaluate",
                                         "modelevaluate",
                                         "addresstoline",
                                         "addresstolinewithinlines",
                                         "addresstosymbol",
                                         "demangle",
                                         "showcertificate",
                                         "queryid",
                                         "initialqueryid",
                                         "connectionid",
                                         "initialquerystarttime",
                                         "tcpport",
                                         "zookeepersessionuptime",
                                         "fuzzquery",
                                         "fuzzbits",
                                         "structuretocapnprotoschema",
                                         "structuretoprotobufschema",
                                         "generaterandomstructure",
                                         "initializeaggregation",
                                         "reinterpretasuuid",
                                         "throwif",
                                         "getoskernelversion",
                                         "getsubcolumn",
                                         "getclientport",
                                         "gettypeserializationstreams",
                                         "hascolumnintable",
                                         "isconnected",
                                         "errorcodetoname",
                                         "logtrace",
                                         "timeslots",
                                         "tid",
                                         "dictionary",
                                         "joinget",
                                         "joingetornull",
                                         "iceberghash",
                                         "encrypt",
                                         "decrypt",
                                         "aes_encrypt_mysql",
                                         "aes_decrypt_mysql",
                                         "trydecrypt",
                                         "transactionid",
                                         "currentqueryid",
                                         "readwkt",
                                         "loadmodel",
                                         "evalmlmethod"};

/// Those of them that people give to columns of their own (`user_name AS user`) and that do nothing when another
/// function is handed their name.
constexpr std::array harmless_names{"user", "hostname", "displayname",  "fqdn",
                                    "tid",  "queryid",  "connectionid", "dictionary"};

constexpr std::array forbidden_words{"outfile", "settings", "format", "into", "system", "information_schema", "infile"};

constexpr std::array allowed_tables{"events"};
constexpr std::array allowed_table_functions{"numbers"};

template <size_t N>
bool is_in(std::string_view text, const std::array<const char*, N>& list) {
  return std::any_of(list.begin(), list.end(), [&](const char* one) { return text == one; });
}

bool name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool name_part(char c) {
  return name_start(c) || (c >= '0' && c <= '9') || c == '$';
}

/// Thrown inside this file only.
struct Fault {
  size_t at;
  std::string code, what, hint;
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> all() {
    std::vector<Token> out;
    for (skip(); at_ < text_.size(); skip()) out.push_back(next());
    return out;
  }

 private:
  void skip() {
    while (at_ < text_.size()) {
      const std::string_view rest = text_.substr(at_);
      if (rest[0] == ' ' || (rest[0] >= '\t' && rest[0] <= '\r')) {
        ++at_;
      } else if (rest.starts_with("--") || rest[0] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (rest.starts_with("/*")) {
        const size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) throw Fault{at_, "sql.unclosed", "this comment is never closed", "add */"};
        at_ = end + 2;
      } else {
        return;
      }
    }
  }

  Token next() {
    const size_t start = at_;
    const char c = text_[at_];
    if (name_start(c)) {
      while (at_ < text_.size() && name_part(text_[at_])) ++at_;
      return {Kind::word, ascii_lower(text_.substr(start, at_ - start)), start};
    }
    if (c >= '0' && c <= '9') {
      while (at_ < text_.size() && (name_part(text_[at_]) || text_[at_] == '.')) ++at_;
      return {Kind::number, std::string(text_.substr(start, at_ - start)), start};
    }
    if (c == '\'' || c == '"' || c == '`') return quoted(c);
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F || c == '$' || c == '@' ||
        c == '{' || c == '}')
      throw Fault{start, "sql.character", "this character is not understood outside quotes",
                  "put texts in single quotes"};
    ++at_;
    return {Kind::sign, std::string(1, c), start};
  }

  Token quoted(char quote) {
    const size_t start = at_++;
    std::string out;
    for (;; ++at_) {
      if (at_ >= text_.size()) throw Fault{start, "sql.unclosed", "this quote is never closed", "close it"};
      if (text_[at_] == '\\') {
        // A name has no need of escapes, and none may hide one.
        if (quote != '\'') throw Fault{at_, "sql.name", "a name with a backslash", "write the name plainly"};
        if (++at_ >= text_.size()) throw Fault{start, "sql.unclosed", "this quote is never closed", "close it"};
        out += text_[at_];
      } else if (text_[at_] == quote) {
        ++at_;
        if (at_ >= text_.size() || text_[at_] != quote) break;
        out += quote;
      } else {
        out += text_[at_];
      }
    }
    return {quote == '\'' ? Kind::text : Kind::quoted_name, std::move(out), start};
  }

  std::string_view text_;
  size_t at_ = 0;
};

/// Walks the tokens and knows, a bracket deep, whether it stands among a FROM's tables.
class Guard {
 public:
  explicit Guard(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  void check() {
    while (!tokens_.empty() && tokens_.back().text == ";" && tokens_.back().kind == Kind::sign) tokens_.pop_back();
    if (tokens_.empty()) throw Fault{0, "sql.empty", "there is no statement", "write a SELECT"};
    const size_t start = is_word(0, "explain") ? explain_end() : 0;
    size_t first = start;
    while (is_sign(first, "(")) ++first;
    if (!is_word(first, "select") && !is_word(first, "with"))
      throw Fault{tokens_[std::min(first, tokens_.size() - 1)].at, "sql.not_select", "only SELECT may be asked",
                  "start with SELECT or WITH"};
    collect_own_names();
    for (size_t i = start; i < tokens_.size(); ++i) step(i);
  }

 private:
  bool is_word(size_t i, std::string_view text) const {
    return i < tokens_.size() && tokens_[i].kind == Kind::word && tokens_[i].text == text;
  }
  bool is_sign(size_t i, std::string_view text) const {
    return i < tokens_.size() && tokens_[i].kind == Kind::sign && tokens_[i].text == text;
  }
  bool is_name(size_t i) const {
    return i < tokens_.size() && (tokens_[i].kind == Kind::word || tokens_[i].kind == Kind::quoted_name);
  }

  /// EXPLAIN [PLAN|PIPELINE|SYNTAX|...] [name = number, ...]
  size_t explain_end() const {
    size_t i = 1;
    while (i < tokens_.size() && !is_word(i, "select") && !is_word(i, "with") && !is_sign(i, "(")) ++i;
    return i;
  }

  /// Names that the statement itself gives to subqueries: WITH name AS (...).
  void collect_own_names() {
    for (size_t i = 0; i + 2 < tokens_.size(); ++i)
      if (is_name(i) && is_word(i + 1, "as") && is_sign(i + 2, "(") &&
          (is_word(i + 3, "select") || is_word(i + 3, "with")) &&
          (i == 0 || is_word(i - 1, "with") || is_word(i - 1, "recursive") || is_sign(i - 1, ",")))
        own_names_.push_back(tokens_[i].text);
  }

  void step(size_t i) {
    const Token& token = tokens_[i];
    if (token.kind == Kind::sign) return sign(i);
    if (token.kind == Kind::word) {
      if (is_in(token.text, forbidden_words) && !(token.text == "format" && is_sign(i + 1, "(")))
        throw Fault{token.at, "sql.forbidden", "'" + token.text + "' may not be used here",
                    "ask for rows of events only; limits and format are set for you"};
      if (token.text == "from" || token.text == "join") {
        if (!is_sign(i + 1, "(")) expect_table(i + 1);
        in_tables_.back() = true;
        return;
      }
      if (token.text == "in" && is_name(i + 1)) expect_table(i + 1);
      constexpr std::array ends{"where",  "prewhere", "group",     "order",  "having", "limit",
                                "union",  "except",   "intersect", "select", "on",     "using",
                                "window", "qualify",  "offset",    "sample", "final",  "as"};
      if (is_in(token.text, ends) && token.text != "final" && token.text != "as" && token.text != "on" &&
          token.text != "using" && token.text != "sample")
        in_tables_.back() = false;
    }
    if (token.kind == Kind::quoted_name &&
        (ascii_lower(token.text) == "system" || ascii_lower(token.text) == "information_schema"))
      throw Fault{token.at, "sql.forbidden", "'" + token.text + "' may not be read", "ask for rows of events only"};
    if (!is_name(i)) return;
    if (is_sign(i + 1, "("))
      function(token);
    else if (!(i > 0 && is_word(i - 1, "as")))
      handed_on(token);
  }

  /// A function's name alone is a function where another takes one: arrayMap(file, [...]), APPLY(file), and through
  /// aliases from anywhere. Only the name that AS gives is surely none.
  void handed_on(const Token& token) const {
    const std::string name = ascii_lower(token.text);
    if (is_in(name, forbidden_functions) && !is_in(name, harmless_names))
      throw Fault{token.at, "sql.function", "the name '" + token.text + "' may not be used",
                  "it is a function's that reaches outside the events: name your column otherwise"};
  }

  void function(const Token& token) const {
    const std::string name = ascii_lower(token.text);
    const bool reads_elsewhere = name.starts_with("dict") || name.starts_with("ai_") || name.starts_with("ai") ||
                                 name.starts_with("llm") || name.starts_with("filesystem") ||
                                 name.starts_with("current") || name.starts_with("python");
    if (is_in(name, forbidden_functions) || (reads_elsewhere && name != "airport"))
      throw Fault{token.at, "sql.function", "the function '" + token.text + "' may not be used",
                  "it reaches outside the events"};
  }

  void sign(size_t i) {
    if (tokens_[i].text == "(") {
      in_tables_.push_back(false);
    } else if (tokens_[i].text == ")") {
      if (in_tables_.size() == 1) throw Fault{tokens_[i].at, "sql.bracket", "')' closes nothing", "remove it"};
      in_tables_.pop_back();
    } else if (tokens_[i].text == ",") {
      if (in_tables_.back() && !is_sign(i + 1, "(")) expect_table(i + 1);
    } else if (tokens_[i].text == ";") {
      throw Fault{tokens_[i].at, "sql.several", "more than one statement", "send one at a time"};
    }
  }

  void expect_table(size_t i) const {
    if (!is_name(i))
      throw Fault{i < tokens_.size() ? tokens_[i].at : tokens_.back().at, "sql.table", "a table is expected here",
                  "write FROM events"};
    const std::string& name = tokens_[i].text;
    if (is_sign(i + 1, "(")) {
      if (is_in(name, allowed_table_functions)) return;
      throw Fault{tokens_[i].at, "sql.function", "the table function '" + name + "' may not be used",
                  "write FROM events"};
    }
    const bool own = std::find(own_names_.begin(), own_names_.end(), name) != own_names_.end();
    if (is_sign(i + 1, ".") || (!own && !is_in(name, allowed_tables)))
      throw Fault{tokens_[i].at, "sql.table", "only the table 'events' may be read, not '" + name + "'",
                  "write FROM events"};
  }

  std::vector<Token> tokens_;
  std::vector<std::string> own_names_;
  std::vector<bool> in_tables_{false};
};

}  // namespace

std::optional<Diagnostic> find_forbidden(std::string_view text) {
  try {
    if (text.size() > sql_bytes_max) throw Fault{0, "sql.too_long", "longer than 64 KiB", "write a shorter statement"};
    if (!is_utf8(text)) throw Fault{0, "sql.encoding", "not UTF-8", "send the statement as UTF-8"};
    Guard(Lexer(text).all()).check();
    return std::nullopt;
  } catch (const Fault& fault) {
    const std::string_view before = text.substr(0, fault.at);
    const size_t newline = before.rfind('\n');
    const std::string_view line = newline == std::string_view::npos ? before : before.substr(newline + 1);
    return Diagnostic{fault.code,
                      "",
                      1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
                      1 + static_cast<int>(code_points(line)),
                      fault.what,
                      fault.hint};
  }
}

}  // namespace yagura::lake

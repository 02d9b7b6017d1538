// CSV (RFC 4180, also with ';' or tabs) with a header that says which column is what. Feeds that keep their header in
// the last comment before the data ("# \"first_seen_utc\",\"ioc_id\",...") are read too.
#include <algorithm>
#include <charconv>
#include <map>
#include <vector>

#include "base/text.hpp"
#include "detect/indicators/normal_form.hpp"
#include "detect/indicators/reader.hpp"
#include "detect/indicators/record_lines.hpp"

namespace yagura::detect {
namespace {

enum class Column : uint8_t { none, value, type, confidence, source, tlp, from, until, context, tags, typed };

struct Meaning {
  Column column = Column::none;
  IndicatorType type{};  // of Column::typed
};

/// Names as publishers write them; compared in lower case with '_' for what is no letter or digit.
Meaning meaning_of(std::string_view name) {
  static const std::map<std::string_view, Meaning> names = [] {
    std::map<std::string_view, Meaning> out;
    const auto are = [&](Column column, std::initializer_list<std::string_view> list) {
      for (const std::string_view each : list) out[each] = {column, {}};
    };
    are(Column::value,
        {"value", "indicator", "ioc", "ioc_value", "indicator_value", "observable", "data", "pattern_value"});
    are(Column::type, {"type", "ioc_type", "indicator_type", "observable_type", "kind"});
    are(Column::confidence, {"confidence", "confidence_level", "score", "certainty"});
    are(Column::source, {"source", "feed", "provider", "reporter", "origin"});
    are(Column::tlp, {"tlp", "marking", "traffic_light", "tlp_marking"});
    // When something was first seen is no start of validity; only who says "valid from" means that.
    are(Column::from, {"valid_from", "start"});
    are(Column::until,
        {"valid_until", "valid_to", "expires", "expiration", "expiry", "expiration_date", "expires_at", "end"});
    are(Column::context, {"context", "description", "comment", "note", "notes", "threat", "malware",
                          "malware_printable", "signature", "campaign", "name", "title", "reference"});
    are(Column::tags, {"tags", "labels"});
    const auto is = [&](IndicatorType type, std::initializer_list<std::string_view> list) {
      for (const std::string_view each : list) out[each] = {Column::typed, type};
    };
    is(IndicatorType::ip, {"ip", "ip_address", "ipv4", "ipv6", "dst_ip", "ipaddress", "dstip", "src_ip"});
    is(IndicatorType::cidr, {"cidr", "network", "subnet", "netblock"});
    is(IndicatorType::domain, {"domain", "domain_name", "hostname", "fqdn", "host"});
    is(IndicatorType::url, {"url", "uri", "link_url"});
    is(IndicatorType::md5, {"md5", "md5_hash", "hash_md5"});
    is(IndicatorType::sha1, {"sha1", "sha_1", "sha1_hash"});
    is(IndicatorType::sha256, {"sha256", "sha_256", "sha256_hash", "hash_sha256"});
    is(IndicatorType::sha512, {"sha512", "sha_512", "sha512_hash"});
    is(IndicatorType::imphash, {"imphash"});
    is(IndicatorType::email, {"email", "e_mail", "email_address", "mail"});
    is(IndicatorType::file_name, {"filename", "file_name"});
    is(IndicatorType::file_path, {"filepath", "file_path", "path"});
    return out;
  }();
  std::string key = ascii_lower(trim(name));
  for (char& c : key)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) c = '_';
  const auto found = names.find(key);
  return found == names.end() ? Meaning{} : found->second;
}

/// A type as feeds name it; nothing for one that can't be matched.
std::optional<IndicatorType> type_named(std::string_view name) {
  std::string key = ascii_lower(trim(name));
  std::ranges::replace(key, '-', '_');
  std::ranges::replace(key, ' ', '_');
  if (key == "ip:port" || key == "ip_dst" || key == "ip_src" || key.starts_with("ipv4") || key.starts_with("ipv6"))
    return IndicatorType::ip;
  if (key.ends_with("_hash")) key.resize(key.size() - 5);
  if (const auto type = parse_indicator_type(key)) return type;
  const Meaning meaning = meaning_of(key);
  return meaning.column == Column::typed ? std::optional(meaning.type) : std::nullopt;
}

std::vector<std::string> split_record(std::string_view record, char delimiter) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (size_t at = 0; at < record.size(); ++at) {
    const char c = record[at];
    if (quoted) {
      if (c != '"')
        out.back() += c;
      else if (at + 1 < record.size() && record[at + 1] == '"')
        out.back() += record[++at];
      else
        quoted = false;
    } else if (c == '"' && trim(out.back()).empty()) {
      out.back().clear();
      quoted = true;
    } else if (c == delimiter) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

char delimiter_of(std::string_view header) {
  char best = ',';
  std::ptrdiff_t most = 0;
  for (const char c : {',', ';', '\t', '|'})
    if (const auto count = std::ranges::count(header, c); count > most) {
      most = count;
      best = c;
    }
  return best;
}

struct Header {
  char delimiter = ',';
  std::vector<Meaning> columns;
  size_t known = 0;
  bool values = false;  // a column holds indicators
};

Header read_header(std::string_view text) {
  Header out;
  out.delimiter = delimiter_of(text);
  for (const std::string& name : split_record(text, out.delimiter)) {
    const Meaning meaning = meaning_of(name);
    out.known += meaning.column != Column::none;
    out.values = out.values || meaning.column == Column::value || meaning.column == Column::typed;
    out.columns.push_back(meaning);
  }
  return out;
}

/// Whether a comment is the header of the records below it: it knows two of its words, or one of as many as a record
/// has columns.
bool names_columns(const Header& commented, std::string_view record) {
  if (!commented.values) return false;
  const size_t columns = commented.columns.size();
  return commented.known >= 2 || (columns > 1 && split_record(record, commented.delimiter).size() == columns);
}

/// Whether a line says nothing as an entry of a plain list, but does by what stands before its first comma.
bool begins_with_a_value(std::string_view text) {
  const std::vector<std::string> fields = split_record(text, ',');
  return fields.size() > 1 && !fields[1].empty() && guess_type(refang(fields.front())) && !guess_type(refang(text));
}

std::string_view without_mark(std::string_view text) {
  while (text.starts_with('#')) text.remove_prefix(1);
  return trim(text);
}

/// What a record's other columns say of its values. False with the fault when a word can't be read.
bool read_words(const std::vector<Meaning>& columns, const std::vector<std::string>& fields, Listing& listing,
                std::string_view& fault) {
  for (size_t i = 0; i < std::min(columns.size(), fields.size()); ++i) {
    const std::string_view text = trim(fields[i]);
    if (text.empty() || text == "-" || text == "None") continue;
    switch (columns[i].column) {
      case Column::confidence: {
        double number = -1;
        std::from_chars(text.data(), text.data() + text.size(), number);
        const std::string word = ascii_lower(text);
        if (word == "low") number = 15;
        if (word == "medium") number = 50;
        if (word == "high") number = 85;
        if (!(number >= 0 && number <= 100)) {
          fault = "the confidence is no number from 0 to 100";
          return false;
        }
        listing.confidence = static_cast<uint8_t>(number);
        break;
      }
      case Column::source:
        listing.source = text;
        break;
      case Column::tlp:
        if (const auto tlp = parse_tlp(text)) {
          listing.tlp = *tlp;
        } else {
          fault = "the TLP is none of clear, green, amber, amber+strict, red";
          return false;
        }
        break;
      case Column::from:
      case Column::until:
        if (const auto time = parse_time(text.size() == 10 ? std::string(text) + "T00:00:00Z" : std::string(text))) {
          (columns[i].column == Column::from ? listing.valid_from : listing.valid_until) = *time;
        } else {
          fault = "a time can't be read";
          return false;
        }
        break;
      case Column::context:
        if (!listing.context.empty()) listing.context += "; ";
        listing.context += text;
        break;
      case Column::tags:
        if (!listing.tags.empty()) listing.tags += ',';
        listing.tags += text;
        break;
      default:
        break;
    }
  }
  return true;
}

class CsvReader final : public IndicatorReader {
 public:
  explicit CsvReader(ReadDefaults defaults) : defaults_(std::move(defaults)) { lines_.honour_quotes(); }

  void feed(std::string_view bytes, IndicatorSink& sink) override {
    lines_.feed(bytes, [&](std::string_view text, uint64_t line, bool too_long) { take(text, line, too_long, sink); });
  }
  void finish(IndicatorSink& sink) override {
    lines_.finish([&](std::string_view text, uint64_t line, bool too_long) { take(text, line, too_long, sink); });
  }

 private:
  void take(std::string_view text, uint64_t line, bool too_long, IndicatorSink& sink) {
    if (trim(text).empty() || sink.stopped()) return;
    if (too_long) return sink.reject(text, "the record is too long", line);
    if (trim(text).starts_with('#')) {
      if (!headed_) comment_ = without_mark(trim(text));
      return;
    }
    if (!headed_ && find_header(text)) return;
    record(text, line, sink);
  }

  /// True when `text` itself is the header.
  bool find_header(std::string_view text) {
    Header own = read_header(text);
    if (own.values) {
      header_ = std::move(own);
      headed_ = true;
      return true;
    }
    if (Header commented = read_header(comment_); names_columns(commented, text)) {
      header_ = std::move(commented);
      headed_ = true;
      return false;
    }
    headed_ = true;
    header_ = Header{delimiter_of(text), {{Column::value, {}}}, 1, true};  // no header: the first column
    return false;
  }

  void record(std::string_view text, uint64_t line, IndicatorSink& sink) {
    const std::vector<std::string> fields = split_record(text, header_.delimiter);
    Listing listing = defaults_.listing;
    std::string_view fault;
    if (!read_words(header_.columns, fields, listing, fault)) return sink.reject(text, fault, line);
    std::optional<IndicatorType> stated;
    std::string_view type_name;
    for (size_t i = 0; i < std::min(header_.columns.size(), fields.size()); ++i)
      if (header_.columns[i].column == Column::type) {
        type_name = trim(fields[i]);
        stated = type_named(type_name);
      }
    bool some = false;
    for (size_t i = 0; i < std::min(header_.columns.size(), fields.size()); ++i) {
      const Meaning& meaning = header_.columns[i];
      if (meaning.column != Column::value && meaning.column != Column::typed) continue;
      const std::string value = refang(fields[i]);
      if (value.empty()) continue;
      some = true;
      auto type = meaning.column == Column::typed ? std::optional(meaning.type) : stated;
      if (!type && !type_name.empty()) {
        sink.reject(value, "its type can't be matched", line);
        continue;
      }
      if (!type && defaults_.type) type = defaults_.type;
      if (!type || *type == IndicatorType::ip) {
        const auto guessed = guess_type(value);
        if (!type || guessed == IndicatorType::cidr) type = guessed;
      }
      if (!type)
        sink.reject(value, why_no_type(value), line);
      else
        sink.add(*type, value, listing, line);
    }
    if (!some) sink.reject(text, "no column holds a value", line);
  }

  ReadDefaults defaults_;
  RecordLines lines_;
  Header header_;
  bool headed_ = false;  // header_ is read
  std::string comment_;
};

int sniff(std::string_view head) {
  constexpr size_t looked_at_max = 20;
  std::string comment;
  size_t records = 0;
  size_t with_more = 0;  // of them, that say something by their first column alone
  for (const std::string_view line : split(head, '\n')) {
    const std::string_view text = trim(line);
    if (text.empty()) continue;
    if (text.starts_with('#')) {
      comment = without_mark(text);
      continue;
    }
    if (records == 0) {
      const Header own = read_header(text);
      if (own.values && (own.known >= 2 || own.columns.size() == 1)) return 60;
      if (names_columns(read_header(comment), text)) return 60;
      if (own.values) return own.columns.size() > 1 ? 40 : 0;
    }
    // The head may end within a line.
    if (records > 0 && text.data() + text.size() == head.data() + head.size()) break;
    with_more += begins_with_a_value(text);
    if (++records == looked_at_max) break;
  }
  return 2 * with_more > records ? 20 : 0;
}

std::unique_ptr<IndicatorReader> open(const ReadDefaults& defaults) {
  return std::make_unique<CsvReader>(defaults);
}

}  // namespace

extern const IndicatorFormat csv_indicators{"csv", "CSV with a header, or with the value in its first column", sniff,
                                            open};

}  // namespace yagura::detect

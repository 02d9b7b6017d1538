// zeek: Zeek's tab-separated logs with their own header of names and types. The channel is the log's path ("dns").
#include <string>
#include <vector>

#include "base/text.hpp"
#include "formats/field_writer.hpp"
#include "formats/line_events.hpp"
#include "formats/log_time.hpp"

namespace yagura::formats {
namespace {

using event::Kind;

constexpr std::string_view name = "zeek";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Zeek writes bytes that are no plain text as \xHH.
std::string unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 3 < text.size() && text[i + 1] == 'x' && hex_digit(text[i + 2]) >= 0 &&
                        hex_digit(text[i + 3]) >= 0;
    if (!escape) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_digit(text[i + 2]) * 16 + hex_digit(text[i + 3]));
    i += 3;
  }
  return out;
}

struct Column {
  std::string name;
  Kind kind = Kind::string;
  bool list = false;
  bool time = false;
};

Column make_column(std::string_view named, std::string_view type) {
  Column out{std::string(named), Kind::string, false, named == "ts"};
  const size_t bracket = type.find('[');
  if (bracket != std::string_view::npos && type.ends_with(']')) {
    out.list = true;
    type = type.substr(bracket + 1, type.size() - bracket - 2);
  }
  if (type == "count" || type == "int" || type == "port") out.kind = Kind::integer;
  if (type == "double" || type == "interval" || type == "time") out.kind = Kind::real;
  if (type == "bool") out.kind = Kind::boolean;
  return out;
}

class ZeekDecoder : public LineEvents {
 public:
  explicit ZeekDecoder(const DecoderOptions& options) : LineEvents(name, options) {}

 protected:
  Taken line(std::string_view text, event::Batch& out) override {
    if (text.starts_with('#')) {
      header(text);
      return Taken::nothing;
    }
    if (columns_.empty()) return Taken::unparsed;
    writer_.start(out);
    out.current().channel = out.arena().copy(path_);
    size_t index = 0;
    std::string_view rest = text;
    for (bool more = true; more; ++index) {
      const size_t end = rest.find(separator_);
      more = end != std::string_view::npos;
      const std::string_view cell = rest.substr(0, end);
      if (more) rest.remove_prefix(end + 1);
      if (index < columns_.size())
        put(columns_[index], cell, out);
      else
        writer_.named("column_" + std::to_string(index + 1), Kind::string, cell);
    }
    if (index < columns_.size()) out.current().dirt = out.current().dirt | event::Dirt::truncated;
    return Taken::event;
  }

 private:
  void header(std::string_view text) {
    if (text.starts_with("#separator ")) {
      const std::string value = unescape(text.substr(11));
      if (value.size() == 1) separator_ = value[0];
      return;
    }
    const size_t end = text.find(separator_);
    if (end == std::string_view::npos) return;
    const std::string_view key = text.substr(0, end);
    const std::string_view value = text.substr(end + 1);
    if (key == "#set_separator" && value.size() == 1) set_separator_ = value[0];
    if (key == "#empty_field") empty_ = value;
    if (key == "#unset_field") unset_ = value;
    if (key == "#path") path_ = value;
    if (key == "#fields") names_ = value;
    if (key != "#fields" && key != "#types") return;
    columns_.clear();
    const auto names = split(names_, separator_);
    const auto types = key == "#types" ? split(value, separator_) : std::vector<std::string_view>();
    for (size_t i = 0; i < names.size() && i < event::fields_per_event_max; ++i)
      columns_.push_back(make_column(names[i], i < types.size() ? types[i] : std::string_view("string")));
  }

  void put(const Column& column, std::string_view cell, event::Batch& out) {
    if (cell == unset_) return writer_.named(column.name, Kind::null, {});
    if (cell == empty_) return writer_.named(column.name, Kind::string, {});
    if (column.name == "id.orig_h") out.current().host = cell;  // who acted
    if (column.time)
      if (const auto time = parse_log_time(cell, 0)) out.current().time = time->time;
    if (!column.list) return value(column, cell, out);
    for (size_t from = 0; from <= cell.size();) {
      const size_t end = std::min(cell.find(set_separator_, from), cell.size());
      value(column, cell.substr(from, end - from), out);
      from = end + 1;
    }
  }

  void value(const Column& column, std::string_view text, event::Batch& out) {
    if (column.kind == Kind::boolean) return writer_.named(column.name, Kind::boolean, text == "T" ? "true" : "false");
    if (column.kind == Kind::string && text.contains("\\x")) {
      std::string plain = unescape(text);
      if (!is_utf8(plain)) plain = to_valid_utf8(plain);
      text = out.arena().copy(plain);
    }
    writer_.named(column.name, column.kind, text);
  }

  FieldWriter writer_;
  std::vector<Column> columns_;
  std::string names_;
  std::string path_;
  std::string empty_ = "(empty)";
  std::string unset_ = "-";
  char separator_ = '\t';
  char set_separator_ = ',';
};

int sniff(std::string_view head, std::string_view) {
  if (head.starts_with("#separator ")) return 100;
  return head.starts_with('#') && head.contains("\n#fields\t") ? 95 : 0;
}

std::unique_ptr<Decoder> open(const DecoderOptions& options) {
  return std::make_unique<ZeekDecoder>(options);
}

}  // namespace

extern const Format zeek_format{name, "Zeek's tab-separated logs", sniff, open};

}  // namespace yagura::formats

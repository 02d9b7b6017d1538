// w3c: the W3C extended log format (IIS, many proxies): columns as its #Fields line says, times in UTC. A header's
// column "cs(User-Agent)" is the field cs-user-agent too, as rules call it.
#include <string>
#include <vector>

#include "base/text.hpp"
#include "formats/field_writer.hpp"
#include "formats/line_events.hpp"
#include "formats/log_time.hpp"

namespace yagura::formats {
namespace {

using event::Kind;

constexpr std::string_view name = "w3c";

struct Column {
  std::string name;
  std::string plain;  // "cs-user-agent" for "cs(User-Agent)"; else empty
};

/// `cell` with one quote for each two.
std::string_view single_quotes(std::string_view cell, event::Arena& arena) {
  std::string out;
  out.reserve(cell.size());
  for (size_t i = 0; i < cell.size(); ++i) {
    out += cell[i];
    if (cell[i] == '"') ++i;
  }
  return arena.copy(out);
}

/// The next column: up to a blank, or in quotes, where two quotes stand for one.
std::string_view take_cell(std::string_view& rest, event::Arena& arena) {
  std::string_view cell;
  if (rest.starts_with('"')) {
    size_t close = rest.find('"', 1);
    const bool doubled = close != std::string_view::npos && rest.substr(close + 1).starts_with('"');
    while (close != std::string_view::npos && rest.substr(close + 1).starts_with('"'))
      close = rest.find('"', close + 2);
    cell = rest.substr(1, close == std::string_view::npos ? close : close - 1);
    rest.remove_prefix(close == std::string_view::npos ? rest.size() : close + 1);
    if (doubled) cell = single_quotes(cell, arena);
  } else {
    cell = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(cell.size());
  }
  if (rest.starts_with(' ') || rest.starts_with('\t')) rest.remove_prefix(1);
  return cell;
}

class W3cDecoder : public LineEvents {
 public:
  explicit W3cDecoder(const DecoderOptions& options) : LineEvents(name, options) {}

 protected:
  Taken line(std::string_view text, event::Batch& out) override {
    if (text.starts_with('#')) {
      directive(text, out.arena());
      return Taken::nothing;
    }
    if (columns_.empty()) return Taken::unparsed;
    writer_.start(out);
    date_.clear();
    clock_.clear();
    out.current().channel = out.arena().copy(software_);
    size_t index = 0;
    for (; !text.empty(); ++index) {
      const std::string_view cell = take_cell(text, out.arena());
      if (index < columns_.size())
        put(columns_[index], cell, out);
      else
        writer_.named("column_" + std::to_string(index + 1), Kind::string, cell);
    }
    if (index < columns_.size()) out.current().dirt = out.current().dirt | event::Dirt::truncated;
    if (const auto time = parse_log_time(date_ + " " + clock_, 0)) out.current().time = time->time;
    return Taken::event;
  }

 private:
  void directive(std::string_view text, event::Arena& arena) {
    if (text.starts_with("#Software:")) software_ = trim(text.substr(10));
    if (text.starts_with("#Date:")) day_ = trim(text.substr(6)).substr(0, 10);
    if (!text.starts_with("#Fields:")) return;
    columns_.clear();
    for (std::string_view rest = trim(text.substr(8)); !rest.empty();) {
      const std::string_view title = take_cell(rest, arena);
      if (title.empty() || columns_.size() >= event::fields_per_event_max) continue;
      Column column{std::string(title), {}};
      const size_t open = title.find('(');
      if (open != std::string_view::npos && open > 0 && title.ends_with(')'))
        column.plain =
            std::string(title.substr(0, open)) + "-" + ascii_lower(title.substr(open + 1, title.size() - open - 2));
      columns_.push_back(std::move(column));
    }
  }

  void put(const Column& column, std::string_view cell, event::Batch& out) {
    if (column.name == "date") date_ = cell;
    if (column.name == "time") {
      clock_ = cell;
      if (date_.empty()) date_ = day_;
    }
    const bool unset = cell == "-";
    if (!unset && (column.name == "s-computername" || column.name == "x-hostname")) out.current().host = cell;
    if (unset) return writer_.named(column.name, Kind::null, {});
    writer_.named_value(column.name, cell);
    if (!column.plain.empty()) writer_.named_value(column.plain, cell);
  }

  FieldWriter writer_;
  std::vector<Column> columns_;
  std::string software_;
  std::string day_;
  std::string date_;
  std::string clock_;
};

int sniff(std::string_view head, std::string_view) {
  return head.starts_with('#') && (head.starts_with("#Fields:") || head.contains("\n#Fields:")) ? 96 : 0;
}

std::unique_ptr<Decoder> open(const DecoderOptions& options) {
  return std::make_unique<W3cDecoder>(options);
}

}  // namespace

extern const Format w3c_format{name, "the W3C extended log format (IIS, proxies)", sniff, open};

}  // namespace yagura::formats

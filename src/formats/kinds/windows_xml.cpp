// windows-xml: Windows events as XML, as Event Viewer, wevtutil, Get-WinEvent and evtx_dump write them. Fields are what
// the EVTX reader makes of the same record (windows_event.hpp), but that XML does not say what a value is: digits are
// an integer, the rest is a string.
#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "formats/decoder.hpp"
#include "formats/demand_memory.hpp"
#include "formats/dirt_counter.hpp"
#include "formats/windows_event.hpp"
#include "formats/xml_event_stream.hpp"
#include "formats/xml_reader.hpp"

namespace yagura::formats {
namespace {

using event::Dirt;

constexpr std::string_view name = "windows-xml";

/// What an element's children are to the event.
enum class Place : uint8_t { document, event, system, event_data, user_data, leaves };

struct Open {
  std::string_view name;
  Place inside = Place::leaves;
  size_t prefix_bytes = 0;  // of the prefix around it
  size_t first_text = 0;
  std::optional<event::FieldId> field;  // what its text is
  std::optional<WindowsField> system;
  bool has_attributes = false;  // beyond namespaces and the name of <Data>
  bool has_children = false;
  bool empty_tag = false;
  bool empty_is_text = false;  // without text it is an empty string; else it is left out
};

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool declares_namespace(std::string_view attribute) {
  return attribute == "xmlns" || attribute.starts_with("xmlns:");
}

event::Kind kind_of(std::string_view text) {
  constexpr size_t digits_max = 18;
  const bool number = !text.empty() && text.size() <= digits_max && (text[0] != '0' || text.size() == 1) &&
                      text.find_first_not_of("0123456789") == std::string_view::npos;
  return number ? event::Kind::integer : event::Kind::string;
}

class WindowsXmlDecoder : public Decoder, private XmlPieceSink {
 public:
  explicit WindowsXmlDecoder(const DecoderOptions& options)
      : options_(options),
        counter_(*options.counters, name),
        declarations_(options.counters->at("formats.windows-xml.declarations_refused")),
        unknown_entities_(options.counters->at("formats.windows-xml.unknown_entities")),
        stream_(*this),
        demand_(options.demand) {}

  void feed(const Block& block, event::Batch& out) override { stream_.feed(block, out); }
  void finish(event::Batch& out) override { stream_.finish(out); }

 private:
  void take(const XmlPiece& piece, event::Batch& out) override {
    out_ = &out;
    begin(piece);
    if (piece.kind == XmlPiece::Kind::declaration) declarations_.fetch_add(1, std::memory_order_relaxed);
    if (piece.kind == XmlPiece::Kind::event && !read(piece.text)) {
      const event::Event& event = out.current();
      const Dirt dirt = event.dirt | Dirt::unparsed;
      // What was read of <System> says what happened when; without all of it nothing of the event is to be trusted.
      if (event.event_id == 0 || event.host.empty()) {
        out.drop_current();
        begin(piece);
        fields_.clear();
      }
      out.current().dirt = dirt;
    }
    give_wanted();
    end_windows_event(out.current(), options_.received);
    counter_.count(out.current().dirt);
  }

  void begin(const XmlPiece& piece) {
    event::Event& event = out_->begin(name);
    event.raw = piece.text;
    event.offset = piece.offset;
    event.line = piece.line;
    event.dirt = piece.dirt;
    fields_.clear();
  }

  void mark(Dirt dirt) { out_->current().dirt = out_->current().dirt | dirt; }

  bool read(std::string_view text) {
    open_.clear();
    texts_.clear();
    prefix_.clear();
    if (!is_utf8(text)) {
      mark(Dirt::bad_encoding);
      text = out_->arena().copy(to_valid_utf8(text));
    }
    reader_.open(text, out_->arena());
    XmlReader::Token token = reader_.next();
    for (; token != XmlReader::Token::finished && token != XmlReader::Token::malformed; token = reader_.next()) {
      if (token == XmlReader::Token::start)
        start();
      else if (token == XmlReader::Token::end)
        end();
      else
        texts_.push_back(reader_.text());
    }
    if (reader_.too_deep()) mark(Dirt::too_deep);
    if (reader_.met_declaration()) declarations_.fetch_add(1, std::memory_order_relaxed);
    if (reader_.unknown_entities() > 0)
      unknown_entities_.fetch_add(reader_.unknown_entities(), std::memory_order_relaxed);
    return token == XmlReader::Token::finished && !has(out_->current().dirt, Dirt::unparsed);
  }

  void start() {
    const Place outside = open_.empty() ? Place::document : open_.back().inside;
    if (!open_.empty()) open_.back().has_children = true;
    Open element;
    element.name = reader_.name();
    element.prefix_bytes = prefix_.size();
    element.first_text = texts_.size();
    element.empty_tag = reader_.is_empty_tag();
    element.empty_is_text = outside == Place::event_data || outside == Place::leaves;
    element.inside = inside_of(outside, element.name);
    const std::string_view data_name = attributes(element, outside);
    if (outside == Place::system) element.system = windows_field_of(element.name, "");
    if (element.system)
      element.field = windows_field_id(*element.system);
    else if (outside > Place::event || (outside == Place::event && element.inside == Place::leaves))
      element.field = field_named(!data_name.empty() ? data_name : full_name(element.name));
    if (element.inside == Place::leaves && outside != Place::user_data && outside != Place::document)
      add_to_prefix(element.name);
    open_.push_back(element);
  }

  static Place inside_of(Place outside, std::string_view element) {
    if (outside == Place::document) return Place::event;
    if (outside != Place::event) return Place::leaves;
    if (element == "System") return Place::system;
    if (element == "EventData") return Place::event_data;
    return element == "UserData" ? Place::user_data : Place::leaves;
  }

  /// Makes fields of what the start tag holds; gives the name of a <Data>.
  std::string_view attributes(Open& element, Place outside) {
    std::string_view data_name;
    for (const XmlAttribute& attribute : reader_.attributes()) {
      if (declares_namespace(attribute.name)) continue;
      if (outside == Place::event_data && element.name == "Data" && attribute.name == "Name") {
        data_name = attribute.value;
        continue;
      }
      element.has_attributes = true;
      if (outside != Place::system) continue;
      const auto system = windows_field_of(element.name, attribute.name);
      name_.assign(element.name).append("_").append(attribute.name);
      add(system ? windows_field_id(*system) : field_named(name_), system, attribute.value);
    }
    return data_name;
  }

  /// The name of the field that the text of this element is. The sentence that an event was rendered into is what
  /// products and rules call Message.
  std::string_view full_name(std::string_view element) {
    if (prefix_.empty() || (element == "Message" && prefix_ == "RenderingInfo.")) return element;
    if (prefix_.size() > event::field_name_bytes_max) return prefix_;
    return name_.assign(prefix_).append(element);
  }

  /// A prefix too long for any name grows no more.
  void add_to_prefix(std::string_view element) {
    if (prefix_.size() <= event::field_name_bytes_max) prefix_.append(element).append(".");
  }

  std::optional<event::FieldId> field_named(std::string_view text) {
    const auto id = names_.intern(text);
    if (!id) mark(Dirt::too_many_names);
    return id;
  }

  void end() {
    const Open element = open_.back();
    open_.pop_back();
    std::string_view text = joined(element.first_text);
    texts_.resize(element.first_text);
    prefix_.resize(element.prefix_bytes);
    if (!element.field && !element.system) return;
    if (element.system) text = trim(text);
    if (blank(text)) {
      if (element.has_children) return;    // text between child elements is layout
      if (text.contains('\n')) text = {};  // evtx_dump puts the end tag of what is empty on a line of its own
    }
    if (text.empty() && (!element.empty_is_text || (element.has_attributes && element.empty_tag))) return;
    add(element.field, element.system, text);
  }

  /// The texts from `first` on, as one.
  std::string_view joined(size_t first) {
    if (first == texts_.size()) return {};
    if (first + 1 == texts_.size()) return texts_[first];
    size_t size = 0;
    for (size_t i = first; i < texts_.size(); ++i) size += texts_[i].size();
    char* const begin = out_->arena().allocate(size);
    char* at = begin;
    for (size_t i = first; i < texts_.size(); ++i) {
      std::memcpy(at, texts_[i].data(), texts_[i].size());
      at += texts_[i].size();
    }
    return {begin, size};
  }

  void add(std::optional<event::FieldId> field, std::optional<WindowsField> system, std::string_view text) {
    if (system) note_windows_field(out_->current(), *system, text);
    if (!field) return;
    if (fields_.size() == event::fields_per_event_max) return mark(Dirt::too_many_fields);
    fields_.push_back({*field, kind_of(text), static_cast<uint32_t>(text.size()), text.data()});
  }

  /// Whether one of the fields, or a word in their text, asks for all of them.
  bool wants_all(const event::FieldSet& wanted) {
    for (const event::Field& field : fields_)
      if (wanted.want(field.id) == event::FieldSet::Want::everything) return true;
    if (!wanted.reads_text()) return false;
    values_.clear();
    for (const event::Field& field : fields_) values_.append(field.value().text).push_back('\n');
    return wanted.wants_all_of(values_);
  }

  void give_wanted() {
    const event::FieldSet* wanted = demand_.wanted(out_->current());
    if (wanted && !wants_all(*wanted))
      std::erase_if(fields_, [&](const event::Field& field) { return !wanted->contains(field.id); });
    out_->add_all(fields_);
  }

  DecoderOptions options_;
  DirtCounter counter_;
  std::atomic<uint64_t>& declarations_;
  std::atomic<uint64_t>& unknown_entities_;
  XmlEventStream stream_;
  XmlReader reader_;
  DemandMemory demand_;
  event::FieldCache names_;
  event::Batch* out_ = nullptr;
  std::vector<Open> open_;
  std::vector<std::string_view> texts_;  // of the open elements, innermost last
  std::string prefix_;                   // of the names of leaves here: "Outer."
  std::string name_;
  std::string values_;
  std::vector<event::Field> fields_;
};

/// Without what may stand in front of the first event.
std::string_view without_prolog(std::string_view head) {
  constexpr std::pair<std::string_view, std::string_view> passed[] = {
      {"\xEF\xBB\xBF", ""}, {"<?", "?>"}, {"<!--", "-->"}};
  constexpr std::string_view record = "Record ";  // as evtx_dump numbers them
  while (true) {
    head = head.substr(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
    const auto* found = std::ranges::find_if(passed, [&](const auto& one) { return head.starts_with(one.first); });
    const bool numbered = head.starts_with(record);
    if (found == std::end(passed) && !numbered) return head;
    const std::string_view end = numbered ? "\n" : found->second;
    const size_t at = head.find(end, numbered ? record.size() : found->first.size());
    if (at == std::string_view::npos) return {};
    head.remove_prefix(at + end.size());
  }
}

bool starts_event(std::string_view text) {
  for (const std::string_view tag : {"<Event ", "<Event>", "<Event\t", "<Event\r", "<Event\n", "<Events ", "<Events>"})
    if (text.starts_with(tag)) return true;
  return false;
}

int sniff(std::string_view head, std::string_view) {
  const bool in_namespace = head.contains(windows_event_namespace);
  if (starts_event(without_prolog(head))) return in_namespace ? 95 : head.contains("<System") ? 85 : 0;
  // The file may begin inside an event.
  return in_namespace && (head.contains("\n<Event ") || head.contains("</Event><Event ")) ? 60 : 0;
}

std::unique_ptr<Decoder> open(const DecoderOptions& options) {
  return std::make_unique<WindowsXmlDecoder>(options);
}

}  // namespace

extern const Format windows_xml_format{name, "Windows events as XML: Event Viewer, wevtutil, Get-WinEvent", sniff,
                                       open};

}  // namespace yagura::formats

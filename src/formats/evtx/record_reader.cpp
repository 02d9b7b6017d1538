#include "formats/evtx/record_reader.hpp"

#include <cstring>

#include "formats/evtx/layout.hpp"
#include "formats/evtx/token.hpp"
#include "formats/evtx/xml_text.hpp"

namespace yagura::formats::evtx {
namespace {

constexpr auto binary_xml = static_cast<uint8_t>(ValueType::binary_xml);

bool is_array(uint8_t type) {
  return (type & array_flag) != 0;
}
/// Text of the template itself has no type; a number in <System> is one all the same.
event::Value literal_value(const FieldOp& op, std::string_view text) {
  const bool number = op.is_system && !text.empty() && text.size() <= 19 &&
                      text.find_first_not_of("0123456789") == std::string_view::npos;
  return {number ? event::Kind::integer : event::Kind::string, text};
}

ValueType item_type(uint8_t type) {
  return static_cast<ValueType>(type & ~array_flag);
}

}  // namespace

void RecordReader::begin_chunk(std::string_view chunk, event::Batch& batch, Options options) {
  chunk_ = chunk.substr(0, chunk_bytes);
  batch_ = &batch;
  options_ = options;
  memory_.begin_chunk(options.sound ? chunk_ : std::string_view());
  output_left_ = chunk_output_bytes_max;
  compile_left_ = chunk_compile_bytes_max;
  store_.clear();
}

bool RecordReader::spend(int64_t cost) {
  output_left_ -= cost;
  if (output_left_ >= 0) return true;
  failure_ = failure_ | event::Dirt::too_long;
  return false;
}

bool RecordReader::spend_compiling(int64_t bytes) {
  compile_left_ -= bytes + compile_cost;
  if (compile_left_ >= 0) return true;
  failure_ = failure_ | event::Dirt::too_long;
  return false;
}

bool RecordReader::read(uint32_t begin, uint32_t end, LostTemplates lost) {
  lost_ = lost;
  begin_ = begin;
  end_ = end;
  roots_ = 0;
  doubtful_ = false;
  failure_ = event::Dirt::none;
  substitutes_.clear();
  frames_.clear();
  waiting_.clear();
  const bool read = fragment(Mode::fields, begin, end, 0, 0) && roots_ == 1;
  if (demand_) give_wanted();
  return read;
}

std::string_view RecordReader::xml() {
  if (!options_.want_xml) return {};
  xml_.clear();
  if (!fragment(Mode::xml, begin_, end_, 0, 0)) return {};
  return batch_->arena().copy(xml_);
}

bool RecordReader::fragment(Mode mode, uint32_t begin, uint32_t end, PlaceId place, int depth) {
  if (depth > embedded_depth_max) {
    failure_ = failure_ | event::Dirt::too_deep;
    return false;
  }
  // Nearly always: a header, one template instance, the end. Anything else is compiled.
  uint32_t at = begin;
  while (at < end) {
    if (!spend(operation_cost)) return false;
    const Token token = token_of(static_cast<uint8_t>(chunk_[at]));
    if (token == Token::end_of_fragment) return true;
    if (token == Token::fragment_header) {
      if (end - at < fragment_header_bytes) return false;
      at += fragment_header_bytes;
    } else if (token == Token::instance) {
      if (!instance(mode, at, end, place, depth, at)) return false;
    } else {
      const auto* found = program(at, end, place, false);
      if (!found || !*found) return false;
      const Scope scope{0, 0, depth};
      if (mode == Mode::xml) return run_xml(**found, scope);
      if (store_.places[place].kind == PlaceKind::document) roots_ += (*found)->root_count;
      return run_fields(**found, scope);
    }
  }
  return true;
}

bool RecordReader::instance(Mode mode, uint32_t position, uint32_t end, PlaceId place, int depth, uint32_t& after) {
  const Frame* opened = frame(position, end);
  if (!opened) return false;
  const Instance instance = opened->instance;
  const Scope scope{opened->first, instance.value_count, depth};
  after = instance.end;
  const auto* found = template_of(instance, place);
  if (!found || !*found) return false;
  const Program compiled = **found;
  if (mode == Mode::xml) return run_xml(compiled, scope);
  if (store_.places[place].kind == PlaceKind::document) roots_ += compiled.root_count;
  return run_fields(compiled, scope);
}

const std::optional<Program>* RecordReader::template_of(const Instance& instance, PlaceId place) {
  const size_t known = store_.templates.size();
  const auto definition = read_definition(chunk_, instance.definition, instance.identifier);
  const auto* found = definition ? program(definition->begin, definition->end, place, true) : nullptr;
  if (found && *found) {
    if (store_.templates.size() != known) memory_.remember(instance.identifier, instance.definition);
    return found;
  }
  return lost_ == LostTemplates::borrow ? borrowed(instance.identifier, place) : nullptr;
}

/// The template of that identifier as an earlier chunk defined it.
const std::optional<Program>* RecordReader::borrowed(uint32_t identifier, PlaceId place) {
  const uint64_t key = identifier | uint64_t{place} << 34 | uint64_t{1} << 51;
  if (const auto known = store_.templates.find(key); known != store_.templates.end()) return &known->second;
  const auto* remembered = memory_.find(identifier);
  if (!remembered) return nullptr;
  const auto definition = read_definition(*remembered->chunk, remembered->position, identifier);
  if (!definition || !spend_compiling(definition->end - definition->begin)) return nullptr;
  Compiler compiler(*remembered->chunk, store_, batch_->arena(), cache_, options_.want_xml);
  auto compiled = compiler.compile(definition->begin, definition->end, place, true);
  for (uint32_t i = 0; compiled && i < compiled->field_count; ++i) {
    // An instance's position would be one in the other chunk.
    if (store_.fields[compiled->first_field + i].kind == FieldOp::Kind::instance) compiled.reset();
  }
  return &store_.templates.emplace(key, compiled).first->second;
}

/// The values of the instance at `position`, read once a record.
const RecordReader::Frame* RecordReader::frame(uint32_t position, uint32_t end) {
  if (!spend(operation_cost + static_cast<int64_t>(frames_.size()))) return nullptr;
  for (const Frame& known : frames_)
    if (known.position == position) return &known;
  const auto instance = read_instance(chunk_, position, end);
  if (!instance || !spend(int64_t{instance->value_count} * operation_cost)) return nullptr;
  Frame out{position, *instance, static_cast<uint32_t>(substitutes_.size())};
  uint32_t at = instance->values;
  for (uint32_t i = 0; i < instance->value_count; ++i) {
    const size_t descriptor = instance->descriptors + size_t{descriptor_bytes} * i;
    Substitute& value = substitutes_.emplace_back();
    value.offset = at;
    value.size = number_at<uint16_t>(chunk_, descriptor);
    value.type = number_at<uint8_t>(chunk_, descriptor + 2);
    at += value.size;
  }
  return &frames_.emplace_back(out);
}

/// The compiled fragment; null when the chunk's budget is spent, an empty optional when it is malformed.
const std::optional<Program>* RecordReader::program(uint32_t begin, uint32_t end, PlaceId place, bool in_template) {
  const uint64_t key = begin | uint64_t{end} << 17 | uint64_t{place} << 34 | uint64_t{in_template} << 50;
  if (const auto known = store_.templates.find(key); known != store_.templates.end()) return &known->second;
  if (!spend_compiling(int64_t{end} - begin)) return nullptr;
  Compiler compiler(chunk_, store_, batch_->arena(), cache_, options_.want_xml);
  const auto compiled = compiler.compile(begin, end, place, in_template);
  if (compiler.too_deep()) failure_ = failure_ | event::Dirt::too_deep;
  return &store_.templates.emplace(key, compiled).first->second;
}

RecordReader::Substitute* RecordReader::substitute(Scope scope, uint32_t index) {
  return index < scope.count ? &substitutes_[scope.first + index] : nullptr;
}

const event::Value& RecordReader::text_of(Substitute& value) {
  if (!value.rendered) {
    value.text =
        value_text(static_cast<ValueType>(value.type), bytes_of(value), batch_->arena(), batch_->current().dirt);
    value.rendered = true;
  }
  return value.text;
}

bool RecordReader::embedded(Mode mode, const Substitute& value, PlaceId place, Scope scope) {
  const uint32_t begin = value.offset;
  return fragment(mode, begin, begin + value.size, place, scope.depth + 1);
}

void RecordReader::add(const FieldOp& op, const event::Value& value) {
  if (demand_) {
    if (op.is_system) note_windows_field(batch_->current(), op.system, value.text);
    wait({op.is_system ? windows_field_id(op.system) : op.field, Waiting::rendered, value});
  } else if (op.is_system) {
    add_windows_field(*batch_, op.system, value.kind, value.text);
  } else {
    batch_->add(op.field, value.kind, value.text);
  }
}

void RecordReader::wait(Waiting waiting) {
  if (waiting_.size() < event::fields_per_event_max) return waiting_.push_back(waiting);
  event::Event& event = batch_->current();
  event.dirt = event.dirt | event::Dirt::too_many_fields;
}

/// Whether one of the fields, or a word in their text, asks for all of them.
bool RecordReader::wants_all(const event::FieldSet& wanted) {
  for (const Waiting& waiting : waiting_)
    if (wanted.want(waiting.field) == event::FieldSet::Want::everything) return true;
  if (!wanted.reads_text()) return false;
  size_t size = 0;
  for (const Waiting& waiting : waiting_) size += value_of(waiting).text.size() + 1;
  if (text_.size() < size) text_.resize(size);
  char* at = text_.data();
  for (const Waiting& waiting : waiting_) {
    const std::string_view text = value_of(waiting).text;
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    at += text.size();
    *at++ = '\n';
  }
  return wanted.wants_all_of({text_.data(), size});
}

/// Ends an event of which the header is known now: values that nobody wants are not even made into text.
void RecordReader::give_wanted() {
  const event::FieldSet* wanted = demand_.wanted(batch_->current());
  if (wanted && wants_all(*wanted)) wanted = nullptr;
  for (const Waiting& waiting : waiting_) {
    if (wanted && !wanted->contains(waiting.field)) continue;
    const event::Value value = value_of(waiting);
    batch_->add(waiting.field, value.kind, value.text);
  }
}

bool RecordReader::run_fields(const Program& program, Scope scope) {
  event::Event& event = batch_->current();
  event.dirt = event.dirt | program.dirt;
  doubtful_ |= program.doubtful;
  if (!spend(operation_cost * program.field_count)) return false;
  for (uint32_t i = 0; i < program.field_count; ++i) {
    const FieldOp op = store_.fields[program.first_field + i];
    switch (op.kind) {
      case FieldOp::Kind::literal:
        if (op.has_field) add(op, literal_value(op, store_.pieces[op.first_piece].literal));
        break;
      case FieldOp::Kind::value:
        if (!field_value(op, scope)) return false;
        break;
      case FieldOp::Kind::joined:
      case FieldOp::Kind::named:
        if (!field_joined(op, scope)) return false;
        break;
      case FieldOp::Kind::unless:
        if (is_null_type(substitute(scope, op.value))) i += op.skip;
        break;
      case FieldOp::Kind::instance: {
        uint32_t after = 0;
        if (!instance(Mode::fields, op.position, static_cast<uint32_t>(chunk_.size()), op.place, scope.depth + 1,
                      after))
          return false;
        break;
      }
    }
  }
  return true;
}

bool RecordReader::field_value(const FieldOp& op, Scope scope) {
  Substitute* value = substitute(scope, op.value);
  if (is_null(value)) {
    const bool left_out = op.optional && is_null_type(value);
    if (op.has_field && op.null_is_empty && !left_out) add(op, {event::Kind::string, {}});
    return true;
  }
  if (value->type == binary_xml) return embedded(Mode::fields, *value, op.place, scope);
  if (!op.has_field) return true;
  if (!is_array(value->type)) {
    if (!value->rendered && !value->paid && !spend(value->size)) return false;
    value->paid = true;
    if (demand_ && !op.is_system)
      wait({op.field, scope.first + op.value, {}});
    else
      add(op, text_of(*value));
    return true;
  }
  if (!spend(int64_t{value->size} * operation_cost)) return false;
  std::string_view rest = bytes_of(*value);
  event::Dirt& dirt = batch_->current().dirt;
  while (const auto item = next_item(item_type(value->type), rest)) {
    event::Value text = value_text(item_type(value->type), *item, batch_->arena(), dirt);
    if (text.is_null()) text.kind = event::Kind::string;
    add(op, text);
  }
  return true;
}

bool RecordReader::field_joined(const FieldOp& op, Scope scope) {
  event::FieldId field = op.field;
  bool has_field = op.has_field;
  std::string text;
  for (uint32_t i = 0; i < op.piece_count; ++i) {
    if (op.name_count != 0 && i == op.name_count) {
      const auto id = cache_.intern(text);
      has_field = id.has_value();
      if (id) field = *id;
      text.clear();
    }
    const Piece piece = store_.pieces[op.first_piece + i];
    if (piece.value == Piece::literal_only) {
      text += piece.literal;
      continue;
    }
    Substitute* value = substitute(scope, static_cast<uint32_t>(piece.value));
    if (is_null(value)) continue;
    if (value->type == binary_xml) {
      if (!embedded(Mode::fields, *value, op.place, scope)) return false;
      continue;
    }
    if (!spend(value->size)) return false;
    text += text_of(*value).text;
  }
  if (!spend(static_cast<int64_t>(text.size()))) return false;
  if (has_field) {
    FieldOp named = op;
    named.field = field;
    add(named, {event::Kind::string, batch_->arena().copy(text)});
  }
  return true;
}

bool RecordReader::run_xml(const Program& program, Scope scope) {
  if (!spend(operation_cost * program.xml_count)) return false;
  for (uint32_t i = 0; i < program.xml_count; ++i) {
    const XmlOp op = store_.xml[program.first_xml + i];
    if (op.kind == XmlOp::Kind::literal) {
      if (!spend(op.open_size)) return false;
      xml_.append(store_.xml_text, op.open, op.open_size);
    } else if (op.kind == XmlOp::Kind::unless) {
      if (is_null_type(substitute(scope, op.value))) i += op.skip;
    } else if (op.kind == XmlOp::Kind::instance) {
      uint32_t after = 0;
      if (!instance(Mode::xml, op.position, static_cast<uint32_t>(chunk_.size()), op.place, scope.depth + 1, after))
        return false;
    } else if (!xml_value(op, scope)) {
      return false;
    }
  }
  return true;
}

bool RecordReader::xml_value(const XmlOp& op, Scope scope) {
  Substitute* value = substitute(scope, op.value);
  const bool null = is_null(value);
  if (op.kind == XmlOp::Kind::attribute && (null || value->type == binary_xml)) return true;
  const auto open = [&] { xml_.append(store_.xml_text, op.open, op.open_size); };
  const auto close = [&] { xml_.append(store_.xml_text, op.close, op.close_size); };
  if (op.optional && is_null_type(value)) return true;
  if (!spend(int64_t{op.open_size} + op.close_size)) return false;
  if (null || value->type == binary_xml || op.kind == XmlOp::Kind::embedded) {
    open();
    if (!null && value->type == binary_xml && !embedded(Mode::xml, *value, op.place, scope)) return false;
    close();
    return true;
  }
  const auto put = [&](std::string_view text) {
    op.kind == XmlOp::Kind::attribute ? append_xml_attribute(xml_, text) : append_xml_content(xml_, text);
    return spend(static_cast<int64_t>(text.size()));
  };
  open();
  if (!is_array(value->type)) {
    if (!put(text_of(*value).text)) return false;
    close();
    return true;
  }
  std::string_view rest = bytes_of(*value);
  event::Dirt& dirt = batch_->current().dirt;
  for (bool first = true; const auto item = next_item(item_type(value->type), rest); first = false) {
    if (!first && op.kind == XmlOp::Kind::element) {
      close();
      open();
    } else if (!first) {
      xml_ += ", ";
    }
    if (!put(value_text(item_type(value->type), *item, batch_->arena(), dirt).text)) return false;
    if (!spend(int64_t{op.open_size} + op.close_size + operation_cost)) return false;
  }
  close();
  return true;
}

}  // namespace yagura::formats::evtx

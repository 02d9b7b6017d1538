#include "lake/event_block.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <unordered_map>
#include <variant>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "lake/columns.hpp"
#include "lake/native_block.hpp"

namespace yagura::lake {
namespace {

using event::Batch;
using event::Event;
using event::Field;
using event::Normalised;

constexpr int64_t earliest_ns = -2'208'988'800ll * ns_per_second;  // 1900-01-01, where DateTime64 starts

bool ascii_only(std::string_view text) {
  unsigned char any = 0;
  for (const char c : text) any |= static_cast<unsigned char>(c);
  return any < 0x80;
}

void append_folded(std::string_view text, std::string& out) {
  if (!ascii_only(text)) {
    out += fold_for_search(text);
    return;
  }
  const size_t at = out.size();
  out.append(text);
  for (size_t i = at; i < out.size(); ++i) out[i] = ascii_lower(out[i]);
}

int hex_value(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c - 'a' + 10;
}

/// A UUID's text as the two little-endian halves that ClickHouse stores.
void add_uuid(PlainColumn& column, std::string_view text) {
  uint64_t halves[2] = {0, 0};
  int digits = 0;
  for (const char c : text) {
    if (c == '-') continue;
    uint64_t& half = halves[digits++ / 16];
    half = half << 4 | static_cast<uint64_t>(hex_value(c));
  }
  check(digits == 32, "an event uid that is no UUID");
  column.add(halves[0]);
  column.add(halves[1]);
}

/// The address as IPv6 (IPv4 mapped), all zero when the text is none.
void add_address(PlainColumn& column, std::string_view text) {
  in6_addr address{};
  const std::string copy(text.substr(0, INET6_ADDRSTRLEN));
  in_addr v4{};
  if (inet_pton(AF_INET, copy.c_str(), &v4) == 1) {
    address.s6_addr[10] = address.s6_addr[11] = 0xFF;
    std::memcpy(address.s6_addr + 12, &v4, 4);
  } else if (inet_pton(AF_INET6, copy.c_str(), &address) != 1) {
    address = {};
  }
  column.add_bytes({reinterpret_cast<const char*>(address.s6_addr), 16});
}

/// The engine's text functions refuse ill-formed UTF-8, and one such row would fail every search over it.
class ValidText {
 public:
  std::string_view operator()(std::string_view text) {
    if (ascii_only(text) || is_utf8(text)) return text;
    return kept_.emplace_back(to_valid_utf8(text));
  }

 private:
  std::deque<std::string> kept_;  // as long as the block is built
};

bool lies_in(std::string_view raw, const Field& field) {
  return field.data >= raw.data() && field.data < raw.data() + raw.size();
}

/// What a block's large columns will hold, nearly.
struct BlockSize {
  size_t rows = 0;
  size_t pairs = 0;
  size_t value_bytes = 0;
  size_t raw_bytes = 0;
  size_t text_bytes = 0;
};

BlockSize size_of(const Batch& batch, size_t first, size_t rows) {
  constexpr size_t fixed_text_bytes = 64;  // about what a mapping adds to an event's search text
  BlockSize out;
  out.rows = rows;
  for (const Event& event : batch.events().subspan(first, rows)) {
    out.raw_bytes += event.raw.size();
    out.text_bytes += event.raw.size() + fixed_text_bytes;
    out.pairs += event.field_count;
    for (const Field& field : batch.fields(event)) {
      out.value_bytes += field.size;
      if (!lies_in(event.raw, field)) out.text_bytes += field.size + 1;
    }
  }
  return out;
}

class BlockBuilder {
 public:
  explicit BlockBuilder(const BlockSize& size) {
    fields_.reserve(size.pairs, size.value_bytes);
    raw_.reserve(size.rows, size.raw_bytes);
    text_.reserve(size.rows, size.text_bytes);
    for (size_t i = 0; i < event::attribute_count; ++i) {
      switch (event::attributes[i].kind) {
        case event::AttributeKind::word:
          attribute_columns_.emplace_back(WordColumn{});
          break;
        case event::AttributeKind::number:
          attribute_columns_.emplace_back(NullableColumn{});
          break;
        default:
          attribute_columns_.emplace_back(TextColumn{});
      }
    }
    addresses_.resize(event::attribute_count);
  }

  void add(const Batch& batch, const Event& event, const Normalised& normal, std::string_view uid, Timestamp received) {
    add_uuid(uid_, uid);
    time_.add(stored_time(event.time).ns);
    received_.add(received.ns);
    source_.add(valid_(batch.source));
    format_.add(event.format);
    host_.add(valid_(event::machine_of(event, normal)));
    channel_.add(valid_(event.channel));
    provider_.add(valid_(event.provider));
    event_id_.add(event.event_id);
    record_id_.add(event.record_id);
    line_.add(event.line);
    offset_.add(event.offset);
    dirt_.add_index(dirt_index(event.dirt));
    class_.add(static_cast<uint32_t>(normal.class_uid));
    category_.add(static_cast<uint8_t>(normal.category_uid));
    activity_.add(normal.activity_id);
    severity_.add(static_cast<uint8_t>(normal.severity_id));
    for (size_t i = 0; i < event::attribute_count; ++i) add_attribute(i, valid_(normal.values[i]));
    for (const Field& field : batch.fields(event))
      if (field.kind != event::Kind::null) fields_.add(key_of(field.id), valid_(field.value().text));
    fields_.end_row();
    raw_.add(valid_(event.raw));
    scratch_.clear();
    append_search_text(batch, event, scratch_);
    append_folded(normal.fixed_text, scratch_);
    text_.add(scratch_);
    ++rows_;
  }

  std::string write() const {
    std::string out;
    out.reserve(bytes());
    size_t count = 0;
    for (const Column& column : columns()) count += column.number_sql.empty() ? 1 : 2;
    put_varuint(out, count);
    put_varuint(out, rows_);
    size_t at = 0;
    const auto column = [&](const auto& values) {
      put_text(out, columns()[at].sql);
      put_text(out, columns()[at].type);
      ++at;
      if (rows_ > 0) values.write(out);
    };
    column(uid_), column(time_), column(received_), column(source_), column(format_), column(host_), column(channel_);
    column(provider_), column(event_id_), column(record_id_), column(line_), column(offset_), column(dirt_);
    column(class_), column(category_), column(activity_), column(severity_);
    for (size_t i = 0; i < event::attribute_count; ++i) {
      const Column& meta = columns()[at];
      std::visit([&](const auto& values) { column(values); }, attribute_columns_[i]);
      if (meta.number_sql.empty()) continue;
      put_text(out, meta.number_sql);
      put_text(out, "IPv6");
      addresses_[i].write(out);
    }
    column(fields_), column(raw_), column(text_);
    return out;
  }

 private:
  size_t bytes() const {
    constexpr size_t head_bytes_max = 128;  // a column's name and type
    size_t out = columns().size() * 2 * head_bytes_max;
    for (const PlainColumn* column : {&uid_, &time_, &received_, &event_id_, &record_id_, &line_, &offset_, &class_,
                                      &category_, &activity_, &severity_})
      out += column->bytes();
    for (const WordColumn* column : {&source_, &format_, &host_, &channel_, &provider_, &dirt_}) out += column->bytes();
    for (const auto& column : attribute_columns_)
      out += std::visit([](const auto& one) { return one.bytes(); }, column);
    for (const PlainColumn& column : addresses_) out += column.bytes();
    return out + fields_.bytes() + raw_.bytes() + text_.bytes();
  }

  void add_attribute(size_t i, std::string_view value) {
    if (auto* word = std::get_if<WordColumn>(&attribute_columns_[i])) {
      word->add(value);
    } else if (auto* text = std::get_if<TextColumn>(&attribute_columns_[i])) {
      text->add(value);
      if (event::attributes[i].kind == event::AttributeKind::ip) add_address(addresses_[i], value);
    } else {
      auto& number = std::get<NullableColumn>(attribute_columns_[i]);
      int64_t parsed = 0;
      const auto end = std::from_chars(value.data(), value.data() + value.size(), parsed).ptr;
      if (value.empty() || end != value.data() + value.size())
        number.add_null();
      else
        number.add(parsed);
    }
  }

  uint32_t key_of(event::FieldId id) {
    const auto [it, added] = keys_.try_emplace(static_cast<uint32_t>(id), 0u);
    if (added) it->second = fields_.keys().index_of(valid_(event::FieldNames::instance().name(id)));
    return it->second;
  }

  uint32_t dirt_index(event::Dirt dirt) {
    const auto [it, added] = dirts_.try_emplace(static_cast<uint16_t>(dirt), std::string());
    if (added) it->second = event::to_text(dirt);
    return dirt_.index_of(it->second);  // the map's strings keep their place
  }

  size_t rows_ = 0;
  PlainColumn uid_, time_, received_, event_id_, record_id_, line_, offset_, class_, category_, activity_, severity_;
  WordColumn source_, format_, host_, channel_, provider_, dirt_;
  std::vector<std::variant<WordColumn, NullableColumn, TextColumn>> attribute_columns_;
  std::vector<PlainColumn> addresses_;
  MapColumn fields_;
  TextColumn raw_, text_;
  std::unordered_map<uint32_t, uint32_t> keys_;
  std::unordered_map<uint16_t, std::string> dirts_;
  std::string scratch_;
  ValidText valid_;
};

}  // namespace

std::vector<std::string> event_uids(const Batch& batch, std::string_view token) {
  std::vector<std::string> out;
  out.reserve(batch.size());
  const std::string source = sha256_hex(token);
  std::unordered_map<std::string, uint32_t> places;
  for (const Event& event : batch.events()) {
    std::string place =
        std::to_string(event.offset) + ':' + std::to_string(event.line) + ':' + std::to_string(event.record_id);
    const uint32_t nth = places[place]++;
    Sha256 id;
    id.update(source);
    id.update('\n' + place + ':' + std::to_string(nth) + '\n');
    id.update(event.raw);  // other bytes at the same place are another event: a key used twice by mistake loses nothing
    const std::string digest = id.finish_hex();
    out.push_back(digest.substr(0, 8) + '-' + digest.substr(8, 4) + '-' + digest.substr(12, 4) + '-' +
                  digest.substr(16, 4) + '-' + digest.substr(20, 12));
  }
  return out;
}

Timestamp stored_time(Timestamp time) {
  return {std::max(time.ns, earliest_ns)};
}

void append_search_text(const Batch& batch, const Event& event, std::string& out) {
  append_folded(event.raw, out);
  for (const Field& field : batch.fields(event)) {
    if (field.size == 0 || lies_in(event.raw, field)) continue;
    out += '\n';
    append_folded({field.data, field.size}, out);
  }
}

std::string encode_block(const Batch& batch, size_t first, std::span<const std::string> uids,
                         const event::Normaliser& normaliser, Timestamp received) {
  check(first + uids.size() <= batch.size(), "more uids than events");
  BlockBuilder builder(size_of(batch, first, uids.size()));
  event::Arena scratch;
  Normalised normal;
  for (size_t i = 0; i < uids.size(); ++i) {
    const Event& event = batch.events()[first + i];
    normaliser.apply(batch, event, scratch, normal);
    builder.add(batch, event, normal, uids[i], received);
  }
  return builder.write();
}

std::string insert_columns() {
  std::string out;
  for (const Column& column : columns()) {
    if (!out.empty()) out += ", ";
    out += column.sql;
    if (!column.number_sql.empty()) out += ", " + column.number_sql;
  }
  return out;
}

}  // namespace yagura::lake

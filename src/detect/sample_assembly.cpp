#include "detect/sample_assembly.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "detect/fold.hpp"

namespace yagura::detect {
namespace {

bool contains(const auto& list, const auto& item) {
  return std::ranges::find(list, item) != std::ranges::end(list);
}

/// The event's text that the source makes `text` of.
std::string unmapped(const FieldSource& source, const std::string& text) {
  const std::string folded = fold_case(text);
  for (const auto& [from, to] : source.values)
    if (fold_case(to) == folded) return from;
  for (const auto& [from, to] : source.prefixes)
    if (folded.starts_with(fold_case(to))) return from + text.substr(to.size());
  return text;
}

/// `text` cut for the parts of a joined field; parts that get nothing are left out.
std::vector<std::string> cut(const FieldSource& source, const std::string& text, size_t variant) {
  const size_t count = source.names.size();
  std::vector<std::string> out(count);
  if (source.joint.empty() || variant >= 2 || count == 1) {
    out[variant % 2 == 0 ? 0 : count - 1] = text;
    return out;
  }
  const size_t at = variant == 0 ? text.rfind(source.joint) : text.find(source.joint);
  if (at == std::string::npos) {
    out[variant == 0 ? count - 1 : 0] = text;
    return out;
  }
  out[0] = text.substr(0, at);
  out[1] = text.substr(at + source.joint.size());
  return out;
}

class Assembly {
 public:
  Assembly(const EventTest& test, const FieldMap& map, size_t variant) : test_(test), map_(map), variant_(variant) {}

  PlainEvent make(const RuleValues& values) {
    out_.format = test_.formats.empty() ? "json" : test_.formats.front();
    windows_ = out_.format == "evtx" || out_.format == "windows-json" || out_.format == "windows-xml";
    for (const auto& [field, texts] : values) put_all(field, texts);
    fill_header();
    for (const std::string& field : test_.present)
      if (!find(field)) out_.fields.push_back({field, "zqpresent"});
    for (const auto& [field, wanted] : test_.equal)
      if (const PlainField* there = find(field); !there || !contains(wanted, fold_case(there->text)))
        out_.fields.push_back({field, wanted.front()});
    return std::move(out_);
  }

 private:
  const PlainField* find(const std::string& name) const {
    const auto found = std::ranges::find(out_.fields, name, &PlainField::name);
    return found == out_.fields.end() ? nullptr : &*found;
  }

  void put(const std::string& name, const std::string& text, event::Kind kind) {
    PlainField field{name, text, kind};
    if (!contains(out_.fields, field)) out_.fields.push_back(std::move(field));
  }

  void put_all(const std::string& field, const std::vector<PlainField>& texts) {
    for (const PlainField& value : texts) {
      if (field.empty()) {
        put(windows_ ? "Data" : "message", value.text, value.kind);
        continue;
      }
      const auto mapped = map_.find(field);
      if (mapped == map_.end()) {
        put(field, value.text, value.kind);
      } else if (mapped->second.plain() || value.kind == event::Kind::null) {
        put(mapped->second.names.front(), value.text, value.kind);
      } else {
        const auto parts = cut(mapped->second, unmapped(mapped->second, value.text), variant_);
        for (size_t i = 0; i < parts.size(); ++i)
          if (!parts[i].empty() || parts.size() == 1) put(mapped->second.names[i], parts[i], event::Kind::string);
      }
    }
  }

  /// The header says what the fields say; where they say nothing, what the log source wants, and fields follow it as a
  /// Windows event's do.
  void fill_header() {
    const auto pick = [&](const std::vector<std::string>& list) {
      return list.empty() ? std::string() : list[variant_ % list.size()];
    };
    const PlainField* channel = find("Channel");
    out_.channel = channel ? channel->text : pick(test_.channels);
    const PlainField* provider = find("Provider_Name");
    out_.provider = provider ? provider->text : pick(test_.providers);
    const PlainField* event_id = find("EventID");
    if (event_id)
      out_.event_id = event::as_integer({event_id->kind, event_id->text}).value_or(0);
    else if (!test_.event_ids.empty())
      out_.event_id = test_.event_ids[variant_ % test_.event_ids.size()];
    if (!windows_) return;
    if (!channel && !out_.channel.empty()) put("Channel", out_.channel, event::Kind::string);
    if (!provider && !out_.provider.empty()) put("Provider_Name", out_.provider, event::Kind::string);
    if (!event_id && out_.event_id != 0) put("EventID", std::to_string(out_.event_id), event::Kind::integer);
  }

  const EventTest& test_;
  const FieldMap& map_;
  size_t variant_;
  bool windows_ = false;
  PlainEvent out_;
};

}  // namespace

PlainEvent assemble(const RuleValues& values, const EventTest& test, const FieldMap& map, size_t variant) {
  return Assembly(test, map, variant).make(values);
}

}  // namespace yagura::detect

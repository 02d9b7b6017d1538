#include "detect/indicators/field_classes.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "base/yaml.hpp"

namespace yagura::detect {
namespace {

constexpr std::array<std::string_view, 17> class_names{
    "ip",  "host", "hosts",  "url",    "url_host", "url_path", "url_query", "text",     "hashes",
    "md5", "sha1", "sha256", "sha512", "imphash",  "email",    "file_path", "file_name"};
constexpr size_t groups_max = 255;

Diagnostic wrong(const std::string& file, const YAML::Node& node, std::string what, std::string hint = {}) {
  return {"indicators.fields", file, node.Mark().line + 1, node.Mark().column + 1, std::move(what), std::move(hint)};
}

Diagnosed<std::vector<std::string>> words(const std::string& file, const YAML::Node& node) {
  std::vector<std::string> out;
  if (!node.IsSequence() || node.size() == 0)
    return std::unexpected(wrong(file, node, "a list of names is expected here"));
  for (const YAML::Node& item : node) {
    if (!item.IsScalar() || item.Scalar().empty()) return std::unexpected(wrong(file, item, "a name is expected here"));
    out.push_back(item.Scalar());
  }
  return out;
}

struct Entry {
  FieldClasses::Meaning meaning;
  std::vector<std::string> names;
};

Diagnosed<Entry> read_entry(const std::string& file, const YAML::Node& node) {
  if (!node.IsMap()) return std::unexpected(wrong(file, node, "an entry has 'holds' and 'names'"));
  Entry out{};
  bool holds = false;
  for (const auto& entry : node) {
    const YAML::Node& value = entry.second;
    const std::string& name = entry.first.Scalar();
    if (name == "holds") {
      const auto* found = value.IsScalar() ? std::ranges::find(class_names, value.Scalar()) : class_names.end();
      if (found == class_names.end())
        return std::unexpected(wrong(file, value, "there is no such class of fields", "see field_classes.hpp"));
      out.meaning.holds = static_cast<FieldHolds>(found - class_names.begin());
      holds = true;
      continue;
    }
    auto list = words(file, value);
    if (!list) return std::unexpected(list.error());
    if (name == "names") {
      out.names = std::move(*list);
    } else if (name == "formats" || name == "channels") {
      for (std::string& word : *list) word = ascii_lower(word);
      (name == "formats" ? out.meaning.formats : out.meaning.channels) = std::move(*list);
    } else {
      return std::unexpected(wrong(file, entry.first, "unknown key '" + name + "'", "holds, names, formats, channels"));
    }
  }
  if (!holds || out.names.empty()) return std::unexpected(wrong(file, node, "an entry has 'holds' and 'names'"));
  return out;
}

bool among(const std::vector<std::string>& list, std::string_view text) {
  return list.empty() || std::ranges::any_of(list, [&](const std::string& item) {
           return std::ranges::equal(item, text, [](char a, char b) { return a == ascii_lower(b); });
         });
}

}  // namespace

bool FieldClasses::Meaning::holds_in(const event::Event& event) const {
  return among(formats, event.format) && among(channels, event.channel);
}

Diagnosed<FieldClasses> FieldClasses::load(const std::filesystem::path& path) {
  const std::string file = path.string();
  const auto documents = load_yaml(path);
  if (!documents) return std::unexpected(documents.error());
  if (documents->size() != 1 || !documents->front().IsMap() || !documents->front()["fields"].IsSequence())
    return std::unexpected(Diagnostic{"indicators.fields", file, 0, 0, "one map with 'fields' is expected", ""});
  std::map<std::string, std::vector<Meaning>> by_name;
  for (const YAML::Node& node : documents->front()["fields"]) {
    auto entry = read_entry(file, node);
    if (!entry) return std::unexpected(entry.error());
    for (const std::string& name : entry->names) {
      std::vector<Meaning>& meanings = by_name[name];
      const bool everywhere = entry->meaning.formats.empty() && entry->meaning.channels.empty();
      if (!meanings.empty() && (everywhere || (meanings.back().formats.empty() && meanings.back().channels.empty())))
        return std::unexpected(wrong(file, node, "the field '" + name + "' is given twice for the same events"));
      meanings.push_back(entry->meaning);
    }
  }
  FieldClasses out;
  std::map<std::string, uint8_t> groups;  // fields of the same meanings share a group
  for (const auto& [name, meanings] : by_name) {
    std::string key;
    for (const Meaning& meaning : meanings) {
      key += static_cast<char>('A' + static_cast<int>(meaning.holds));
      for (const auto& format : meaning.formats) key += "f:" + format + "\n";
      for (const auto& channel : meaning.channels) key += "c:" + channel + "\n";
    }
    const auto [it, fresh] = groups.emplace(key, static_cast<uint8_t>(out.groups_.size()));
    if (fresh) {
      if (out.groups_.size() > groups_max)
        return std::unexpected(Diagnostic{"indicators.fields", file, 0, 0, "too many different conditions", ""});
      const Meaning& first = meanings.front();
      const bool always = first.formats.empty() && first.channels.empty();
      out.always_[out.groups_.size()] = always ? static_cast<uint8_t>(first.holds) : sometimes;
      out.groups_.push_back(meanings);
    }
    const event::FieldId id = event::known_field(name);
    out.names_.push_back(name);
    const auto index = static_cast<size_t>(id);
    if (index >= out.group_by_field_.size()) out.group_by_field_.resize(index + 1);
    out.group_by_field_[index] = it->second;
  }
  return out;
}

}  // namespace yagura::detect

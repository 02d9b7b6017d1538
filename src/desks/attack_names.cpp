#include "desks/attack_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "desks/criteria.hpp"
#include "desks/json_fields.hpp"
#include "desks/table_file.hpp"

namespace yagura::desks {
namespace {

namespace json = boost::json;

constexpr std::array all_levels{detect::Level::informational, detect::Level::low, detect::Level::medium,
                                detect::Level::high, detect::Level::critical};

std::string normal_tag(std::string_view tag) {
  std::string out = ascii_lower(tag);
  std::ranges::replace(out, '-', '_');
  return out;
}

/// A tag matches itself and what is below it.
bool tag_matches(std::string_view wanted, std::string_view tag) {
  return tag.starts_with(wanted) && (tag.size() == wanted.size() || tag[wanted.size()] == '.');
}

std::optional<size_t> index_of(const std::vector<std::string>& order, std::string_view stage) {
  const auto found = std::ranges::find(order, stage);
  if (found == order.end()) return std::nullopt;
  return static_cast<size_t>(found - order.begin());
}

const json::object& object_of(const json::value& value) {
  static const json::object none;
  return value.is_object() ? value.get_object() : none;
}

}  // namespace

std::optional<detect::Level> parse_level(std::string_view text) {
  for (const detect::Level level : all_levels)
    if (detect::to_text(level) == text) return level;
  return std::nullopt;
}

Diagnosed<AttackNames> AttackNames::load(const std::filesystem::path& file) {
  auto body = read_table_file(file);
  if (!body) return std::unexpected(body.error());
  auto out = read(*body);
  if (!out) out.error().file = file.string();
  return out;
}

Diagnosed<AttackNames> AttackNames::read(const json::object& body) {
  AttackNames out;
  out.order_ = texts_at(body, "order");
  if (out.order_.empty() || out.order_.size() > criteria_values_max)
    return wrong_shape(fmt::format("'order' must list 1 to {} stages", criteria_values_max),
                       "list the stages from least to most");
  for (const auto& part : {out.read_types(body), out.read_products(body), out.read_scale(body)})
    if (!part) return std::unexpected(part.error());
  return out;
}

Diagnosed<void> AttackNames::read_types(const json::object& body) {
  const json::array& entries = array_at(body, "attack_types");
  if (entries.empty() || entries.size() > naming_entries_max)
    return wrong_shape(fmt::format("'attack_types' must hold 1 to {} entries", naming_entries_max),
                       "see the shipped table");
  for (const json::value& item : entries) {
    const json::object& entry = object_of(item);
    std::vector<std::string> tags = texts_at(entry, "tags");
    std::string type = text_at(entry, "type");
    if (type.empty() || tags.empty() || tags.size() > naming_tags_max)
      return wrong_shape("an entry of 'attack_types' lacks 'type' or 'tags', or has too many tags",
                         "write {type: malware, tags: [attack.execution]}");
    std::ranges::transform(tags, tags.begin(), normal_tag);
    types_.emplace_back(std::move(type), std::move(tags));
  }
  return {};
}

Diagnosed<void> AttackNames::read_products(const json::object& body) {
  const json::array& entries = array_at(body, "products");
  if (entries.size() > naming_entries_max)
    return wrong_shape(fmt::format("'products' holds more than {} entries", naming_entries_max), "join patterns");
  for (const json::value& item : entries) {
    const json::object& entry = object_of(item);
    ProductName name{text_at(entry, "product"), text_at(entry, "field"), text_at(entry, "pattern"),
                     text_at(entry, "type"), parse_level(text_at(entry, "level"))};
    if (name.product.empty() || name.field.empty() || name.pattern.empty())
      return wrong_shape("an entry of 'products' lacks 'product', 'field' or 'pattern'",
                         "write {product: Defender, field: ThreatName, pattern: 'Ransom:*', type: destruction}");
    if (name.attack_type.empty() && !name.level)
      return wrong_shape(
          fmt::format("the entry for {} '{}' gives neither 'type' nor a known 'level'", name.product, name.pattern),
          "give at least one of the two");
    if (!text_at(entry, "level").empty() && !name.level)
      return wrong_shape(fmt::format("'{}' is no level", text_at(entry, "level")),
                         "use informational, low, medium, high or critical");
    products_.push_back(std::move(name));
  }
  return {};
}

Diagnosed<void> AttackNames::read_scale(const json::object& body) {
  for (const auto& entry : object_at(body, "stages")) {
    const auto stage = index_of(order_, entry.value().is_string() ? std::string_view(entry.value().get_string()) : "");
    if (!stage)
      return wrong_shape(fmt::format("the stage of '{}' is not in 'order'", std::string_view(entry.key())),
                         "use one of the stages of 'order'");
    stages_.emplace(normal_tag(entry.key()), *stage);
  }
  const json::object& levels = object_at(body, "levels");
  for (const detect::Level level : all_levels) {
    const json::object& bounds = object_at(levels, to_text(level));
    const auto least = index_of(order_, text_at(bounds, "least"));
    const auto most = index_of(order_, text_at(bounds, "most"));
    if (!least || !most || *least > *most)
      return wrong_shape(fmt::format("level {} has no bounds least <= most", to_text(level)),
                         "give every level {least: stage, most: stage}");
    levels_[level] = {*least, *most};
  }
  return {};
}

NamedAttack AttackNames::name(const std::vector<std::string>& tags, detect::Level level, FindingFields fields) const {
  std::vector<std::string> normal(tags.size());
  std::ranges::transform(tags, normal.begin(), normal_tag);
  NamedAttack out{std::string(unclassified), ""};
  for (const auto& [type, wanted] : types_) {
    const bool holds = std::ranges::any_of(wanted, [&](const std::string& want) {
      return std::ranges::any_of(normal, [&](const std::string& tag) { return tag_matches(want, tag); });
    });
    if (holds) {
      out.attack_type = type;
      break;
    }
  }
  bool typed = false;
  bool levelled = false;
  for (const ProductName& product : products_)
    for (const auto& [name, value] : fields) {
      if (name != product.field || !matches_host(product.pattern, value)) continue;
      if (!typed && !product.attack_type.empty()) {
        out.attack_type = product.attack_type;
        typed = true;
      }
      if (!levelled && product.level) {
        level = *product.level;
        levelled = true;
      }
    }
  const Bounds bounds = levels_.at(level);
  size_t stage = bounds.least;
  for (const std::string& tag : normal)
    if (const auto found = stages_.find(tag); found != stages_.end()) stage = std::max(stage, found->second);
  out.progress = order_[std::min(stage, bounds.most)];
  return out;
}

std::vector<std::pair<std::string, std::string>> evidence_fields(const json::object& evidence) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const json::value& field : array_at(evidence, "fields"))
    out.emplace_back(text_at(object_of(field), "name"), text_at(object_of(field), "value"));
  return out;
}

std::vector<std::string> AttackNames::attack_types() const {
  std::vector<std::string> out;
  for (const auto& [type, tags] : types_) out.push_back(type);
  for (const ProductName& product : products_)
    if (!product.attack_type.empty()) out.push_back(product.attack_type);
  std::ranges::sort(out);
  const auto [first, last] = std::ranges::unique(out);
  out.erase(first, last);
  return out;
}

}  // namespace yagura::desks

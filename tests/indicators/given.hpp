// Indicators and events for tests.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "detect/indicators/field_classes.hpp"
#include "detect/indicators/indicator_matcher.hpp"
#include "detect/indicators/indicator_store.hpp"
#include "detect/indicators/normal_form.hpp"
#include "event/batch.hpp"

namespace yagura::detect::test {

inline Timestamp at(std::string_view time) {
  return parse_time(time).value();
}

inline Listing listing(std::string source = "feed") {
  Listing out;
  out.source = std::move(source);
  return out;
}

inline std::shared_ptr<const FieldClasses> classes() {
  static const auto made = [] {
    auto loaded = FieldClasses::load(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/indicators/fields.yaml");
    if (!loaded) throw std::runtime_error(to_text(loaded.error()));
    return std::make_shared<const FieldClasses>(std::move(*loaded));
  }();
  return made;
}

inline std::unique_ptr<IndicatorStore> memory_store() {
  auto store = IndicatorStore::open({});
  EXPECT_TRUE(store.has_value());
  return std::move(*store);
}

inline void give(IndicatorStore& store, IndicatorType type, std::string_view text, const Listing& words = listing()) {
  IndicatorImport import(store);
  const auto packed = pack(type, text);
  ASSERT_TRUE(packed.has_value()) << text << ": " << packed.error();
  ASSERT_TRUE(import.add(type, *packed, words).has_value());
  ASSERT_TRUE(import.commit().has_value());
}

using Fields = std::vector<std::pair<std::string, std::string>>;

inline event::Event& add_event(event::Batch& batch, const Fields& fields,
                               std::string_view time = "2026-04-08T00:00:00Z", std::string_view format = "json",
                               std::string_view channel = "") {
  event::Event& event = batch.begin(format);
  event.time = at(time);
  event.channel = batch.arena().copy(channel);
  for (const auto& [name, value] : fields) batch.add_copy(event::known_field(name), event::Kind::string, value);
  return batch.current();
}

inline std::vector<IndicatorMatch> matches_of(const IndicatorStore& store, const event::Batch& batch,
                                              IndicatorMatchOptions options = {}) {
  IndicatorMatcher matcher(classes(), options);
  std::vector<IndicatorMatch> out;
  matcher.match(batch, store.snapshot(), out);
  return out;
}

/// "domain evil.example, ip 192.0.2.1": what one event with these fields holds.
inline std::string found(const IndicatorStore& store, const Fields& fields, std::string_view format = "json",
                         std::string_view channel = "", std::string_view time = "2026-04-08T00:00:00Z") {
  event::Batch batch;
  add_event(batch, fields, time, format, channel);
  std::string out;
  for (const IndicatorMatch& match : matches_of(store, batch))
    out += (out.empty() ? "" : ", ") + std::string(to_text(match.type)) + " " + match.value;
  return out;
}

}  // namespace yagura::detect::test

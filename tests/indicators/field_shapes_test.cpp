#include "detect/indicators/field_shapes.hpp"

#include <random>

#include "given.hpp"

namespace yagura::detect::test {
namespace {

constexpr uint32_t everything = ~0U;

const std::vector<std::string> names{"Image", "DestinationIp", "nothing", "QueryName",
                                     "other", "Hashes",        "url",     "more"};

/// By definition: every field whose name has a class that is wanted.
std::vector<size_t> walked(const FieldClasses& classes, std::span<const event::Field> fields, uint32_t wanted) {
  std::vector<size_t> out;
  for (size_t at = 0; at < fields.size(); ++at)
    if (const uint8_t group = classes.group_of(fields[at].id); group != 0 && classes.may_hold(group, wanted))
      out.push_back(at);
  return out;
}

std::vector<size_t> seen(FieldShapes& shapes, const event::Batch& batch, const event::Event& event) {
  std::vector<size_t> out;
  for (const FieldShapes::Place& place : shapes.places(event, batch.fields(event))) out.push_back(place.at);
  return out;
}

class AnyFields : public testing::TestWithParam<uint64_t> {};

TEST_P(AnyFields, give_the_places_that_a_walk_finds) {
  std::mt19937_64 dice(GetParam());
  const auto known = classes();
  FieldShapes shapes(*known);
  uint32_t wanted = everything;
  for (int round = 0; round < 40; ++round) {
    if (round % 5 == 4) shapes.use(wanted = static_cast<uint32_t>(dice()));
    event::Batch batch;
    for (int i = 0; i < 500; ++i) {
      batch.begin("json").event_id = static_cast<int64_t>(dice() % 2);
      // Rounds in which shapes repeat, and such in which hardly any does.
      for (uint64_t fields = dice() % (round % 3 == 0 ? 4 : 20); fields > 0; --fields)
        batch.add(event::known_field(names[dice() % names.size()]), event::Kind::string, "value");
    }
    for (const event::Event& event : batch.events())
      ASSERT_EQ(seen(shapes, batch, event), walked(*known, batch.fields(event), wanted));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyFields, testing::Range<uint64_t>(1, 5));

TEST(FieldShapes, tells_shapes_apart_that_share_their_key) {
  // The key is made of the event's id and the first, middle and last name: these differ elsewhere.
  const auto known = classes();
  FieldShapes shapes(*known);
  event::Batch batch;
  for (int i = 0; i < 100; ++i) {
    batch.begin("json");
    const bool first = i % 2 == 0;
    for (const char* name : {"other", first ? "Image" : "nothing", "other", first ? "nothing" : "Hashes", "other"})
      batch.add(event::known_field(name), event::Kind::string, "value");
  }
  for (size_t i = 0; i < batch.size(); ++i)
    ASSERT_EQ(seen(shapes, batch, batch.events()[i]), std::vector<size_t>{i % 2 == 0 ? 1U : 3U});
}

TEST(FieldShapes, walks_events_with_more_fields_than_it_remembers) {
  const auto known = classes();
  FieldShapes shapes(*known);
  event::Batch batch;
  for (int i = 0; i < 3; ++i) {
    batch.begin("json");
    for (size_t fields = 0; fields < event::fields_per_event_max; ++fields)
      batch.add(event::known_field(fields + 1 == event::fields_per_event_max ? "Image" : "other"), event::Kind::string,
                "value");
    ASSERT_EQ(seen(shapes, batch, batch.events()[static_cast<size_t>(i)]),
              std::vector<size_t>{event::fields_per_event_max - 1});
  }
}

}  // namespace
}  // namespace yagura::detect::test

#include "event/batch.hpp"

#include <gtest/gtest.h>

namespace yagura::event {
namespace {

TEST(Batch, keeps_null_empty_and_missing_apart) {
  Batch batch;
  const Event event = [&] {
    batch.begin("test");
    batch.add(known_field("null"), Kind::null, {});
    batch.add(known_field("empty"), Kind::string, "");
    return batch.current();
  }();
  EXPECT_TRUE(batch.find(event, known_field("null"))->value().is_null());
  EXPECT_FALSE(batch.find(event, known_field("empty"))->value().is_null());
  EXPECT_EQ(batch.find(event, known_field("missing")), nullptr);
}

TEST(Batch, bounds_the_fields_of_one_event_and_says_so) {
  Batch batch;
  batch.begin("test");
  for (size_t i = 0; i < fields_per_event_max + 1; ++i) batch.add(known_field("f"), Kind::string, "v");
  EXPECT_EQ(batch.current().field_count, fields_per_event_max);
  EXPECT_EQ(to_text(batch.current().dirt), "too_many_fields");
}

TEST(Batch, drops_events_that_start_before_an_offset_and_keeps_the_fields_of_the_rest) {
  Batch batch;
  for (const uint64_t offset : {0, 10, 20}) {
    batch.begin("test").offset = offset;
    batch.add_unsigned(known_field("at"), offset);
  }
  EXPECT_EQ(batch.drop_before(10), 1U);
  ASSERT_EQ(batch.size(), 2U);
  EXPECT_EQ(batch.get(batch.events()[0], known_field("at")).text, "10");
  EXPECT_EQ(batch.get(batch.events()[1], known_field("at")).text, "20");
}

TEST(Batch, joins_what_came_after_it_and_keeps_every_view_alive) {
  Batch batch;
  for (const char* text : {"first", "second"}) {
    Batch next;
    next.begin("test");
    next.add_copy(known_field("text"), Kind::string, text);
    batch.join(std::move(next));
  }
  ASSERT_EQ(batch.size(), 2U);
  EXPECT_EQ(batch.get(batch.events()[0], known_field("text")).text, "first");
  EXPECT_EQ(batch.get(batch.events()[1], known_field("text")).text, "second");
}

TEST(Value, is_a_number_only_when_its_text_is_one) {
  EXPECT_EQ(as_integer({Kind::string, "4688"}), 4688);
  EXPECT_EQ(as_integer({Kind::string, "0x1F"}), 31);
  EXPECT_EQ(as_number({Kind::string, "-1.5e3"}), -1500.0);
  for (const char* text : {"", "12a", "inf", "nan", "0x", "1 "}) EXPECT_FALSE(as_number({Kind::string, text})) << text;
}

}  // namespace
}  // namespace yagura::event

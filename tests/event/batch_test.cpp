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

TEST(Value, is_a_number_only_when_its_text_is_one) {
  EXPECT_EQ(as_integer({Kind::string, "4688"}), 4688);
  EXPECT_EQ(as_integer({Kind::string, "0x1F"}), 31);
  EXPECT_EQ(as_number({Kind::string, "-1.5e3"}), -1500.0);
  for (const char* text : {"", "12a", "inf", "nan", "0x", "1 "}) EXPECT_FALSE(as_number({Kind::string, text})) << text;
}

}  // namespace
}  // namespace yagura::event

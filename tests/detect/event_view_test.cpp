// What rules see of an event that is asked for place by place.
#include "detect/event_view.hpp"

#include <gtest/gtest.h>

#include "events.hpp"

namespace yagura::detect::test {
namespace {

std::vector<std::string> texts(FoldedValues values) {
  std::vector<std::string> out;
  for (FoldedValue* value : values) out.emplace_back(value->value().text);
  return out;
}

using Texts = std::vector<std::string>;

class EventViewTest : public testing::Test {
 protected:
  SourceId plain(const char* name) { return sources_.add({{name}, {}, {}, {}}); }

  SourceTable sources_;
  std::vector<std::string> structured_{"json"};
};

TEST_F(EventViewTest, gives_every_value_of_a_field_in_its_order_and_under_each_of_its_names) {
  const SourceId f = plain("f");
  const SourceId without = plain("oddname");
  const SourceId underlined = plain("odd_name");
  const SourceId object = plain("o");
  EventView view(sources_, structured_);
  event::Batch batch;
  add_event(batch, {{"f", "1"}, {"odd name", "2"}, {"f", "3"}, {"o.p.q", "4"}, {"o", "5"}});
  view.read(batch, batch.events()[0]);
  EXPECT_EQ(texts(view.values(f)), (Texts{"1", "3"}));
  EXPECT_EQ(texts(view.values(without)), Texts{"2"});
  EXPECT_EQ(texts(view.values(underlined)), Texts{"2"});
  EXPECT_EQ(texts(view.values(object)), (Texts{"4", "5"}));
  EXPECT_EQ(view.values(without).front(), view.values(underlined).front()) << "folded once";
  EXPECT_EQ(texts(view.values(SourceTable::any_value)), (Texts{"1", "2", "3", "4", "5"}));
}

TEST_F(EventViewTest, lets_the_header_speak_where_no_field_does) {
  EventView view(sources_, structured_);
  event::Batch batch;
  for (const bool told : {false, true}) {
    event::Event& event = add_event(batch, {});
    event.channel = "c";
    event.provider = "p";
    event.host = "h";
    event.event_id = 7;
    if (!told) continue;
    for (const char* name : {"Channel", "Provider_Name", "Computer", "EventID"})
      batch.add(event::known_field(name), event::Kind::string, "field");
  }
  view.read(batch, batch.events()[0]);
  EXPECT_EQ(texts(view.values(sources_.channel())), Texts{"c"});
  EXPECT_EQ(texts(view.values(sources_.provider())), Texts{"p"});
  EXPECT_EQ(texts(view.values(sources_.computer())), Texts{"h"});
  EXPECT_EQ(texts(view.values(sources_.event_id())), Texts{"7"});
  view.read(batch, batch.events()[1]);
  for (const SourceId each : {sources_.channel(), sources_.provider(), sources_.computer(), sources_.event_id()})
    EXPECT_EQ(texts(view.values(each)), Texts{"field"});
}

TEST_F(EventViewTest, forgets_the_event_before) {
  const SourceId f = plain("f");
  const SourceId g = plain("g");
  EventView view(sources_, structured_);
  event::Batch batch;
  add_event(batch, {{"f", "1"}, {"g", "2"}});
  add_event(batch, {{"g", "3"}, {"f", "4"}});
  add_event(batch, {});
  view.read(batch, batch.events()[0]);
  EXPECT_EQ(texts(view.values(f)), Texts{"1"});
  EXPECT_EQ(texts(view.values(g)), Texts{"2"});
  view.read(batch, batch.events()[1]);
  EXPECT_EQ(texts(view.values(f)), Texts{"4"});
  EXPECT_EQ(texts(view.values(g)), Texts{"3"});
  view.read(batch, batch.events()[2]);
  EXPECT_TRUE(view.values(f).empty());
  EXPECT_TRUE(view.values(SourceTable::any_value).empty());
  view.read(batch, batch.events()[0]);
  EXPECT_EQ(texts(view.values(SourceTable::any_value)), (Texts{"1", "2"}));
}

}  // namespace
}  // namespace yagura::detect::test

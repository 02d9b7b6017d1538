// What is wrong with a rule, in the language of whoever writes it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/problem.hpp"
#include "api/rule_json.hpp"
#include "api/spoken_problem.hpp"
#include "detect/rule_set.hpp"

namespace yagura::api {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const fs::path catalog = fs::path(YAGURA_SOURCE_DIR) / "catalog";

/// The first fault of a rule's text, as the checking route answers `language`.
json::object fault(const std::string& yaml, const std::string& language) {
  static const auto types = *ledger::RecordTypes::load(catalog / "records");
  static const auto texts = std::make_shared<const Texts>(*Texts::load(catalog / "i18n"));
  static const auto taxonomy = *detect::Taxonomy::load(catalog / "sigma");
  Route route;
  route.operation = "checkRules";
  route.handler = [&](const Request&) {
    const auto report = detect::RuleSet::load_text(yaml, "request", taxonomy);
    return json_response(200, json::object{{"rejected", faults_json(report.rejected)}});
  };
  Routes routes;
  routes.push_back(std::move(route));
  Request request;
  request.headers.add("Accept-Language", language);
  const Response answer = with_spoken_problems(std::move(routes), types, texts).front().handler(request);
  return json::parse(answer.body).at("rejected").at(0).as_object();
}

const std::string broken = "title: x\nlogsource: {product: windows}\ndetection:\n  a: {b: 1}\n  condition: odd\n";

TEST(SpokenRuleFaults, say_in_japanese_what_is_wrong_and_name_what_is_named) {
  const json::object said = fault(broken, "ja,en;q=0.8");
  EXPECT_EQ(said.at("reason").as_string(), "条件が参照する検索識別子がdetectionにありません：「odd」");
  EXPECT_EQ(said.at("detail").as_string(), "the condition asks for 'odd', which detection does not define");
  EXPECT_EQ(said.at("line").as_int64(), 5);
  EXPECT_EQ(said.at("code").as_string(), "sigma.condition.undefined");
}

TEST(SpokenRuleFaults, stay_as_they_are_in_english) {
  const json::object said = fault(broken, "en");
  EXPECT_EQ(said.at("reason").as_string(), "the condition asks for 'odd', which detection does not define");
  EXPECT_FALSE(said.contains("detail"));
}

TEST(SpokenSearchFaults, say_what_is_wrong_and_the_names_that_come_near) {
  static const auto types = *ledger::RecordTypes::load(catalog / "records");
  static const auto texts = std::make_shared<const Texts>(*Texts::load(catalog / "i18n"));
  Route route;
  route.operation = "searchEvents";
  route.handler = [](const Request&) {
    return problem(Diagnostic{"query.unknown_field", "", 0, 1, "no event has a field 'hots'",
                              "did you mean TOS or host? To search for this text itself, put it in quotes"});
  };
  Routes routes;
  routes.push_back(std::move(route));
  routes = with_spoken_problems(std::move(routes), types, texts);
  const auto said = [&](const std::string& language) {
    Request request;
    request.headers.add("Accept-Language", language);
    return json::parse(routes.front().handler(request).body).as_object();
  };
  EXPECT_EQ(said("ja").at("detail").as_string(), "その項目を持つイベントはありません：「hots」");
  EXPECT_EQ(said("ja").at("hint").as_string(), "近い名前：TOS、host。文字そのものを探すときは引用符で囲みます");
  EXPECT_EQ(said("ja").at("column").as_int64(), 1);
  EXPECT_EQ(said("en").at("detail").as_string(), "no event has a field 'hots'");
}

TEST(SpokenRuleFaults, have_their_words_for_every_code_of_the_checks) {
  const auto texts = *Texts::load(catalog / "i18n");
  const std::vector<std::string> wrong{
      "title: x\nlogsource: {product: windows}\n",
      "title: x\ndetection: {a: {b: 1}, condition: a}\n",
      "title: x\nlogsource: {product: windows}\ndetection: {a: {b: 1}}\n",
      "title: x\nlogsource: {product: windows}\ndetection: {a: {b: 1}, condition: a and}\n",
      "title: x\nlogsource: {product: windows}\ndetection: {a: {b: 1}, condition: 2 of them}\n",
      "title: x\nlogsource: {product: windows}\ndetection: {a: {b: 1}, condition: a*}\n",
      "title: x\nlogsource: {product: windows}\ndetection: {a: {b: 1}, condition: (a}\n",
      "title: x\nlogsource: {product: windows}\ndetection: {a: {b|odd: 1}, condition: a}\n",
      "title: x\nlogsource: {product: windows}\ndetection: {a: {b|re: '('}, condition: a}\n",
      "title: x\nlogsource: {product: windows}\ndetection: {a: {b|cidr: x}, condition: a}\n",
      "title: x\nlogsource: {product: windows}\ndetection: {a: {b|exists: x}, condition: a}\n",
      "title: x\nlevel: odd\nlogsource: {product: windows}\ndetection: {a: {b: 1}, condition: a}\n",
      "logsource: {product: windows}\ndetection: {a: {b: 1}, condition: a}\n",
      "title: x\ntitle: y\n",
      "title: [x\n",
      "- x\n",
      "title: x\ncorrelation: {type: odd, rules: [a], timespan: 1m, condition: {gte: 1}}\n",
      "title: x\ncorrelation: {type: event_count, rules: [a], timespan: x, condition: {gte: 1}}\n",
      "title: x\ncorrelation: {type: event_count, rules: [a], timespan: 1m, condition: {odd: 1}}\n",
      "title: x\ncorrelation: {type: event_count, rules: [nobody], timespan: 1m, condition: {gte: 1}}\n",
  };
  for (const std::string& yaml : wrong) {
    const json::object said = fault(yaml, "ja");
    EXPECT_TRUE(texts.has(Lang::ja, "rules.fault." + std::string(said.at("code").as_string())))
        << said.at("code") << yaml;
    EXPECT_TRUE(said.contains("detail")) << yaml;
  }
}

}  // namespace
}  // namespace yagura::api

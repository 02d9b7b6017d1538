// Registers over HTTP: files out and in, a register that is one YAML file, and two people at one record.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "platform.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

std::string text(const json::value& value) {
  return json::value_to<std::string>(value);
}

class RegisterFiles : public ::testing::Test {
 protected:
  Reply get(const std::string& target, const CallOptions& who) { return platform.api().call("GET", target, who); }
  Reply post(const std::string& target, CallOptions who, const std::string& body,
             const std::string& type = "application/json") {
    who.type = type;
    return platform.api().call("POST", target, who, body);
  }
  std::string make_asset(const CallOptions& who, const std::string& name) {
    const Reply made = post("/api/v1/records/asset", who,
                            R"({"body":{"name":")" + name + R"(","kind":"server","importance":"high"}})");
    EXPECT_EQ(made.status, 201) << made.body;
    return text(made.json().at("id"));
  }

  Platform platform;
};

TEST_F(RegisterFiles, E_2_assets_go_out_as_csv_json_and_xlsx_and_come_in_again) {
  const CallOptions owner = platform.as("kenji", {"system_owner"});
  const std::string id = make_asset(owner, "=cmd()");
  for (const std::string format : {"csv", "json", "xlsx"}) {
    const Reply file = get("/api/v1/records/asset/export?heading=ja&format=" + format, owner);
    ASSERT_EQ(file.status, 200) << file.body;
    EXPECT_EQ(file.header("Content-Disposition"), "attachment; filename=\"asset." + format + "\"");
    const Reply again = post("/api/v1/records/asset/import", owner, file.body, "application/octet-stream");
    ASSERT_EQ(again.status, 200) << again.body;
    EXPECT_EQ(text(again.json().at("format")), format);
    EXPECT_EQ(again.json().at("unchanged").as_int64(), 1);
  }
  const Reply csv =
      get("/api/v1/records/asset/export?filter=%5B%7B%22field%22%3A%22name%22%2C%22value%22%3A%22x%22%7D%5D", owner);
  EXPECT_EQ(csv.body.find(id), std::string::npos) << "a filter narrows the export";
  EXPECT_NE(csv.body.find("id,version,state,name"), std::string::npos);
  EXPECT_EQ(get("/api/v1/records/asset/export?format=pdf", owner).status, 422);
  EXPECT_EQ(get("/api/v1/records/nothing/export", owner).status, 404);
  EXPECT_EQ(get("/api/v1/records/intel_source/export", owner).status, 403);
  EXPECT_EQ(post("/api/v1/records/asset/import", platform.as("audit", {"auditor"}),
                 "name,kind,importance\nweb,server,high\n", "text/csv")
                .status,
            403);
}

TEST_F(RegisterFiles, E_2_an_import_with_broken_rows_names_them_and_loads_nothing) {
  const CallOptions owner = platform.as("kenji", {"system_owner"});
  const std::string file = "名称,種類,重要度\nweb01,サーバー,高\nweb02,冷蔵庫,高\n";
  const Reply refused = post("/api/v1/records/asset/import?name=a.csv", owner, file, "text/csv");
  ASSERT_EQ(refused.status, 422) << refused.body;
  const json::value problem = refused.json();
  const json::value& report = problem.at("report");
  EXPECT_FALSE(report.at("loaded").as_bool());
  ASSERT_EQ(report.at("errors").as_array().size(), 1U);
  const json::value& error = report.at("errors").at(0);
  EXPECT_EQ(error.at("row").as_int64(), 3);
  EXPECT_EQ(text(error.at("column")), "種類");
  EXPECT_EQ(text(error.at("value")), "冷蔵庫");
  EXPECT_EQ(text(error.at("code")), "field.not_a_choice");
  EXPECT_NE(text(error.at("text").at("ja")), text(error.at("text").at("en")));
  EXPECT_TRUE(get("/api/v1/records/asset", owner).json().at("records").as_array().empty());
  const Reply checked = post("/api/v1/records/asset/import?check=true", owner, file, "text/csv");
  EXPECT_EQ(checked.status, 200);
  EXPECT_EQ(checked.json().at("faults").as_int64(), 1);
}

TEST_F(RegisterFiles, E_2_a_csv_as_japanese_excel_saves_it_is_understood) {
  const CallOptions owner = platform.as("kenji", {"system_owner"});
  // "名称,種類,重要度\r\nサーバ室,サーバー,高\r\n" in CP932
  const std::string file =
      "\x96\xBC\x8F\xCC,\x8E\xED\x97\xDE,\x8F\x64\x97\x76\x93\x78\r\n"
      "\x83\x54\x81\x5B\x83\x6F\x8E\xBA,\x83\x54\x81\x5B\x83\x6F\x81\x5B,\x8D\x82\r\n";
  const Reply loaded = post("/api/v1/records/asset/import", owner, file, "text/csv");
  ASSERT_EQ(loaded.status, 200) << loaded.body;
  EXPECT_EQ(loaded.json().at("created").as_int64(), 1);
  EXPECT_EQ(text(get("/api/v1/records/asset", owner).json().at("records").at(0).at("body").at("name")), "サーバ室");
}

TEST_F(RegisterFiles, the_second_of_two_people_at_one_record_is_told_and_loses_nothing) {
  const CallOptions first = platform.as("hana", {"handler"});
  const CallOptions second = platform.as("kenji", {"handler"});
  const std::string id = make_asset(first, "web01");
  const auto patch = [&](const CallOptions& who, const std::string& body) {
    return platform.api().call("PATCH", "/api/v1/records/asset/" + id, who, body);
  };
  ASSERT_EQ(patch(first, R"({"version":1,"changes":{"owner":"営業部","os":"Debian"}})").status, 200);
  const Reply late = patch(second, R"({"version":1,"changes":{"owner":"情シス","importance":"low"}})");
  ASSERT_EQ(late.status, 409) << late.body;
  const json::value conflict = late.json().at("conflict");
  EXPECT_EQ(conflict.at("read_version").as_int64(), 1);
  EXPECT_EQ(conflict.at("current").at("version").as_int64(), 2);
  EXPECT_EQ(text(conflict.at("current").at("updated_by")), "user:hana");
  EXPECT_EQ(json::serialize(conflict.at("fields")),
            R"([{"field":"importance","read":"high","theirs":"high","yours":"low","clash":false},)"
            R"({"field":"os","read":null,"theirs":"Debian","yours":null,"clash":false},)"
            R"({"field":"owner","read":null,"theirs":"営業部","yours":"情シス","clash":true}])");
  EXPECT_EQ(text(get("/api/v1/records/asset/" + id, first).json().at("body").at("owner")), "営業部");
  const Reply moved =
      platform.api().call("POST", "/api/v1/records/asset/" + id + "/move", second, R"({"version":1,"move":"retire"})");
  EXPECT_EQ(moved.status, 409);
  EXPECT_EQ(moved.json().at("conflict").at("current").at("version").as_int64(), 2);
  EXPECT_EQ(patch(second, R"({"version":2,"changes":{"importance":"low"}})").status, 200);
}

constexpr const char* badge_yaml = R"yaml(
id: badge
prefix: BDG
desk: exposure
roles: [E-2]
title: {ja: 入館証, en: Badge}
fields:
  - {name: holder, title: {ja: 持ち主, en: Holder}, type: text, required: true}
  - {name: valid_until, title: {ja: 期限, en: Valid until}, type: date}
  - {name: doors, title: {ja: 扉, en: Doors}, type: list, items: text}
states:
  - {id: issued, title: {ja: 発行済み, en: Issued}, initial: true}
  - {id: returned, title: {ja: 返却済み, en: Returned}, final: true}
moves:
  - {id: give_back, title: {ja: 返す, en: Return}, from: [issued], to: returned, permissions: [exposure.write]}
clocks:
  - {id: back, title: {ja: 返却の期限, en: Due back}, from: [issued], until: [returned], within: 30d}
permissions: {read: exposure.read, create: exposure.write, update: exposure.write}
)yaml";

/// A catalogue with one file more.
class OneMoreRegister : public ::testing::Test {
 protected:
  OneMoreRegister() : folder_(fs::temp_directory_path() / ("yagura-one-more-" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::copy(fs::path(YAGURA_SOURCE_DIR) / "catalog/records", folder_);
    std::ofstream(folder_ / "badge.yaml") << badge_yaml;
  }
  ~OneMoreRegister() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  fs::path folder_;
};

TEST_F(OneMoreRegister, of_one_yaml_file_is_in_api_openapi_search_files_permissions_and_due) {
  Platform platform(true, folder_);
  const CallOptions owner = platform.as("kenji", {"system_owner"});
  const CallOptions reader = platform.as("audit", {"auditor"});
  const CallOptions stranger = platform.as("robot", {"collector"});
  const auto call = [&](const char* method, const std::string& target, const CallOptions& who,
                        const std::string& body = "") { return platform.api().call(method, target, who, body); };

  const json::value document = call("GET", "/api/v1/openapi.json", owner).json();
  const json::value& schemas = document.at("components").at("schemas");
  EXPECT_TRUE(schemas.at("Record_badge").at("properties").at("body").at("properties").as_object().contains("doors"));
  EXPECT_EQ(text(call("GET", "/api/v1/record-types/badge", owner).json().at("title").at("ja")), "入館証");

  const std::string body = R"({"body":{"holder":"佐藤 花子","valid_until":"2026-12-31","doors":["正面","地下"]}})";
  EXPECT_EQ(call("POST", "/api/v1/records/badge", reader, body).status, 403);
  const Reply made = call("POST", "/api/v1/records/badge", owner, body);
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = text(made.json().at("id"));
  EXPECT_TRUE(id.starts_with("BDG-"));
  EXPECT_EQ(call("GET", "/api/v1/records/badge/" + id, stranger).status, 403);

  const auto found = [&](const std::string& query) {
    return call("GET", "/api/v1/records/badge?" + query, reader).json().at("records").as_array().size();
  };
  EXPECT_EQ(found("text=%E5%9C%B0%E4%B8%8B"), 1U) << "地下 is found in the list of doors";
  EXPECT_EQ(found("text=nobody"), 0U);
  EXPECT_EQ(found("filter=%5B%7B%22field%22%3A%22doors%22%2C%22op%22%3A%22contains%22%2C%22value%22%3A%22%E6%AD%A3%E9%"
                  "9D%A2%22%7D%5D"),
            1U);

  for (const std::string format : {"csv", "json", "xlsx"}) {
    const Reply file = call("GET", "/api/v1/records/badge/export?format=" + format, owner);
    ASSERT_EQ(file.status, 200) << file.body;
    const Reply again = call("POST", "/api/v1/records/badge/import?as_new=true&check=true", owner, file.body);
    ASSERT_EQ(again.status, 200) << again.body;
    EXPECT_EQ(again.json().at("created").as_int64(), 1) << format;
  }
  EXPECT_EQ(call("GET", "/api/v1/records/badge/export", stranger).status, 403);
  EXPECT_EQ(call("GET", "/api/v1/due?type=badge", owner).json().at("items").as_array().size(), 1U);
  const Reply moved =
      call("POST", "/api/v1/records/badge/" + id + "/move", owner, R"({"version":1,"move":"give_back"})");
  EXPECT_EQ(moved.status, 200) << moved.body;
  EXPECT_EQ(
      text(call("GET", "/api/v1/records/badge/" + id + "/history", owner).json().at("versions").at(1).at("state")),
      "returned");
}

}  // namespace
}  // namespace yagura::api

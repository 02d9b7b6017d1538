// How the console's files are served: kept or not, packed or not, and what a browser is told about them.
#include <gtest/gtest.h>
#include <zlib.h>

#include "api/console_files.hpp"
#include "harness.hpp"

namespace yagura::api {
namespace {

std::string packed(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(text.size() + 100, '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

const std::string page = "<!doctype html><title>櫓</title>";
const std::string script(100'000, 'x');

const std::string& pack() {
  static const std::string out = [] {
    const std::string a = packed(script);
    const std::string b = packed(page);
    return std::string(console_pack_mark) + "\nassets/app-1a2b.js\ttext/javascript; charset=utf-8\taaaa\t" +
           std::to_string(a.size()) + "\nindex.html\ttext/html; charset=utf-8\tbbbb\t" + std::to_string(b.size()) +
           "\n\n" + a + b;
  }();
  return out;
}

class Console : public testing::Test {
 protected:
  Harness harness{console_routes(*ConsoleFiles::parse(pack()))};

  Reply get(std::string_view target, std::vector<std::pair<std::string, std::string>> headers = {}) {
    CallOptions with;
    with.headers = std::move(headers);
    return harness.call("GET", target, with);
  }
};

TEST_F(Console, page_answers_every_address_of_its_own_with_any_query) {
  for (const char* target :
       {"/", "/alerts/ALT-2026-0001", "/users/sato.k", "/queue?state=new&anything=%F0%9F%90%B1&state=new"}) {
    const Reply reply = get(target);
    EXPECT_EQ(reply.status, 200) << target;
    EXPECT_EQ(reply.body, page) << target;
    EXPECT_EQ(reply.header("Cache-Control"), "no-cache");
  }
}

TEST_F(Console, hashed_files_are_kept_for_ever_and_sent_packed_to_who_takes_it) {
  const Reply reply = get("/assets/app-1a2b.js", {{"Accept-Encoding", "br, gzip;q=0.8"}});
  EXPECT_EQ(reply.header("Content-Encoding"), "gzip");
  EXPECT_EQ(reply.header("Vary"), "Accept-Encoding");
  EXPECT_EQ(reply.header("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(reply.header("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(reply.body, packed(script));
  for (const char* refused : {"", "identity", "br", "gzip;q=0", "gzip; q=0.000"}) {
    const Reply plain = get("/assets/app-1a2b.js", {{"Accept-Encoding", refused}});
    EXPECT_EQ(plain.header("Content-Encoding"), "") << refused;
    EXPECT_EQ(plain.body, script) << refused;
  }
}

TEST_F(Console, unchanged_file_is_not_sent_again) {
  EXPECT_EQ(get("/", {{"If-None-Match", "\"old\", W/\"bbbb\""}}).status, 304);
  EXPECT_EQ(get("/", {{"If-None-Match", "\"bbbb\""}}).body, "");
  EXPECT_EQ(get("/", {{"If-None-Match", "\"cccc\""}}).status, 200);
}

TEST_F(Console, page_runs_no_inline_script_and_is_framed_by_nobody) {
  const Reply reply = get("/");
  const std::string policy = reply.header("Content-Security-Policy");
  EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
  EXPECT_NE(policy.find("script-src 'self';"), std::string::npos);
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(reply.header("X-Frame-Options"), "DENY");
  EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(reply.header("Referrer-Policy"), "no-referrer");
}

TEST_F(Console, what_is_missing_is_missing) {
  EXPECT_EQ(get("/assets/gone-0000.js").status, 404);
  EXPECT_EQ(get("/assets/gone").status, 404);
  EXPECT_EQ(get("/favicon.ico").status, 404);
  EXPECT_EQ(get("/api/v1/nothing").status, 404) << "the API's paths are not the console's";
  EXPECT_EQ(get("/api").status, 404);
  EXPECT_EQ(harness.call("POST", "/api/v1/nothing").status, 404);
  EXPECT_EQ(harness.call("POST", "/queue").status, 405);
}

TEST(ConsolePack, damage_is_found) {
  EXPECT_TRUE(ConsoleFiles::parse("")->empty());
  EXPECT_FALSE(ConsoleFiles::parse(pack().substr(0, pack().size() - 1)));
  EXPECT_FALSE(ConsoleFiles::parse(pack() + "x"));
  EXPECT_FALSE(ConsoleFiles::parse("something\n\n"));
  EXPECT_FALSE(ConsoleFiles::parse(std::string(console_pack_mark) + "\nindex.html\ttext/html\taaaa\t-1\n\n"));
  EXPECT_FALSE(ConsoleFiles::parse(std::string(console_pack_mark) + "\nindex.html\ttext/html\t5\n\nabcde"));
}

TEST(Session, another_sites_page_can_not_write_with_the_cookie_nor_sign_in) {
  Harness harness;
  CallOptions admin = harness.sign_in("admin", harness.admin_password);
  const auto with = [&](CallOptions options, std::string name, std::string value) {
    options.headers = {{std::move(name), std::move(value)}};
    return harness.call("DELETE", "/api/v1/sessions/none", options).status;
  };
  EXPECT_EQ(with(admin, "Origin", "https://evil.example"), 403);
  EXPECT_EQ(with(admin, "Origin", "null"), 403);
  EXPECT_EQ(with(admin, "Origin", "https://localhost.evil.example"), 403);
  EXPECT_EQ(with(admin, "Sec-Fetch-Site", "cross-site"), 403);
  EXPECT_EQ(with(admin, "Sec-Fetch-Site", "same-site"), 403);
  EXPECT_NE(with(admin, "Sec-Fetch-Site", "same-origin"), 403);
  EXPECT_NE(with(admin, "Origin", "http://localhost"), 403) << "the page that this server gave";
  CallOptions outsider;
  outsider.headers = {{"Origin", "https://evil.example"}};
  const std::string credentials = R"({"login":"admin","password":")" + harness.admin_password + R"("})";
  EXPECT_EQ(harness.call("POST", "/api/v1/session", outsider, credentials).status, 403);
  CallOptions program;
  program.token = harness.token_for({"alert.read"});
  EXPECT_NE(with(program, "Origin", "https://evil.example"), 403) << "no browser sends a bearer token by itself";
}

}  // namespace
}  // namespace yagura::api

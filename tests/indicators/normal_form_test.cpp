#include "detect/indicators/normal_form.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace yagura::detect {
namespace {

using Type = IndicatorType;

/// The normal form for people, or "!" and the reason.
std::string normal(Type type, std::string_view text) {
  const auto packed = pack(type, text);
  return packed ? unpack(type, *packed) : "!" + std::string(packed.error());
}

TEST(NormalForm, addresses_have_one_spelling) {
  EXPECT_EQ(normal(Type::ip, "192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(normal(Type::ip, " 192.0.2.1:443 "), "192.0.2.1");
  EXPECT_EQ(normal(Type::ip, "::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(normal(Type::ip, "::FFFF:C000:0201"), "192.0.2.1");
  EXPECT_EQ(normal(Type::ip, "2001:0DB8:0:0::0001"), "2001:db8::1");
  EXPECT_EQ(normal(Type::ip, "[2001:db8::1]:8443"), "2001:db8::1");
  EXPECT_EQ(normal(Type::ip, "fe80::1%eth0"), "fe80::1");
}

TEST(NormalForm, what_is_no_address_is_refused) {
  for (const char* text : {"192.0.2", "192.0.2.256", "192.0.02.1", "1.2.3.4.5", "0x7f.1.1.1", "2001:db8:::1",
                           "evil.example", "3232235777", ""})
    EXPECT_TRUE(normal(Type::ip, text).starts_with("!")) << text;
  for (const char* text : {"0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1"})
    EXPECT_NE(normal(Type::ip, text).find("nobody"), std::string::npos) << text;
}

TEST(NormalForm, networks_lose_the_bits_behind_their_prefix) {
  EXPECT_EQ(normal(Type::cidr, "192.0.2.77/24"), "192.0.2.0/24");
  EXPECT_EQ(normal(Type::cidr, "192.0.2.77/32"), "192.0.2.77/32");
  EXPECT_EQ(normal(Type::cidr, "::ffff:192.0.2.77/120"), "192.0.2.0/24");
  EXPECT_EQ(normal(Type::cidr, "2001:db8:1:2::/48"), "2001:db8:1::/48");
  for (const char* text :
       {"192.0.2.0/33", "192.0.2.0/", "192.0.2.0/x", "192.0.2.0", "0.0.0.0/0", "10.0.0.0/7", "::/0", "2001::/15"})
    EXPECT_TRUE(normal(Type::cidr, text).starts_with("!")) << text;
}

TEST(NormalForm, domains_are_lower_case_punycode_without_the_last_dot) {
  EXPECT_EQ(normal(Type::domain, "EVIL.Example."), "evil.example");
  EXPECT_EQ(normal(Type::domain, "*.evil.example"), "evil.example");
  EXPECT_EQ(normal(Type::domain, "_dmarc.evil.example"), "_dmarc.evil.example");
  EXPECT_EQ(normal(Type::domain, "日本語.jp"), "xn--wgv71a119e.jp");
  EXPECT_EQ(normal(Type::domain, "日本語。jp"), "xn--wgv71a119e.jp");
  EXPECT_EQ(normal(Type::domain, "XN--WGV71A119E.JP"), "xn--wgv71a119e.jp");
  EXPECT_EQ(normal(Type::domain, "Bücher.example"), "xn--bcher-kva.example");
  for (const char* text : {"localhost", "com", "a..b", "a b.example", "192.0.2.1", "evil.example/x", "",
                           "a123456789b123456789c123456789d123456789e123456789f123456789g1234.example"})
    EXPECT_TRUE(normal(Type::domain, text).starts_with("!")) << text;
}

TEST(NormalForm, urls_follow_the_stated_rules) {
  EXPECT_EQ(normal(Type::url, "HTTP://User:pw@Evil.Example:80"), "http://evil.example/");
  EXPECT_EQ(normal(Type::url, "https://evil.example:443/a/./b/../c?x=1#top"), "https://evil.example/a/c?x=1");
  EXPECT_EQ(normal(Type::url, "http://evil.example:8080/%7euser/%2f%e3"), "http://evil.example:8080/~user/%2F%E3");
  EXPECT_EQ(normal(Type::url, "http://evil.example/日本 語"), "http://evil.example/%E6%97%A5%E6%9C%AC%20%E8%AA%9E");
  EXPECT_EQ(normal(Type::url, "http://[2001:DB8::1]:8080/x"), "http://[2001:db8::1]:8080/x");
  EXPECT_EQ(normal(Type::url, "http://[::ffff:192.0.2.1]/x"), "http://192.0.2.1/x");
  EXPECT_EQ(normal(Type::url, "evil.example/gate.php"), "http://evil.example/gate.php");
  EXPECT_EQ(normal(Type::url, "http://日本語.jp./"), "http://xn--wgv71a119e.jp/");
  EXPECT_EQ(normal(Type::url, "http://evil.example/Case?Case"), "http://evil.example/Case?Case");
  EXPECT_EQ(normal(Type::url, "http://evil.example/../../x/.."), "http://evil.example/");
  for (const char* text : {"http://", "http:///x", "://evil.example", "http://evil.example:99999/", "http://a b/", ""})
    EXPECT_TRUE(normal(Type::url, text).starts_with("!")) << text;
}

TEST(NormalForm, hashes_are_hexadecimal_of_their_length) {
  EXPECT_EQ(normal(Type::md5, "0123456789ABCDEF0123456789abcdef"), "0123456789abcdef0123456789abcdef");
  EXPECT_TRUE(normal(Type::sha1, "0123456789ABCDEF0123456789abcdef").starts_with("!"));
  EXPECT_TRUE(normal(Type::md5, "0123456789ABCDEF0123456789abcdeg").starts_with("!"));
  EXPECT_NE(normal(Type::sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855").find("empty file"),
            std::string::npos);
  EXPECT_TRUE(normal(Type::md5, std::string(32, '0')).starts_with("!"));
}

TEST(NormalForm, mail_and_files_fold_their_case) {
  EXPECT_EQ(normal(Type::email, "Mallory <Mallory@Evil.Example>"), "mallory@evil.example");
  EXPECT_EQ(normal(Type::email, "mailto:a@b.example"), "a@b.example");
  EXPECT_TRUE(normal(Type::email, "@evil.example").starts_with("!"));
  EXPECT_TRUE(normal(Type::email, "a@b@c d.example").starts_with("!"));
  EXPECT_EQ(normal(Type::file_name, "Evil.EXE"), "evil.exe");
  EXPECT_EQ(normal(Type::file_name, "ÉVIL.exe"), "évil.exe");
  EXPECT_TRUE(normal(Type::file_name, "a/b.exe").starts_with("!"));
  EXPECT_TRUE(normal(Type::file_name, "README").starts_with("!"));
  EXPECT_TRUE(normal(Type::file_name, "a.").starts_with("!")) << "events with so little are not looked at";
  EXPECT_TRUE(normal(Type::file_path, "/a").starts_with("!"));
  EXPECT_TRUE(normal(Type::file_path, "/\u212A").starts_with("!")) << "a Kelvin sign folds to one letter";
  EXPECT_TRUE(normal(Type::file_path, "C:\\Windows\\..").starts_with("!"));
  EXPECT_EQ(normal(Type::file_path, "/ab"), "/ab");
  EXPECT_EQ(normal(Type::file_path, "C:\\Users\\Public\\X.dll"), "c:/users/public/x.dll");
}

TEST(NormalForm, folding_eight_letters_at_a_time_changes_none_but_capitals_and_backslashes) {
  std::string all;
  for (int c = 1; c < 0x80; ++c) all += static_cast<char>(c);
  for (size_t cut = 0; cut < 9; ++cut) {
    std::string out;
    normal_path(std::string_view(all).substr(cut), out);
    std::string expected = ascii_lower(std::string_view(all).substr(cut));
    for (char& c : expected)
      if (c == '\\') c = '/';
    EXPECT_EQ(out, expected);
  }
}

TEST(NormalForm, refanging_undoes_what_people_do) {
  const std::pair<const char*, const char*> cases[] = {
      {"hxxp://evil[.]example/x", "http://evil.example/x"},
      {"hXXps[:]//evil(.)example", "https://evil.example"},
      {"hxxps[://]evil[.]example", "https://evil.example"},
      {"192[.]0[.]2[.]1", "192.0.2.1"},
      {"192.0.2[.1", "192.0.2.1"},
      {"evil[dot]example", "evil.example"},
      {"mallory[at]evil[dot]example", "mallory@evil.example"},
      {"mallory[@]evil.example", "mallory@evil.example"},
      {"2001:db8[:]:1", "2001:db8::1"},
      {"evil\\.example", "evil.example"},
      {"C:\\a\\.hidden.exe", "C:\\a\\.hidden.exe"},
      {"http://[2001:db8::1]/x", "http://[2001:db8::1]/x"},
      {"https://evil.example/a?b[]=(c)", "https://evil.example/a?b[]=(c)"},
  };
  for (const auto& [given, expected] : cases) EXPECT_EQ(refang(given), expected) << given;
}

TEST(NormalForm, a_value_alone_says_what_it_is) {
  const std::pair<const char*, std::optional<Type>> cases[] = {
      {"192.0.2.1", Type::ip},
      {"192.0.2.1:443", Type::ip},
      {"2001:db8::1", Type::ip},
      {"192.0.2.0/24", Type::cidr},
      {"evil.example", Type::domain},
      {"日本語.jp", Type::domain},
      {"http://evil.example", Type::url},
      {"evil.example/gate.php", Type::url},
      {"a@evil.example", Type::email},
      {"0123456789abcdef0123456789abcdef", Type::md5},
      {"evil.exe", Type::file_name},
      {"invoice.docm", Type::file_name},
      {"C:\\x\\evil.exe", Type::file_path},
      {"/tmp/evil", Type::file_path},
      {"localhost", std::nullopt},
      {"some words", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& [given, expected] : cases) EXPECT_EQ(guess_type(given), expected) << given;
}

TEST(NormalForm, tlp_is_read_in_both_versions) {
  EXPECT_EQ(parse_tlp("TLP:WHITE"), Tlp::clear);
  EXPECT_EQ(parse_tlp("tlp:amber+strict"), Tlp::amber_strict);
  EXPECT_EQ(parse_tlp("AMBER-STRICT"), Tlp::amber_strict);
  EXPECT_EQ(parse_tlp("Red"), Tlp::red);
  EXPECT_FALSE(parse_tlp("purple"));
  EXPECT_FALSE(parse_tlp(""));
}

}  // namespace
}  // namespace yagura::detect

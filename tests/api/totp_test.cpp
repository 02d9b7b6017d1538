#include "api/totp.hpp"

#include <gtest/gtest.h>

#include <array>

namespace yagura::api {
namespace {

constexpr std::string_view rfc_secret = "12345678901234567890";

TEST(Totp, gives_the_codes_of_rfc_4226_appendix_d) {
  const std::array<std::string_view, 10> codes{"755224", "287082", "359152", "969429", "338314",
                                               "254676", "287922", "162583", "399871", "520489"};
  for (size_t i = 0; i < codes.size(); ++i) EXPECT_EQ(hotp(rfc_secret, i), codes[i]);
}

TEST(Totp, gives_the_codes_of_rfc_6238_appendix_b) {
  const std::array<std::pair<int64_t, std::string_view>, 6> all{{{59, "94287082"},
                                                                 {1111111109, "07081804"},
                                                                 {1111111111, "14050471"},
                                                                 {1234567890, "89005924"},
                                                                 {2000000000, "69279037"},
                                                                 {20000000000, "65353130"}}};
  for (const auto& [seconds, code] : all)
    EXPECT_EQ(hotp(rfc_secret, static_cast<uint64_t>(seconds / totp_step_seconds), 8), code);
}

TEST(Totp, takes_a_code_once_and_within_one_step_of_drift) {
  const Timestamp now{59 * ns_per_second};
  const int64_t here = totp_step(now);
  for (int64_t drift = -2; drift <= 2; ++drift) {
    if (here + drift < 0) continue;
    const std::string code = hotp(rfc_secret, static_cast<uint64_t>(here + drift));
    EXPECT_EQ(find_totp_step(rfc_secret, code, now, -1).has_value(), drift >= -1 && drift <= 1) << drift;
  }
  const std::string code = hotp(rfc_secret, static_cast<uint64_t>(here));
  EXPECT_EQ(find_totp_step(rfc_secret, code.substr(0, 3) + " " + code.substr(3), now, here - 1), here);
  EXPECT_FALSE(find_totp_step(rfc_secret, code, now, here));
  EXPECT_FALSE(find_totp_step(rfc_secret, "", now, -1));
}

TEST(Totp, writes_base32_as_rfc_4648_section_10) {
  EXPECT_EQ(to_base32(""), "");
  EXPECT_EQ(to_base32("f"), "MY");
  EXPECT_EQ(to_base32("fo"), "MZXQ");
  EXPECT_EQ(to_base32("foo"), "MZXW6");
  EXPECT_EQ(to_base32("foob"), "MZXW6YQ");
  EXPECT_EQ(to_base32("fooba"), "MZXW6YTB");
  EXPECT_EQ(to_base32("foobar"), "MZXW6YTBOI");
}

}  // namespace
}  // namespace yagura::api

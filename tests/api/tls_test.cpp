#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cstdio>

#include "harness.hpp"

namespace yagura::api {
namespace {

struct Throwaway {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

/// A self-signed certificate for a day.
Throwaway make_certificate(const std::filesystem::path& folder, const std::string& name) {
  std::filesystem::create_directories(folder);
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86'400);
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  X509_sign(certificate, key, EVP_sha256());
  Throwaway out{folder / (name + ".pem"), folder / (name + ".key")};
  FILE* file = std::fopen(out.certificate.c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(out.key.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return out;
}

class TlsTest : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("yagura-tls-" + std::to_string(::getpid()));
};

TEST_F(TlsTest, serves_over_tls_with_secure_cookies) {
  const Throwaway pair = make_certificate(folder_, "a");
  ServerOptions options;
  options.certificate = pair.certificate;
  options.key = pair.key;
  Harness harness({}, options);
  EXPECT_TRUE(harness.server->url().starts_with("https://127.0.0.1:"));
  RawClient client(harness.server->port(), pair.certificate);
  ASSERT_TRUE(client.connected());
  const std::string body = R"({"login":"admin","password":")" + harness.admin_password + R"("})";
  client.send("POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  const Reply reply = client.receive();
  EXPECT_EQ(reply.status, 200);
  EXPECT_NE(reply.header("Set-Cookie").find("; Secure"), std::string::npos);
  EXPECT_NE(reply.header("Strict-Transport-Security"), "");
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200) << "the connection is kept";
}

TEST_F(TlsTest, answers_no_plain_http_on_a_tls_port) {
  const Throwaway pair = make_certificate(folder_, "a");
  ServerOptions options;
  options.certificate = pair.certificate;
  options.key = pair.key;
  Harness harness({}, options);
  RawClient client(harness.server->port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.receive(1000).status, 0);
  EXPECT_TRUE(client.closed_by_peer());
  EXPECT_EQ(harness.counters.at("api.tls_handshakes_failed"), 1U);
}

TEST_F(TlsTest, binds_nothing_but_loopback_without_tls) {
  Harness harness;
  for (const char* address : {"0.0.0.0", "::", "192.0.2.1"}) {
    ServerOptions options;
    options.address = address;
    const auto refused = Server::start(options, *harness.gate, harness.counters);
    ASSERT_FALSE(refused) << address;
    EXPECT_EQ(refused.error().kind, ErrorKind::refused) << refused.error().message;
  }
  const Throwaway pair = make_certificate(folder_, "a");
  ServerOptions options;
  options.address = "0.0.0.0";
  options.certificate = pair.certificate;
  options.key = pair.key;
  EXPECT_TRUE(Server::start(options, *harness.gate, harness.counters));
}

TEST_F(TlsTest, says_why_it_can_not_start) {
  Harness harness;
  const Throwaway one = make_certificate(folder_, "one");
  const Throwaway other = make_certificate(folder_, "other");
  ServerOptions options;
  options.certificate = one.certificate;
  options.key = other.key;
  EXPECT_EQ(Server::start(options, *harness.gate, harness.counters).error().kind, ErrorKind::invalid);
  options.key = folder_ / "none.key";
  EXPECT_NE(Server::start(options, *harness.gate, harness.counters).error().message.find("none.key"),
            std::string::npos);
  ServerOptions taken;
  taken.port = harness.server->port();
  EXPECT_EQ(Server::start(taken, *harness.gate, harness.counters).error().kind, ErrorKind::network);
  ServerOptions wrong;
  wrong.address = "localhost";
  EXPECT_EQ(Server::start(wrong, *harness.gate, harness.counters).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace yagura::api

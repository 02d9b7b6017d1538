#include "app/door.hpp"

#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "api/local_call.hpp"
#include "app/catalog.hpp"
#include "app/fault.hpp"
#include "app/house.hpp"
#include "app/say.hpp"
#include "base/digest.hpp"
#include "base/os_error.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

size_t take_body(char* bytes, size_t size, size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size * count > door_answer_bytes_max) return 0;
  body.append(bytes, size * count);
  return size * count;
}

/// Whose certificates are believed besides what the connection itself proves.
struct Trust {
  std::string file;            // PEM; empty: the system's authorities
  bool whatever_name = false;  // the file holds exactly the server's certificate, so its name says nothing
};

class CurlDoor : public Door {
 public:
  CurlDoor(const CommonOptions& common, std::string base, Trust trust, std::string token)
      : language_(to_text(choose_lang(common))),
        base_(std::move(base)),
        trust_(std::move(trust)),
        token_(std::move(token)),
        curl_(curl_easy_init()) {}
  ~CurlDoor() override { curl_easy_cleanup(curl_); }

  Result<DoorAnswer> call(std::string_view method, const std::string& target, const std::string& body,
                          const std::string& body_type) override {
    DoorAnswer answer;
    const std::string url = base_ + target;
    const std::string verb(method);
    curl_slist* headers = nullptr;
    if (!token_.empty()) headers = curl_slist_append(headers, ("Authorization: Bearer " + token_).c_str());
    if (!body.empty()) headers = curl_slist_append(headers, ("Content-Type: " + body_type).c_str());
    headers = curl_slist_append(headers, "Expect:");
    headers = curl_slist_append(headers, ("Accept-Language: " + language_).c_str());
    const std::unique_ptr<curl_slist, void (*)(curl_slist*)> owned(headers, curl_slist_free_all);
    curl_easy_reset(curl_);
    curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl_, CURLOPT_CUSTOMREQUEST, verb.c_str());
    curl_easy_setopt(curl_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl_, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl_, CURLOPT_TIMEOUT, door_timeout_seconds);
    if (!trust_.file.empty()) curl_easy_setopt(curl_, CURLOPT_CAINFO, trust_.file.c_str());
    if (trust_.whatever_name) curl_easy_setopt(curl_, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers);
    if (!body.empty()) {
      curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
      curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body.data());
    }
    curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &answer.body);
    const CURLcode code = curl_easy_perform(curl_);
    if (code != CURLE_OK)
      return std::unexpected(
          fault(ErrorKind::network, hint(code), {{"url", base_}, {"why", curl_easy_strerror(code)}}));
    long status = 0;
    const char* type = nullptr;
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl_, CURLINFO_CONTENT_TYPE, &type);
    answer.status = static_cast<int>(status);
    answer.type = type ? type : "";
    return answer;
  }

 private:
  static std::string_view hint(CURLcode code) {
    if (code == CURLE_SSL_CACERT_BADFILE) return "unreachable_ca_file";
    return code == CURLE_PEER_FAILED_VERIFICATION ? "unreachable_untrusted" : "unreachable";
  }

  std::string language_;
  std::string base_;
  Trust trust_;
  std::string token_;
  CURL* curl_;
};

}  // namespace

Result<std::unique_ptr<Door>> open_url_door(const CommonOptions& common, const DataOptions& data) {
  const std::string& url = data.url;
  if (!url.starts_with("http://") && !url.starts_with("https://"))
    return std::unexpected(fault(ErrorKind::invalid, "url"));
  std::string base = url;
  while (base.ends_with('/')) base.pop_back();
  return std::make_unique<CurlDoor>(common, std::move(base), Trust{.file = data.ca}, data.token);
}

Status write_control(const std::string& data, const Control& control) {
  const auto path = std::filesystem::path(data) / control_file_name;
  const std::string fresh = path.string() + ".new";
  const std::string text = json::serialize(
      json::object{{"url", control.url}, {"certificate", control.certificate}, {"secret", control.secret}});
  ::unlink(fresh.c_str());
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool written = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (fd >= 0) ::close(fd);
  if (!written || ::rename(fresh.c_str(), path.c_str()) != 0)
    return failure(ErrorKind::io, fmt::format("can't write {}: {}", path.string(), os_error_text(errno)));
  return {};
}

Result<std::unique_ptr<Door>> open_control_door(const CommonOptions& common, const std::string& data) {
  std::ifstream in(std::filesystem::path(data) / control_file_name);
  if (!in) return nullptr;
  std::ostringstream text;
  text << in.rdbuf();
  boost::system::error_code error;
  const json::value parsed = json::parse(text.str(), error);
  const json::object* control = error ? nullptr : parsed.if_object();
  if (!control) return nullptr;
  const auto member = [&](std::string_view key) {
    const json::value* value = control->if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  const std::string certificate = member("certificate");
  const Trust trust{.file = certificate, .whatever_name = !certificate.empty()};
  auto door = std::make_unique<CurlDoor>(common, member("url"), trust, member("secret"));
  // A file whose server does not answer is left from one that was killed.
  if (!door->call("GET", "/api/v1/health", "", "")) return nullptr;
  return door;
}

namespace {

/// The same routes inside this process, over a house of its own.
class HouseDoor : public Door {
 public:
  HouseDoor(const CommonOptions& common, std::unique_ptr<House> house)
      : language_(to_text(choose_lang(common))), house_(std::move(house)) {}

  Result<DoorAnswer> call(std::string_view method, const std::string& target, const std::string& body,
                          const std::string& body_type) override {
    const api::Response response =
        api::call_locally(house_->gate(), house_->owner(), method, target, body, body_type, language_);
    // What other desks have to say to it is part of the command's effect.
    if (method != "GET")
      if (auto settled = house_->ledger().run_reactions(); !settled) return std::unexpected(settled.error());
    return DoorAnswer{response.status, response.type, response.body};
  }

 private:
  std::string language_;
  std::unique_ptr<House> house_;
};

}  // namespace

Result<std::unique_ptr<Door>> open_door(const CommonOptions& common, const DataOptions& data, NoData no_data) {
  if (!data.url.empty()) return open_url_door(common, data);
  auto running = open_control_door(common, data.data);
  if (!running || *running) return running;
  std::error_code error;
  if (no_data == NoData::refused && !std::filesystem::exists(DataLayout{data.data}.ledger_file(), error))
    return std::unexpected(fault(ErrorKind::not_found, "no_data", {{"folder", data.data}}));
  auto house = House::open(common, data.data, Config{});
  if (!house) return std::unexpected(house.error());
  return std::make_unique<HouseDoor>(common, std::move(*house));
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

Exit say_problem(const DoorAnswer& answer) {
  boost::system::error_code error;
  const json::value parsed = json::parse(answer.body, error);
  const json::object* problem = error ? nullptr : parsed.if_object();
  const auto text = [&](const json::object& from, std::string_view key) {
    const json::value* value = from.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  std::string what = problem ? text(*problem, "detail") : "";
  if (what.empty() && problem) what = text(*problem, "title");
  constexpr std::string_view type_start = "urn:yagura:problem:";
  if (const std::string type = problem ? text(*problem, "type") : ""; type.starts_with(type_start))
    what = fault_text_if("problem." + type.substr(type_start.size()), {{"detail", what}}).value_or(what);
  fmt::print(stderr, "yagura: {} ({})\n", printable(what.empty() ? fault_text("refused") : what), answer.status);
  if (const json::value* faults = problem ? problem->if_contains("errors") : nullptr; faults && faults->is_array())
    for (const json::value& fault : faults->get_array())
      if (const json::object* one = fault.if_object()) {
        std::string place = text(*one, "field");
        if (place.empty()) place = text(*one, "pointer");
        std::string message = text(*one, "message").empty() ? text(*one, "detail") : text(*one, "message");
        message = fault_text_if("member." + text(*one, "code"), {{"detail", message}}).value_or(message);
        fmt::print(stderr, "  {}{}{}\n", printable(place), place.empty() ? "" : ": ", printable(message));
      }
  const auto number = [&](std::string_view key) {
    const json::value* value = problem ? problem->if_contains(key) : nullptr;
    return value && value->is_int64() ? value->get_int64() : 0;
  };
  if (const int64_t column = number("column"); column > 0)
    fmt::print(stderr, "  {}\n",
               fault_text(number("line") > 1 ? "at_line" : "at_character",
                          {{"line", std::to_string(number("line"))}, {"column", std::to_string(column)}}));
  if (const std::string hint = problem ? text(*problem, "hint") : ""; !hint.empty())
    fmt::print(stderr, "  {}\n", fault_text("hint", {{"hint", printable(hint)}}));
  if (answer.status == 400 || answer.status == 422) return Exit::usage;
  return answer.status >= 500 ? Exit::could_not : Exit::no;
}

}  // namespace yagura::app

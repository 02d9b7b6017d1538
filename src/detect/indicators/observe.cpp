#include "detect/indicators/observe.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace yagura::detect {
namespace {

constexpr uint32_t bit(IndicatorType type) {
  return 1U << static_cast<unsigned>(type);
}
constexpr uint32_t host_types = bit(IndicatorType::ip) | bit(IndicatorType::cidr) | bit(IndicatorType::domain);

std::optional<IndicatorType> named_hash(std::string_view name) {
  constexpr std::pair<std::string_view, IndicatorType> names[] = {{"md5", IndicatorType::md5},
                                                                  {"sha1", IndicatorType::sha1},
                                                                  {"sha256", IndicatorType::sha256},
                                                                  {"sha512", IndicatorType::sha512},
                                                                  {"imphash", IndicatorType::imphash}};
  for (const auto& [known, type] : names)
    if (name.size() == known.size() &&
        std::ranges::equal(name, known, [](char a, char b) { return ascii_lower(a) == b; }))
      return type;
  return std::nullopt;
}

/// A set of bytes: the standard library asks its own way once for each byte of the text and each of the set.
class Bytes {
 public:
  constexpr explicit Bytes(std::string_view bytes) {
    for (const char c : bytes) in_[static_cast<unsigned char>(c)] = true;
  }
  /// Where the first of them stands at `from` or later; the text's size when none does.
  size_t find_in(std::string_view text, size_t from = 0) const {
    while (from < text.size() && !in_[static_cast<unsigned char>(text[from])]) ++from;
    return from;
  }

 private:
  std::array<bool, 256> in_{};
};

/// Calls `take` for each piece between separators, at most parts_per_value_max.
template <typename Take>
void each_piece(std::string_view text, const Bytes& separators, Take&& take) {
  size_t count = 0;
  while (!text.empty() && count < parts_per_value_max) {
    const size_t end = separators.find_in(text);
    if (end > 0) {
      take(text.substr(0, end));
      ++count;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

constexpr Bytes between_addresses(", ");
constexpr Bytes between_hosts(";, \t");
constexpr Bytes between_hashes(",; ");
constexpr Bytes between_mails(",;");
constexpr Bytes before_a_digest("=:");
constexpr Bytes after_a_host("/?#");
constexpr Bytes around_urls(" \t\r\n\"'`<>|^{}()[];,\\");
constexpr Bytes around_urls_with_brackets(" \t\r\n\"'`<>|^{}();,\\");

}  // namespace

uint32_t Observer::wanted() const {
  constexpr auto holds = [](FieldHolds what) { return uint32_t{1} << static_cast<unsigned>(what); };
  uint32_t out = 0;
  const auto add = [&](uint32_t types, std::initializer_list<FieldHolds> classes) {
    if ((types_ & types) == 0) return;
    for (const FieldHolds what : classes) out |= holds(what);
  };
  using enum FieldHolds;
  add(host_types, {ip, host, hosts, url, url_host, url_path, text});
  add(bit(IndicatorType::url), {url, url_host, url_path, url_query, text});
  add(bit(IndicatorType::domain) | bit(IndicatorType::email), {email});
  add(bit(IndicatorType::file_name), {file_path, file_name});
  add(bit(IndicatorType::file_path), {file_path});
  constexpr std::pair<IndicatorType, FieldHolds> digests[] = {{IndicatorType::md5, md5},
                                                              {IndicatorType::sha1, sha1},
                                                              {IndicatorType::sha256, sha256},
                                                              {IndicatorType::sha512, sha512},
                                                              {IndicatorType::imphash, imphash}};
  for (const auto& [type, what] : digests) add(bit(type), {what, hashes});
  return out;
}

void Observer::use(const Snapshot& snapshot) {
  types_ = 0;
  for (size_t type = 0; type < indicator_types; ++type)
    if (snapshot.has(static_cast<IndicatorType>(type))) types_ |= 1U << type;
  networks_ = &snapshot.networks();
  v4_lengths_.clear();
  v6_lengths_.clear();
  for (uint8_t bits = 0; bits <= 32; ++bits)
    if (networks_->v4_lengths[bits]) v4_lengths_.push_back(bits);
  for (unsigned bits = 0; bits <= 128; ++bits)
    if (networks_->v6_lengths[bits]) v6_lengths_.push_back(static_cast<uint8_t>(bits));
}

void Observer::add(IndicatorType type, std::string_view packed, std::vector<Probe>& out) {
  out.push_back(
      {indicator_hash(type, packed), static_cast<uint32_t>(bytes_.size()), static_cast<uint16_t>(packed.size()), type});
  bytes_ += packed;
}

void Observer::observe(FieldHolds holds, std::string_view value, std::vector<Probe>& out) {
  if (value.size() < observed_bytes_min) return;
  switch (holds) {
    case FieldHolds::ip:
      return between_addresses.find_in(value) < value.size() ? hosts(value, out) : host(value, out);
    case FieldHolds::host:
    case FieldHolds::url_host:
      return host(value, out);
    case FieldHolds::hosts:
      return hosts(value, out);
    case FieldHolds::url:
      return url(value, out);
    case FieldHolds::url_path:  // proxies write the whole URL here
      return value.front() == '/' ? void() : url(value, out);
    case FieldHolds::url_query:
      return;
    case FieldHolds::text:
      return urls_in(value, out);
    case FieldHolds::hashes:
      return hashes(value, out);
    case FieldHolds::email:
      return emails(value, out);
    case FieldHolds::file_path:
    case FieldHolds::file_name:
      return path(value, holds == FieldHolds::file_name, out);
    default:
      return hash(value, holds, out);
  }
}

void Observer::address(std::string_view packed, std::vector<Probe>& out) {
  if (has(IndicatorType::ip)) add(IndicatorType::ip, packed, out);
  if (!has(IndicatorType::cidr)) return;
  const bool v4 = packed.size() == 4;
  const size_t first =
      static_cast<size_t>(static_cast<unsigned char>(packed[0])) << 8 | static_cast<unsigned char>(packed[1]);
  if (v4 && !networks_->v4_sixteens[first]) return;
  for (const uint8_t bits : v4 ? v4_lengths_ : v6_lengths_) {
    char network[17] = {static_cast<char>(bits)};
    const size_t whole = bits / 8;
    std::copy_n(packed.data(), whole, network + 1);
    if (bits % 8 != 0) network[1 + whole] = static_cast<char>(packed[whole] & (0xFF00 >> bits % 8));
    add(IndicatorType::cidr, {network, 1 + packed.size()}, out);
  }
}

void Observer::domain(std::string_view normal, std::vector<Probe>& out) {
  for (size_t dot = normal.find('.'); dot != std::string_view::npos; dot = normal.find('.')) {
    add(IndicatorType::domain, normal, out);
    normal.remove_prefix(dot + 1);
  }
}

void Observer::host(std::string_view text, std::vector<Probe>& out) {
  if ((types_ & host_types) == 0) return;
  text = trim(text);
  char packed[16];
  size_t size = pack_address(text, packed);
  if (size == 0) {
    text = without_port(text);
    size = pack_address(text, packed);
  }
  if (size != 0) return address({packed, size}, out);
  if (has(IndicatorType::domain) && normal_domain(text, normal_)) domain(normal_, out);
}

void Observer::hosts(std::string_view text, std::vector<Probe>& out) {
  // Sysmon 22: "type:  5 cdn.example.com;::ffff:192.0.2.1;"
  each_piece(text, between_hosts, [&](std::string_view piece) { host(piece, out); });
}

void Observer::url(std::string_view text, std::vector<Probe>& out) {
  if ((types_ & (host_types | bit(IndicatorType::url))) == 0) return;
  if (text.find("://") == std::string_view::npos) return host(text.substr(0, after_a_host.find_in(text)), out);
  if (!normal_url(text, url_)) return;
  if (has(IndicatorType::url)) {
    add(IndicatorType::url, url_.text, out);
    // Who published it may have seen the other of the two.
    if (url_.text.starts_with("https://"))
      add(IndicatorType::url, "http://" + url_.text.substr(8), out);
    else if (url_.text.starts_with("http://"))
      add(IndicatorType::url, "https://" + url_.text.substr(7), out);
  }
  char packed[16];
  if (const size_t size = pack_address(url_.host(), packed))
    address({packed, size}, out);
  else if (has(IndicatorType::domain))
    domain(url_.host(), out);
}

void Observer::urls_in(std::string_view text, std::vector<Probe>& out) {
  size_t count = 0;
  for (size_t colon = text.find("://"); colon != std::string_view::npos && count < urls_per_text_max;
       colon = text.find("://", colon + 3), ++count) {
    size_t start = colon;
    while (start > 0 && ((ascii_lower(text[start - 1]) >= 'a' && ascii_lower(text[start - 1]) <= 'z'))) --start;
    if (start == colon) continue;
    size_t end = around_urls.find_in(text, colon + 3);
    // An IPv6 host's brackets are no end.
    if (end == colon + 3 && end < text.size() && text[end] == '[') end = around_urls_with_brackets.find_in(text, end);
    std::string_view found = text.substr(start, end - start);
    while (found.ends_with('.') || found.ends_with('!')) found.remove_suffix(1);
    url(found, out);
  }
}

void Observer::hash(std::string_view text, FieldHolds holds, std::vector<Probe>& out) {
  const auto type = static_cast<IndicatorType>(static_cast<int>(IndicatorType::md5) + static_cast<int>(holds) -
                                               static_cast<int>(FieldHolds::md5));
  static_assert(static_cast<int>(IndicatorType::imphash) - static_cast<int>(IndicatorType::md5) ==
                static_cast<int>(FieldHolds::imphash) - static_cast<int>(FieldHolds::md5));
  char packed[64];
  if (!has(type)) return;
  if (const size_t size = pack_hex(trim(text), packed)) add(type, {packed, size}, out);
}

void Observer::hashes(std::string_view text, std::vector<Probe>& out) {
  each_piece(text, between_hashes, [&](std::string_view piece) {
    const size_t equals = before_a_digest.find_in(piece);
    const bool named = equals < piece.size();
    char packed[64];
    const size_t size = pack_hex(named ? piece.substr(equals + 1) : piece, packed);
    if (size == 0) return;
    const auto type = named ? named_hash(piece.substr(0, equals)) : hash_of_size(size);
    if (type && has(*type)) add(*type, {packed, size}, out);
  });
}

void Observer::emails(std::string_view text, std::vector<Probe>& out) {
  if ((types_ & (bit(IndicatorType::email) | bit(IndicatorType::domain))) == 0) return;
  each_piece(text, between_mails, [&](std::string_view piece) {
    if (piece.find('@') == std::string_view::npos || !normal_email(piece, normal_)) return;
    if (has(IndicatorType::email)) add(IndicatorType::email, normal_, out);
    if (has(IndicatorType::domain)) domain(std::string_view(normal_).substr(normal_.rfind('@') + 1), out);
  });
}

void Observer::path(std::string_view text, bool name_only, std::vector<Probe>& out) {
  const bool names = has(IndicatorType::file_name);
  const bool paths = has(IndicatorType::file_path) && !name_only;
  if ((!names && !paths) || text.size() > indicator_bytes_max) return;
  normal_path(text, normal_);
  const size_t slash = normal_.rfind('/');
  if (paths && slash != std::string::npos) add(IndicatorType::file_path, normal_, out);
  const std::string_view name =
      slash == std::string::npos ? std::string_view(normal_) : std::string_view(normal_).substr(slash + 1);
  if (names && !name.empty()) add(IndicatorType::file_name, name, out);
}

}  // namespace yagura::detect

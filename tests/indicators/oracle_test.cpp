// The engine against an evaluator that goes by the definitions, one indicator after the other.
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "given.hpp"

namespace yagura::detect::test {
namespace {

using Type = IndicatorType;
using Found = std::set<std::tuple<uint32_t, Type, std::string>>;

/// What an event's value means, known because the test made it: no parser of the engine is asked.
struct Meant {
  enum class Kind { v4, v6, name, url, hash, mail, file } kind;
  uint32_t v4 = 0;
  std::array<uint8_t, 16> v6{};
  std::string text;  // name, URL's host, hash, address, file name; in normal form
  std::string more;  // the URL, the path
  Type hash = Type::md5;
};

struct Known {
  Type type;
  std::string value;  // normal form
  uint32_t network = 0;
  unsigned bits = 0;
  std::array<uint8_t, 16> network6{};
  Listing listing;
};

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}
  uint64_t below(uint64_t most) { return random_() % most; }
  bool one_in(uint64_t n) { return below(n) == 0; }
  template <typename T>
  const T& of(const std::vector<T>& list) {
    return list[below(list.size())];
  }

 private:
  std::mt19937_64 random_;
};

std::string dotted(uint32_t v4) {
  return std::to_string(v4 >> 24) + "." + std::to_string(v4 >> 16 & 255) + "." + std::to_string(v4 >> 8 & 255) + "." +
         std::to_string(v4 & 255);
}

/// Few labels and few addresses, so that things meet.
const std::vector<std::string> labels{"a", "evil", "www", "cdn", "xn--wgv71a119e"};
const std::vector<std::string> tops{"example", "test", "jp"};

std::string a_name(Dice& dice) {
  std::string out = dice.of(tops);
  for (uint64_t i = 1 + dice.below(3); i > 0; --i) out = dice.of(labels) + "." + out;
  return out;
}

uint32_t an_address(Dice& dice) {
  return static_cast<uint32_t>(20 + dice.below(2)) << 24 | static_cast<uint32_t>(dice.below(3)) << 16 |
         static_cast<uint32_t>(dice.below(2)) << 8 | static_cast<uint32_t>(dice.below(8));
}

std::array<uint8_t, 16> a_v6(Dice& dice) {
  std::array<uint8_t, 16> out{0x20, 0x01, 0x0D, 0xB8};
  out[5] = static_cast<uint8_t>(dice.below(3));
  out[15] = static_cast<uint8_t>(1 + dice.below(3));
  return out;
}

std::string full_v6(const std::array<uint8_t, 16>& bytes, bool upper) {
  std::string out;
  const std::string hex = to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  for (size_t i = 0; i < hex.size(); i += 4) out += (i > 0 ? ":" : "") + hex.substr(i, 4);
  if (upper)
    for (char& c : out)
      if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 32);
  return out;
}

std::string a_hash(Dice& dice, Type type) {
  const size_t digits = type == Type::sha1 ? 40 : type == Type::sha256 ? 64 : 32;
  std::string out = std::string(digits - 2, 'a') + "0" + std::to_string(dice.below(6));
  return out;
}

std::string cased(Dice& dice, std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z' && dice.one_in(3)) c = static_cast<char>(c - 32);
  return text;
}

/// The field that holds it, as one of its spellings.
std::pair<std::string, std::string> spelled(Dice& dice, const Meant& meant) {
  switch (meant.kind) {
    case Meant::Kind::v4:
      return {dice.one_in(2) ? "DestinationIp" : "src_ip",
              dice.of<std::string>({dotted(meant.v4), "::ffff:" + dotted(meant.v4), dotted(meant.v4) + ":443"})};
    case Meant::Kind::v6:
      return {"DestinationIp", dice.of<std::string>({full_v6(meant.v6, true), full_v6(meant.v6, false),
                                                     "[" + full_v6(meant.v6, false) + "]:80"})};
    case Meant::Kind::name:
      return {dice.one_in(2) ? "QueryName" : "cs-host", cased(dice, meant.text) + (dice.one_in(3) ? "." : "")};
    case Meant::Kind::url:
      return {dice.one_in(2) ? "cs-uri" : "CommandLine",
              dice.one_in(2) ? "HTTP://" + cased(dice, meant.text) + ":80" + meant.more + "#x"
                             : "http://u@" + meant.text + "/./b/.." + meant.more};
    case Meant::Kind::hash: {
      const std::string name = meant.hash == Type::imphash ? "IMPHASH" : ascii_lower(to_text(meant.hash));
      return {"Hashes", "SHA512=00," + cased(dice, name) + "=" + cased(dice, meant.text)};
    }
    case Meant::Kind::mail:
      return {"mailfrom", "\"M\" <" + cased(dice, meant.text) + ">, x"};
    case Meant::Kind::file:
      return {"Image", dice.one_in(2) ? cased(dice, "c:\\users\\") + cased(dice, meant.text)
                                      : cased(dice, "c:/users/") + meant.text};
  }
  return {};
}

Meant a_meaning(Dice& dice) {
  Meant out{};
  out.kind = static_cast<Meant::Kind>(dice.below(7));
  out.v4 = an_address(dice);
  out.v6 = a_v6(dice);
  switch (out.kind) {
    case Meant::Kind::url:
      out.more = "/p" + std::to_string(dice.below(4));
      [[fallthrough]];
    case Meant::Kind::name:
      out.text = a_name(dice);
      break;
    case Meant::Kind::hash:
      out.hash = dice.of<Type>({Type::md5, Type::sha1, Type::sha256, Type::imphash});
      out.text = a_hash(dice, out.hash);
      break;
    case Meant::Kind::mail:
      out.text = "m" + std::to_string(dice.below(3)) + "@" + a_name(dice);
      break;
    case Meant::Kind::file:
      out.text = "f" + std::to_string(dice.below(6)) + ".exe";
      break;
    default:
      break;
  }
  return out;
}

Known an_indicator(Dice& dice) {
  Known out{};
  out.type = dice.of<Type>({Type::ip, Type::cidr, Type::domain, Type::url, Type::md5, Type::sha1, Type::sha256,
                            Type::imphash, Type::email, Type::file_name, Type::file_path});
  switch (out.type) {
    case Type::ip:
      if (dice.one_in(2)) {
        out.value = dotted(an_address(dice));
      } else {
        const auto bytes = a_v6(dice);
        out.value = unpack(Type::ip, {reinterpret_cast<const char*>(bytes.data()), 16});
      }
      break;
    case Type::cidr:
      if (dice.one_in(3)) {
        out.bits = 96 + 16 + static_cast<unsigned>(dice.below(113));
        out.network6 = a_v6(dice);
        const unsigned bits = out.bits - 96;
        for (unsigned bit = bits; bit < 128; ++bit) out.network6[bit / 8] &= static_cast<uint8_t>(~(0x80 >> bit % 8));
        out.value = full_v6(out.network6, false) + "/" + std::to_string(bits);
      } else {
        out.bits = 8 + static_cast<unsigned>(dice.below(25));
        out.network = an_address(dice) & (out.bits == 32 ? ~0U : ~(~0U >> out.bits));
        out.value = dotted(out.network) + "/" + std::to_string(out.bits);
      }
      break;
    case Type::domain:
      out.value = a_name(dice);
      break;
    case Type::url:
      out.value = (dice.one_in(2) ? "http://" : "https://") + a_name(dice) + "/p" + std::to_string(dice.below(4));
      break;
    case Type::email:
      out.value = "m" + std::to_string(dice.below(3)) + "@" + a_name(dice);
      break;
    case Type::file_name:
      out.value = "f" + std::to_string(dice.below(6)) + ".exe";
      break;
    case Type::file_path:
      out.value = "c:/users/f" + std::to_string(dice.below(6)) + ".exe";
      break;
    default:
      out.value = a_hash(dice, out.type);
  }
  out.listing = listing(dice.of<std::string>({"one", "two", "three"}));
  if (dice.one_in(2)) out.listing.valid_from.ns = static_cast<int64_t>(dice.below(10)) * ns_per_second;
  if (dice.one_in(2)) out.listing.valid_until.ns = static_cast<int64_t>(10 + dice.below(10)) * ns_per_second;
  return out;
}

bool below(const std::string& name, const std::string& domain) {
  return name == domain || name.ends_with("." + domain);
}

/// By definition.
bool holds(const Known& known, const Meant& meant) {
  using Kind = Meant::Kind;
  const std::string mail_domain = meant.kind == Kind::mail ? meant.text.substr(meant.text.find('@') + 1) : "";
  switch (known.type) {
    case Type::ip:
      if (meant.kind == Kind::v4) return known.value == dotted(meant.v4);
      return meant.kind == Kind::v6 &&
             known.value == unpack(Type::ip, {reinterpret_cast<const char*>(meant.v6.data()), 16});
    case Type::cidr:
      if (known.bits <= 32)
        return meant.kind == Kind::v4 && (meant.v4 & (known.bits == 32 ? ~0U : ~(~0U >> known.bits))) == known.network;
      if (meant.kind != Kind::v6) return false;
      for (unsigned bit = 0; bit < known.bits - 96; ++bit)
        if (((meant.v6[bit / 8] ^ known.network6[bit / 8]) >> (7 - bit % 8) & 1) != 0) return false;
      return true;
    case Type::domain:
      if (meant.kind == Kind::name || meant.kind == Kind::url) return below(meant.text, known.value);
      return meant.kind == Kind::mail && below(mail_domain, known.value);
    case Type::url:
      return meant.kind == Kind::url && (known.value == "http://" + meant.text + meant.more ||
                                         known.value == "https://" + meant.text + meant.more);
    case Type::email:
      return meant.kind == Kind::mail && meant.text == known.value;
    case Type::file_name:
      return meant.kind == Kind::file && meant.text == known.value;
    case Type::file_path:
      return meant.kind == Kind::file && "c:/users/" + meant.text == known.value;
    default:
      return meant.kind == Kind::hash && meant.hash == known.type && meant.text == known.value;
  }
}

/// The value as the engine shows it.
std::string shown(const Known& known) {
  return unpack(known.type, pack(known.type, known.value).value());
}

class AgainstTheDefinition : public testing::TestWithParam<uint64_t> {};

TEST_P(AgainstTheDefinition, every_event_matches_what_it_should_and_nothing_else) {
  Dice dice(GetParam());
  const auto store = memory_store();
  std::map<std::tuple<std::string, Type, std::string>, Known> known;  // the latest word of each source
  IndicatorMatcher matcher(classes());
  for (int round = 0; round < 12; ++round) {
    // The store changes between batches: lists come, are replaced, values are taken back or expire.
    IndicatorImport import(*store, false);
    for (uint64_t i = dice.below(40); i > 0; --i) {
      const Known one = an_indicator(dice);
      ASSERT_TRUE(import.add(one.type, pack(one.type, one.value).value(), one.listing).has_value());
      known[{one.listing.source, one.type, shown(one)}] = one;
    }
    ASSERT_TRUE(import.commit().has_value());
    if (dice.one_in(3) && !known.empty()) {
      const auto& [key, one] = *std::next(known.begin(), static_cast<std::ptrdiff_t>(dice.below(known.size())));
      const IndicatorSelection value{"", std::pair(one.type, pack(one.type, one.value).value())};
      const auto [source, type, text] = key;
      const bool gone = dice.one_in(2);
      ASSERT_TRUE((gone ? store->remove(value) : store->expire(value, Timestamp{5 * ns_per_second})).has_value());
      for (auto it = known.begin(); it != known.end();) {
        const bool meant = std::get<1>(it->first) == type && std::get<2>(it->first) == text;
        if (meant && !gone)
          it->second.listing.valid_until = std::min(it->second.listing.valid_until, Timestamp{5 * ns_per_second});
        it = meant && gone ? known.erase(it) : std::next(it);
      }
    }
    if (dice.one_in(4)) {
      const std::string source = dice.of<std::string>({"one", "two", "three"});
      const bool gone = dice.one_in(2);
      const IndicatorSelection all{source, std::nullopt};
      ASSERT_TRUE((gone ? store->remove(all) : store->expire(all, Timestamp{7 * ns_per_second})).has_value());
      for (auto it = known.begin(); it != known.end();) {
        const bool meant = std::get<0>(it->first) == source;
        if (meant && !gone)
          it->second.listing.valid_until = std::min(it->second.listing.valid_until, Timestamp{7 * ns_per_second});
        it = meant && gone ? known.erase(it) : std::next(it);
      }
    }

    event::Batch batch;
    std::vector<std::vector<Meant>> meant;
    for (int i = 0; i < 400; ++i) {
      event::Event& event = batch.begin("json");
      event.time.ns = static_cast<int64_t>(dice.below(20)) * ns_per_second;
      meant.emplace_back();
      for (uint64_t values = 1 + dice.below(3); values > 0; --values) {
        meant.back().push_back(a_meaning(dice));
        const auto [field, text] = spelled(dice, meant.back().back());
        batch.add_copy(event::known_field(field), event::Kind::string, text);
      }
    }
    Found expected;
    for (uint32_t i = 0; i < meant.size(); ++i)
      for (const Meant& value : meant[i])
        for (const auto& [key, one] : known)
          if (one.listing.holds_at(batch.events()[i].time) && holds(one, value))
            expected.emplace(i, one.type, shown(one));
    std::vector<IndicatorMatch> matches;
    matcher.match(batch, store->snapshot(), matches);
    Found seen;
    for (const IndicatorMatch& match : matches) {
      EXPECT_TRUE(seen.emplace(match.event, match.type, match.value).second) << "told twice: " << match.value;
      for (const Listing& words : match.listings) {
        const auto it = known.find({words.source, match.type, match.value});
        ASSERT_NE(it, known.end()) << words.source << " does not list " << match.value;
        EXPECT_EQ(words, it->second.listing);
      }
    }
    ASSERT_EQ(seen, expected) << "round " << round;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AgainstTheDefinition, testing::Range<uint64_t>(1, 25));

}  // namespace
}  // namespace yagura::detect::test

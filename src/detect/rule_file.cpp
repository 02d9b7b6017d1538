#include "detect/rule_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>

#include "base/os_error.hpp"
#include "base/yaml.hpp"
#include "base/yaml_tree.hpp"

namespace yagura::detect {

namespace fs = std::filesystem;

namespace {

constexpr int64_t second_ns = 1'000'000'000;
constexpr int64_t clock_margin_ns = 2 * second_ns;  // ticks, and file servers whose clock differs a little

int64_t ns_of(const timespec& time) {
  return time.tv_sec * second_ns + time.tv_nsec;
}

int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return ns_of(now);
}

/// False when it can't be read, or is longer than any YAML may be.
bool read_whole(const fs::path& file, std::string& text, FileStamp& stamp) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return false;
  struct stat about{};
  bool good = ::fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size <= int64_t{yaml_bytes_max};
  stamp = FileStamp::from(about);
  if (good) text.resize(static_cast<size_t>(about.st_size));
  for (size_t at = 0; good && at < text.size();) {
    const ssize_t got = ::read(fd, text.data() + at, text.size() - at);
    if (got <= 0) {
      good = got == 0;  // it became shorter
      text.resize(at);
    } else {
      at += static_cast<size_t>(got);
    }
  }
  ::close(fd);
  return good;
}

RuleDocument document_from(RuleReading reading) {
  RuleDocument out;
  out.rejected = std::move(reading.rejected);
  out.skipped = std::move(reading.skipped);
  out.warnings = std::move(reading.warnings);
  out.rule_id = std::move(reading.rule_id);
  out.rule_title = std::move(reading.rule_title);
  if (reading.rule && !out.rejected && !out.skipped)
    out.rule = std::make_shared<const StoredRule>(std::move(*reading.rule));
  return out;
}

RuleDocument refused(Diagnostic diagnostic) {
  RuleDocument out;
  out.rejected = std::move(diagnostic);
  return out;
}

void fill(RuleFile& out, std::string text, const std::string& path, const Placeholders& placeholders) {
  out.path = path;
  out.digest = quick_digest(text);
  // Nearly every rule is a plain document; the rest needs all of YAML.
  if (const auto tree = YamlTree::read_plain(text); tree && is_rule_of_its_own(*tree)) {
    out.documents.push_back(document_from(read_rule(*tree, path, placeholders)));
    return;
  }
  auto documents = parse_yaml(text, path);
  if (documents) documents = resolve_actions(std::move(*documents), path);
  if (!documents) {
    out.documents.push_back(refused(documents.error()));
    return;
  }
  if (std::ranges::all_of(*documents, [](const YAML::Node& document) { return document.IsNull(); }))
    out.documents.push_back(refused({"sigma.file_empty", path, 0, 0, "the file holds no rule", ""}));
  for (const YAML::Node& document : *documents) {
    if (document.IsNull()) continue;  // "---" at the end
    if (is_about_rules(document))
      out.text = text;
    else
      out.documents.push_back(document_from(read_rule(document, path, placeholders)));
  }
}

/// `fresh` and those rules of `before` that a refusal in it may stand for.
SharedFile held_over(const RuleFile& fresh, const RuleFile& before) {
  auto out = std::make_shared<RuleFile>(fresh);
  const auto has = [](const RuleFile& file, const std::string& id) {
    return std::ranges::any_of(file.documents,
                               [&](const RuleDocument& each) { return each.rule && each.rule->head().id == id; });
  };
  for (const RuleDocument& earlier : before.documents) {
    if (!earlier.rule) continue;
    const std::string& id = earlier.rule->head().id;
    const bool refused_now = std::ranges::any_of(fresh.documents, [&](const RuleDocument& each) {
      return each.rejected && (each.rule_id == id || !has(before, each.rule_id));
    });
    if (!refused_now || has(fresh, id)) continue;
    RuleDocument& held = out->documents.emplace_back();
    held.rule = earlier.rule;
    held.held = true;
  }
  return out;
}

uint64_t mixed(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace

FileStamp FileStamp::from(const struct stat& about) {
  return {about.st_dev, about.st_ino, static_cast<uint64_t>(about.st_size), ns_of(about.st_mtim), ns_of(about.st_ctim)};
}

bool FileStamp::settled(int64_t read_ns) const {
  return std::max(modified_ns, changed_ns) + clock_margin_ns < read_ns;
}

std::optional<FileStamp> stamp_of(const fs::path& file) {
  struct stat about{};
  if (::stat(file.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
  return FileStamp::from(about);
}

SharedFile read_rule_text(std::string text, const std::string& path, const Placeholders& placeholders) {
  auto out = std::make_shared<RuleFile>();
  fill(*out, std::move(text), path, placeholders);
  return out;
}

SharedFile read_rule_file(const fs::path& path, const Placeholders& placeholders) {
  auto out = std::make_shared<RuleFile>();
  out->path = path.string();
  out->read_ns = now_ns();
  std::string text;
  if (read_whole(path, text, out->stamp)) {
    fill(*out, std::move(text), out->path, placeholders);
    return out;
  }
  const auto documents = load_yaml(path);  // for its reason
  out->documents.push_back(
      refused(documents ? Diagnostic{"yaml.unreadable", path.string(), 0, 0, "the file can't be read", "try again"}
                        : documents.error()));
  return out;
}

SharedFile read_rule_file_again(const SharedFile& before, const Placeholders& placeholders, bool hold, bool anew) {
  auto out = std::make_shared<RuleFile>();
  out->path = before->path;
  out->read_ns = now_ns();
  std::string text;
  if (!read_whole(before->path, text, out->stamp)) {
    const auto fresh = read_rule_file(before->path, placeholders);
    return hold ? held_over(*fresh, *before) : fresh;
  }
  if (!anew && before->digest == quick_digest(text) && before->stamp.size == text.size()) {
    out->digest = before->digest;
    out->documents = before->documents;
    out->text = before->text;
    return out;
  }
  fill(*out, std::move(text), out->path, placeholders);
  return hold ? held_over(*out, *before) : out;
}

SharedFile hold_rules(const RuleFile& before, Diagnostic why) {
  RuleFile fresh;
  fresh.path = before.path;
  fresh.documents.push_back(refused(std::move(why)));
  return held_over(fresh, before);
}

uint64_t quick_digest(std::string_view bytes) {
  constexpr std::array<uint64_t, 4> keys{0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F,
                                         0xE7037ED1A0B428DB};
  std::array<uint64_t, 4> lanes{keys[3], keys[2], keys[1], keys[0] ^ bytes.size()};
  const auto word = [&](size_t at) {
    uint64_t out = 0;
    std::memcpy(&out, bytes.data() + at, std::min<size_t>(8, bytes.size() - at));
    return out;
  };
  size_t at = 0;
  for (; at + 32 <= bytes.size(); at += 32)
    for (size_t i = 0; i < 4; ++i) lanes[i] = mixed(lanes[i] ^ word(at + 8 * i), keys[i]) + std::rotl(lanes[i], 23);
  for (; at < bytes.size(); at += 8) lanes[0] = mixed(lanes[0] ^ word(at), keys[0]) + std::rotl(lanes[0], 23);
  uint64_t out = bytes.size();
  for (size_t i = 0; i < 4; ++i) out = mixed(out ^ lanes[i], keys[i]) + lanes[i];
  return out;
}

}  // namespace yagura::detect

#include "desks/tooling/rule_files.hpp"

#include <sys/stat.h>

#include <string_view>

#include "ledger/files.hpp"

namespace yagura::desks::tooling {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view rule_ending = ".yml";
constexpr std::string_view samples_ending = ".samples.yaml";
constexpr std::string_view out_ending = ".out";
constexpr unsigned rule_file_mode = 0600;

Result<std::string> text_of(const fs::path& file) {
  auto text = ledger::read_file(file, rule_file_bytes_max);
  if (!text && text.error().kind == ErrorKind::not_found) return std::string();
  return text;
}

Status put(const fs::path& file, const std::string& text) {
  const auto before = text_of(file);
  if (before && *before == text) return {};
  if (!text.empty()) return ledger::write_file(file, text, rule_file_mode);
  std::error_code error;
  fs::remove(file, error);
  if (error) return failure(kind_of_errno(error.value()), "can't remove " + file.string() + ": " + error.message());
  return ledger::sync_folder(file.parent_path());
}

}  // namespace

fs::path RuleFiles::file_of(const ledger::RecordId& id) const {
  return folder_ / (id.value + std::string(rule_ending));
}

fs::path RuleFiles::samples_of(const ledger::RecordId& id) const {
  return folder_ / (id.value + std::string(samples_ending));
}

fs::path RuleFiles::out_of(const ledger::RecordId& id) const {
  return folder_ / (id.value + std::string(out_ending));
}

Result<RuleText> RuleFiles::read(const ledger::RecordId& id) const {
  auto yaml = text_of(file_of(id));
  if (!yaml) return std::unexpected(yaml.error());
  auto samples = text_of(samples_of(id));
  if (!samples) return std::unexpected(samples.error());
  auto out = text_of(out_of(id));
  if (!out) return std::unexpected(out.error());
  return RuleText{std::move(*yaml), std::move(*samples), std::move(*out)};
}

Status RuleFiles::write(const ledger::RecordId& id, const RuleText& text) const {
  if (auto written = put(samples_of(id), text.samples); !written) return written;
  if (auto written = put(out_of(id), text.out); !written) return written;
  return put(file_of(id), text.yaml);
}

Status RuleFiles::make() const {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return failure(kind_of_errno(error.value()), "can't make " + folder_.string() + ": " + error.message());
  if (::chmod(folder_.c_str(), 0700) != 0)
    return failure(ErrorKind::io, "can't keep others out of " + folder_.string());
  return {};
}

Status RuleFiles::put_others_aside(const std::set<ledger::RecordId>& ids) const {
  std::set<std::string> known;
  for (const ledger::RecordId& id : ids) {
    known.insert(file_of(id).filename().string());
    known.insert(samples_of(id).filename().string());
    known.insert(out_of(id).filename().string());
  }
  std::vector<fs::path> strays;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    if (!known.contains(name) && (name.ends_with(rule_ending) || name.ends_with(".yaml") || name.ends_with(out_ending)))
      strays.push_back(entry.path());
  }
  for (const fs::path& stray : strays) {
    if (error) break;
    fs::rename(stray, stray.string() + ".stray", error);
  }
  if (error)
    return failure(kind_of_errno(error.value()), "can't look after " + folder_.string() + ": " + error.message());
  return {};
}

}  // namespace yagura::desks::tooling

#include "app/event_backup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <string>

#include "app/house.hpp"
#include "base/text.hpp"
#include "lake/lake_process.hpp"
#include "ledger/files.hpp"

namespace yagura::app {
namespace {

namespace fs = std::filesystem;

constexpr size_t list_bytes_max = 256 << 20;
constexpr std::string_view count_line = "events ";

fs::path tables_part(const fs::path& backup) {
  return backup / "tables";
}
fs::path checkpoints_part(const fs::path& backup) {
  return backup / "checkpoints";
}
fs::path list_of(const fs::path& backup) {
  return backup / "SHA256SUMS";
}

Error failed(const std::string& what, const std::error_code& error) {
  return {kind_of_errno(error.value()), what + ": " + error.message()};
}

/// Every file below `folder` with its digest, by its path there.
Result<std::map<std::string, std::string>> digests(const fs::path& folder) {
  std::map<std::string, std::string> out;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (!it->is_regular_file(error)) continue;
    auto hash = ledger::hash_file(it->path());
    if (!hash) return std::unexpected(hash.error());
    out[it->path().lexically_relative(folder).string()] = std::move(*hash);
  }
  if (error) return std::unexpected(failed("can't list " + folder.string(), error));
  return out;
}

/// The events in the parts that the engine copied: each says its own number.
Result<uint64_t> count_copied(const fs::path& backup) {
  uint64_t events = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(tables_part(backup), error), end; !error && it != end; it.increment(error)) {
    const fs::path part = it->path().parent_path();
    if (it->path().filename() != "count.txt" || part.parent_path().filename() != "events") continue;
    constexpr size_t number_bytes_max = 64;
    const auto text = ledger::read_file(it->path(), number_bytes_max);
    if (!text) return std::unexpected(text.error());
    uint64_t rows = 0;
    std::from_chars(text->data(), text->data() + text->size(), rows);
    events += rows;
  }
  if (error) return std::unexpected(failed("can't list " + backup.string(), error));
  return events;
}

Status write_list(const fs::path& backup) {
  const auto events = count_copied(backup);
  if (!events) return std::unexpected(events.error());
  auto files = digests(tables_part(backup));
  if (!files) return std::unexpected(files.error());
  std::string text = fmt::format("{}{}\n", count_line, *events);
  for (const auto& [path, hash] : *files) text += hash + "  " + path + "\n";
  return ledger::write_file(list_of(backup), text, 0600);
}

/// The number of events that the list promises, once every file is what it says.
Result<uint64_t> check_list(const fs::path& backup) {
  auto text = ledger::read_file(list_of(backup), list_bytes_max);
  if (!text) return std::unexpected(text.error());
  auto files = digests(tables_part(backup));
  if (!files) return std::unexpected(files.error());
  uint64_t events = 0;
  for (const std::string_view line : split(*text, '\n')) {
    if (line.starts_with(count_line))
      std::from_chars(line.data() + count_line.size(), line.data() + line.size(), events);
    const size_t gap = line.find("  ");
    if (gap == std::string_view::npos) continue;
    const auto found = files->find(std::string(line.substr(gap + 2)));
    if (found == files->end() || found->second != line.substr(0, gap))
      return failure(ErrorKind::corrupt, fmt::format("the copy's file {} is {}", line.substr(gap + 2),
                                                     found == files->end() ? "missing" : "not what was written"));
    files->erase(found);
  }
  if (!files->empty())
    return failure(ErrorKind::corrupt, fmt::format("the copy's list does not know its file {}", files->begin()->first));
  return events;
}

/// Moves where it can, copies and removes across disks.
Status move_folder(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (!error) return {};
  fs::copy(from, to, fs::copy_options::recursive, error);
  if (error) return std::unexpected(failed("can't copy " + from.string(), error));
  fs::remove_all(from, error);
  return {};
}

}  // namespace

Status back_up_events(lake::EventStore& store, const fs::path& lake, const fs::path& checkpoints, const fs::path& to) {
  std::error_code error;
  fs::create_directories(checkpoints_part(to), error);
  if (error) return std::unexpected(failed("can't make " + to.string(), error));
  fs::permissions(to, fs::perms::owner_all, error);
  // Before the events: a checkpoint that is behind them only has them looked up again.
  if (fs::exists(checkpoints, error)) fs::copy(checkpoints, checkpoints_part(to), fs::copy_options::recursive, error);
  if (error) return std::unexpected(failed("can't copy " + checkpoints.string(), error));
  auto made = store.back_up();
  if (!made) return std::unexpected(made.error());
  if (auto moved = move_folder(lake / lake::backups_folder / *made, tables_part(to)); !moved) return moved;
  return write_list(to);
}

Result<uint64_t> restore_events(const fs::path& from, const fs::path& data) {
  const DataLayout layout{data};
  std::error_code error;
  if (fs::exists(layout.lake(), error))
    return failure(ErrorKind::conflict, layout.lake().string() + " is there already; restore into an empty folder");
  const auto promised = check_list(from);
  if (!promised) return promised;
  const std::string name = "restore";
  const fs::path place = layout.lake() / lake::backups_folder / name;
  fs::create_directories(place.parent_path(), error);
  if (!error) fs::copy(tables_part(from), place, fs::copy_options::recursive, error);
  if (!error) fs::copy(checkpoints_part(from), layout.checkpoints(), fs::copy_options::recursive, error);
  if (error) return std::unexpected(failed("can't copy the events to " + place.string(), error));
  lake::LakeOptions options;
  options.data = layout.lake();
  auto process = lake::LakeProcess::start(std::move(options));
  if (!process) return std::unexpected(process.error());
  lake::Client client((*process)->endpoint());
  const auto restored = lake::restore_tables(client, name);
  if (!restored) return restored;
  fs::remove_all(place, error);
  if (*restored != *promised)
    return failure(ErrorKind::corrupt,
                   fmt::format("{} events came back of the {} that were copied", *restored, *promised));
  return restored;
}

}  // namespace yagura::app

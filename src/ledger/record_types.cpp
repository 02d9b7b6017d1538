#include "ledger/record_types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/yaml.hpp"
#include "ledger/move_condition.hpp"

namespace yagura::ledger {
namespace {

using Diagnostics = std::vector<Diagnostic>;

/// Where a faulty piece stands, for checks that look at several types: the first line that holds `needle`.
int line_of(const std::string& text, const std::string& needle) {
  const size_t at = text.find(needle);
  return at == std::string::npos ? 1 : 1 + static_cast<int>(std::count(text.begin(), text.begin() + at, '\n'));
}

void check_references(const std::map<std::string, RecordType, std::less<>>& types, const std::vector<Field>& fields,
                      const std::string& file, const std::string& text, Diagnostics& out) {
  for (const Field& field : fields) {
    for (const std::string& to : field.to)
      if (!types.contains(to))
        out.push_back({"record_type.reference_unknown", file, line_of(text, field.name), 0,
                       fmt::format("the field '{}' refers to '{}', which is no record type", field.name, to),
                       "name a file of the same folder"});
    check_references(types, field.columns, file, text, out);
  }
}

/// Conditions on the records that a type refers to: each of them must have the field.
void check_conditions(const std::map<std::string, RecordType, std::less<>>& types, const RecordType& type,
                      const std::string& text, Diagnostics& out) {
  for (const Move& move : type.moves)
    for (const MoveCondition& condition : move.where) {
      const Field* reference = condition.of_referred.empty() ? nullptr : type.field(condition.field);
      if (reference == nullptr) continue;
      for (const std::string& to : reference->to) {
        const auto target = types.find(to);
        if (target == types.end()) continue;
        auto fault = condition_fault(condition, target->second.field(condition.of_referred));
        if (!fault) continue;
        fault->file = type.file;
        fault->line = line_of(text, condition.field + "." + condition.of_referred);
        fault->what += fmt::format(" in '{}'", to);
        out.push_back(std::move(*fault));
      }
    }
}

}  // namespace

std::expected<RecordTypes, Diagnostics> RecordTypes::parse(
    const std::vector<std::pair<std::string, std::string>>& files) {
  RecordTypes set;
  Diagnostics faults;
  std::map<std::string, std::string> file_of_prefix;
  bool all_parsed = true;
  for (const auto& [file, text] : files) {
    auto type = parse_record_type(text, file);
    if (!type) {
      std::ranges::move(type.error(), std::back_inserter(faults));
      all_parsed = false;
      continue;
    }
    const std::string stem = std::filesystem::path(file).stem().string();
    if (type->id != stem)
      faults.push_back({"record_type.id_not_file_name", file, line_of(text, "id:"), 0,
                        fmt::format("the id '{}' is not the file's name '{}'", type->id, stem), "rename one of them"});
    if (const auto [other, fresh] = file_of_prefix.emplace(type->prefix, file); !fresh)
      faults.push_back({"record_type.prefix_taken", file, line_of(text, "prefix:"), 0,
                        fmt::format("the prefix {} belongs to {}", type->prefix, other->second), "choose another one"});
    const std::string id = type->id;
    if (!set.types_.emplace(id, std::move(*type)).second)
      faults.push_back({"record_type.id_taken", file, line_of(text, "id:"), 0,
                        fmt::format("the type '{}' is defined twice", id), "rename one"});
  }
  // A type that didn't load would make every reference to it look wrong.
  if (all_parsed)
    for (const auto& [file, text] : files)
      for (const auto& [id, type] : set.types_)
        if (type.file == file) {
          check_references(set.types_, type.fields, file, text, faults);
          check_conditions(set.types_, type, text, faults);
        }
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return set;
}

std::expected<RecordTypes, Diagnostics> RecordTypes::load(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  for (auto entry = std::filesystem::directory_iterator(folder, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    if (entry->path().extension() == ".yaml") paths.push_back(entry->path());
  if (error)
    return std::unexpected(Diagnostics{{"record_type.folder", folder.string(), 0, 0,
                                        "can't read the folder of record types: " + error.message(),
                                        "point --catalog at the project's catalog folder"}});
  std::ranges::sort(paths);
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    std::string text(yaml_bytes_max + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad() || !in.is_open())
      return std::unexpected(
          Diagnostics{{"yaml.unreadable", path.string(), 0, 0, "the file can't be read", "check that it may be read"}});
    text.resize(static_cast<size_t>(in.gcount()));
    files.emplace_back(path.string(), std::move(text));
  }
  return parse(files);
}

const RecordType* RecordTypes::find(std::string_view id) const {
  const auto found = types_.find(id);
  return found == types_.end() ? nullptr : &found->second;
}

const RecordType* RecordTypes::of_record(std::string_view record_id) const {
  const std::string_view prefix = record_id.substr(0, record_id.find('-'));
  for (const auto& [id, type] : types_)
    if (type.prefix == prefix) return &type;
  return nullptr;
}

}  // namespace yagura::ledger

#include "lake/query/fields.hpp"

#include <algorithm>
#include <numeric>

#include "base/text.hpp"
#include "lake/columns.hpp"

namespace yagura::lake {
namespace {

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (ascii_lower(a[i]) == ascii_lower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
}

std::vector<std::string> similar(std::string_view name, const KnownFields* known) {
  constexpr size_t name_bytes_max = 64;  // longer ones are no slip of the hand, and cost too much to compare
  std::vector<std::pair<size_t, std::string>> found;
  const auto consider = [&](std::string_view other) {
    if (name.size() > name_bytes_max || other.size() > name_bytes_max) return;
    const size_t distance = edit_distance(name, other);
    if (distance <= 1 + name.size() / 4) found.emplace_back(distance, other);
  };
  for (const ShortName& name_of : short_names()) consider(name_of.name);
  for (const Column& column : columns()) consider(column.name);
  if (known != nullptr)
    for (const std::string& field : *known) consider(field);
  std::sort(found.begin(), found.end());
  std::vector<std::string> out;
  for (const auto& [distance, text] : found)
    if (out.size() < 3 && std::find(out.begin(), out.end(), text) == out.end()) out.push_back(text);
  return out;
}

}  // namespace

const std::vector<ShortName>& short_names() {
  static const std::vector<ShortName> names{
      {"user", {"user.name", "actor.user.name"}},
      {"domain", {"user.domain", "actor.user.domain"}},
      {"sid", {"user.uid"}},
      {"group", {"group.name"}},
      {"ip", {"src_endpoint.ip", "dst_endpoint.ip"}},
      {"src_ip", {"src_endpoint.ip"}},
      {"dst_ip", {"dst_endpoint.ip"}},
      {"port", {"src_endpoint.port", "dst_endpoint.port"}},
      {"src_port", {"src_endpoint.port"}},
      {"dst_port", {"dst_endpoint.port"}},
      {"src_host", {"src_endpoint.hostname"}},
      {"dst_host", {"dst_endpoint.hostname"}},
      {"computer", {"host"}},
      {"process", {"process.name", "process.file.path", "actor.process.name", "actor.process.file.path"}},
      {"image", {"process.file.path", "actor.process.file.path"}},
      {"parent", {"actor.process.name", "actor.process.file.path"}},
      {"parent_cmd", {"actor.process.cmd_line"}},
      {"pid", {"process.pid", "actor.process.pid"}},
      {"cmd", {"process.cmd_line"}},
      {"cmdline", {"process.cmd_line"}},
      {"file", {"file.path", "file.name", "process.file.path", "module.file.path"}},
      {"path", {"file.path", "process.file.path", "module.file.path"}},
      {"module", {"module.file.path"}},
      {"hash", {"file.hashes.md5", "file.hashes.sha1", "file.hashes.sha256", "file.hashes.imphash"}},
      {"md5", {"file.hashes.md5"}},
      {"sha1", {"file.hashes.sha1"}},
      {"sha256", {"file.hashes.sha256"}},
      {"registry", {"reg_key.path", "reg_value.name", "reg_value.data"}},
      {"dns", {"query.hostname"}},
      {"url", {"http_request.url.url_string"}},
      {"site", {"http_request.url.hostname"}},
      {"agent", {"http_request.user_agent"}},
      {"method", {"http_request.http_method"}},
      {"http_status", {"http_response.code"}},
      {"service", {"service.name"}},
      {"task", {"job.name"}},
      {"script", {"script.script_content"}},
      {"class", {"class_uid"}},
      {"severity", {"severity_id"}},
      {"id", {"event_id"}},
  };
  return names;
}

std::expected<FieldRef, std::vector<std::string>> resolve_field(std::string_view name, const KnownFields* known) {
  for (const Column& column : columns()) {
    const bool searchable = column.kind != ColumnKind::attributes && column.kind != ColumnKind::search_text;
    if (searchable && (column.name == name || column.sql == name)) return FieldRef{{column.name}, {}};
  }
  for (const ShortName& entry : short_names())
    if (entry.name == name) return FieldRef{entry.columns, {}};
  if (known == nullptr || known->contains(name)) return FieldRef{{}, std::string(name)};
  // A name whose case alone is wrong is no riddle.
  const std::string lowered = ascii_lower(name);
  for (const std::string& field : *known)
    if (ascii_lower(field) == lowered) return FieldRef{{}, field};
  for (const ShortName& entry : short_names())
    if (entry.name == lowered) return FieldRef{entry.columns, {}};
  return std::unexpected(similar(name, known));
}

}  // namespace yagura::lake

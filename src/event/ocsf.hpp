// The part of the Open Cybersecurity Schema Framework (OCSF 1.3, windows extension included) that events
// are normalised to: class ids and the attributes that have a column in the lake.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace yagura::event {

/// OCSF class_uid. The category is its thousands (windows extension classes 2010xx are category 1).
namespace ocsf {
constexpr int32_t base_event = 0;
constexpr int32_t file_system_activity = 1001;
constexpr int32_t kernel_extension_activity = 1002;
constexpr int32_t kernel_activity = 1003;
constexpr int32_t memory_activity = 1004;
constexpr int32_t module_activity = 1005;
constexpr int32_t scheduled_job_activity = 1006;
constexpr int32_t process_activity = 1007;
constexpr int32_t event_log_activity = 1008;
constexpr int32_t script_activity = 1009;
constexpr int32_t registry_key_activity = 201001;
constexpr int32_t registry_value_activity = 201002;
constexpr int32_t windows_resource_activity = 201003;
constexpr int32_t windows_service_activity = 201004;
constexpr int32_t vulnerability_finding = 2002;
constexpr int32_t detection_finding = 2004;
constexpr int32_t account_change = 3001;
constexpr int32_t authentication = 3002;
constexpr int32_t authorize_session = 3003;
constexpr int32_t entity_management = 3004;
constexpr int32_t user_access_management = 3005;
constexpr int32_t group_management = 3006;
constexpr int32_t network_activity = 4001;
constexpr int32_t http_activity = 4002;
constexpr int32_t dns_activity = 4003;
constexpr int32_t dhcp_activity = 4004;
constexpr int32_t rdp_activity = 4005;
constexpr int32_t smb_activity = 4006;
constexpr int32_t ssh_activity = 4007;
constexpr int32_t ftp_activity = 4008;
constexpr int32_t email_activity = 4009;
constexpr int32_t network_file_activity = 4010;
constexpr int32_t application_lifecycle = 6002;
constexpr int32_t api_activity = 6003;
constexpr int32_t web_resources_activity = 6001;

/// True for the classes above.
bool is_class(int32_t class_uid);
/// 1 System, 2 Findings, 3 Identity, 4 Network, 5 Discovery, 6 Application; 0 for the base event.
int32_t category_of(int32_t class_uid);
/// "Process Activity"; empty for an unknown id.
std::string_view class_name(int32_t class_uid);
std::vector<int32_t> all_classes();
}  // namespace ocsf

enum class AttributeKind : uint8_t { text, word, number, ip };  // word: few distinct values

struct AttributeInfo {
  std::string_view name;  // OCSF's dotted name; fingerprints and observables flattened
  AttributeKind kind;
};

/// Every attribute with a column, in the columns' order. Append only: the lake's migrations count on it.
constexpr std::array attributes{
    AttributeInfo{"process.name", AttributeKind::word},
    AttributeInfo{"process.file.path", AttributeKind::text},
    AttributeInfo{"process.cmd_line", AttributeKind::text},
    AttributeInfo{"process.pid", AttributeKind::number},
    AttributeInfo{"actor.process.name", AttributeKind::word},
    AttributeInfo{"actor.process.file.path", AttributeKind::text},
    AttributeInfo{"actor.process.cmd_line", AttributeKind::text},
    AttributeInfo{"actor.process.pid", AttributeKind::number},
    AttributeInfo{"actor.user.name", AttributeKind::word},
    AttributeInfo{"actor.user.domain", AttributeKind::word},
    AttributeInfo{"user.name", AttributeKind::word},
    AttributeInfo{"user.domain", AttributeKind::word},
    AttributeInfo{"user.uid", AttributeKind::word},
    AttributeInfo{"group.name", AttributeKind::word},
    AttributeInfo{"src_endpoint.ip", AttributeKind::ip},
    AttributeInfo{"src_endpoint.port", AttributeKind::number},
    AttributeInfo{"src_endpoint.hostname", AttributeKind::word},
    AttributeInfo{"dst_endpoint.ip", AttributeKind::ip},
    AttributeInfo{"dst_endpoint.port", AttributeKind::number},
    AttributeInfo{"dst_endpoint.hostname", AttributeKind::word},
    AttributeInfo{"connection_info.protocol_name", AttributeKind::word},
    AttributeInfo{"traffic.bytes_in", AttributeKind::number},
    AttributeInfo{"traffic.bytes_out", AttributeKind::number},
    AttributeInfo{"file.path", AttributeKind::text},
    AttributeInfo{"file.name", AttributeKind::text},
    AttributeInfo{"file.hashes.md5", AttributeKind::text},
    AttributeInfo{"file.hashes.sha1", AttributeKind::text},
    AttributeInfo{"file.hashes.sha256", AttributeKind::text},
    AttributeInfo{"file.hashes.imphash", AttributeKind::text},
    AttributeInfo{"module.file.path", AttributeKind::text},
    AttributeInfo{"reg_key.path", AttributeKind::text},
    AttributeInfo{"reg_value.name", AttributeKind::text},
    AttributeInfo{"reg_value.data", AttributeKind::text},
    AttributeInfo{"query.hostname", AttributeKind::text},
    AttributeInfo{"answers.rdata", AttributeKind::text},
    AttributeInfo{"http_request.url.url_string", AttributeKind::text},
    AttributeInfo{"http_request.url.hostname", AttributeKind::word},
    AttributeInfo{"http_request.http_method", AttributeKind::word},
    AttributeInfo{"http_request.user_agent", AttributeKind::text},
    AttributeInfo{"http_response.code", AttributeKind::number},
    AttributeInfo{"tls.sni", AttributeKind::word},
    AttributeInfo{"logon_type_id", AttributeKind::number},
    AttributeInfo{"auth_protocol", AttributeKind::word},
    AttributeInfo{"status", AttributeKind::word},
    AttributeInfo{"status_code", AttributeKind::word},
    AttributeInfo{"service.name", AttributeKind::word},
    AttributeInfo{"job.name", AttributeKind::word},
    AttributeInfo{"script.script_content", AttributeKind::text},
    AttributeInfo{"api.operation", AttributeKind::word},
    AttributeInfo{"cloud.account.uid", AttributeKind::word},
    AttributeInfo{"cloud.region", AttributeKind::word},
    AttributeInfo{"share", AttributeKind::word},
    AttributeInfo{"message", AttributeKind::text},
};

constexpr size_t attribute_count = attributes.size();

/// Index into `attributes`.
enum class Attribute : uint8_t {};

std::optional<Attribute> find_attribute(std::string_view name);
/// The same while compiling the program's own names.
consteval Attribute attribute(std::string_view name) {
  for (size_t i = 0; i < attribute_count; ++i)
    if (attributes[i].name == name) return static_cast<Attribute>(i);
  throw "no such attribute";
}

}  // namespace yagura::event

#include "event/ocsf.hpp"

#include <algorithm>
#include <utility>

namespace yagura::event {
namespace ocsf {
namespace {

constexpr std::pair<int32_t, std::string_view> classes[] = {
    {base_event, "Base Event"},
    {file_system_activity, "File System Activity"},
    {kernel_extension_activity, "Kernel Extension Activity"},
    {kernel_activity, "Kernel Activity"},
    {memory_activity, "Memory Activity"},
    {module_activity, "Module Activity"},
    {scheduled_job_activity, "Scheduled Job Activity"},
    {process_activity, "Process Activity"},
    {event_log_activity, "Event Log Activity"},
    {script_activity, "Script Activity"},
    {vulnerability_finding, "Vulnerability Finding"},
    {detection_finding, "Detection Finding"},
    {account_change, "Account Change"},
    {authentication, "Authentication"},
    {authorize_session, "Authorize Session"},
    {entity_management, "Entity Management"},
    {user_access_management, "User Access Management"},
    {group_management, "Group Management"},
    {network_activity, "Network Activity"},
    {http_activity, "HTTP Activity"},
    {dns_activity, "DNS Activity"},
    {dhcp_activity, "DHCP Activity"},
    {rdp_activity, "RDP Activity"},
    {smb_activity, "SMB Activity"},
    {ssh_activity, "SSH Activity"},
    {ftp_activity, "FTP Activity"},
    {email_activity, "Email Activity"},
    {network_file_activity, "Network File Activity"},
    {web_resources_activity, "Web Resources Activity"},
    {application_lifecycle, "Application Lifecycle"},
    {api_activity, "API Activity"},
    {registry_key_activity, "Registry Key Activity"},
    {registry_value_activity, "Registry Value Activity"},
    {windows_resource_activity, "Windows Resource Activity"},
    {windows_service_activity, "Windows Service Activity"},
};

}  // namespace

std::string_view class_name(int32_t class_uid) {
  const auto it =
      std::find_if(std::begin(classes), std::end(classes), [&](const auto& c) { return c.first == class_uid; });
  return it == std::end(classes) ? std::string_view() : it->second;
}

std::vector<int32_t> all_classes() {
  std::vector<int32_t> out;
  for (const auto& entry : classes) out.push_back(entry.first);
  return out;
}

bool is_class(int32_t class_uid) {
  return !class_name(class_uid).empty();
}

int32_t category_of(int32_t class_uid) {
  return class_uid >= 100'000 ? class_uid % 100'000 / 1000 : class_uid / 1000;
}

}  // namespace ocsf

std::optional<Attribute> find_attribute(std::string_view name) {
  for (size_t i = 0; i < attribute_count; ++i)
    if (attributes[i].name == name) return static_cast<Attribute>(i);
  return std::nullopt;
}

}  // namespace yagura::event

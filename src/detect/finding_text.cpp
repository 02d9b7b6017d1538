#include "detect/finding_text.hpp"

#include "event/field.hpp"

namespace yagura::detect {
namespace {

/// Where sources name the user, the acting one first.
constexpr const char* names_of_user[] = {"User",
                                         "SubjectUserName",
                                         "TargetUserName",
                                         "AccountName",
                                         "user",
                                         "user.name",
                                         "userName",
                                         "UserName",
                                         "username",
                                         "userIdentity.userName",
                                         "userIdentity.arn",
                                         "actor.alternateId",
                                         "UserId",
                                         "userPrincipalName",
                                         "cs-username",
                                         "acct"};

bool names_somebody(std::string_view user) {
  return !user.empty() && user != "-" && !user.ends_with('$');
}

}  // namespace

std::string cut(std::string_view text) {
  if (text.size() <= finding_value_bytes_max) return std::string(text);
  size_t end = finding_value_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string user_of(const event::Batch& batch, const event::Event& event) {
  std::string machine;
  for (const char* name : names_of_user) {
    const auto id = event::FieldNames::instance().find(name);
    const event::Field* field = id ? batch.find(event, *id) : nullptr;
    if (!field || field->kind == event::Kind::null) continue;
    const std::string_view user = field->value().text;
    if (names_somebody(user)) return cut(user);
    if (machine.empty() && user.ends_with('$')) machine = cut(user);
  }
  return machine;
}

std::span<const char* const> user_fields() {
  return names_of_user;
}

}  // namespace yagura::detect

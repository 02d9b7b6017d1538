// Two formats that security products speak, alone in files or as what a syslog line says: ArcSight's CEF and QRadar's
// LEEF (versions 1 and 2).
#pragma once

#include <string_view>

#include "formats/field_writer.hpp"

namespace yagura::formats {

constexpr size_t product_header_parts = 8;      // between the bars of a CEF header; LEEF has fewer
constexpr size_t product_value_names_max = 64;  // values whose name another value gives ("cs1Label=Policy")

/// "CEF:0|vendor|product|version|id|name|severity|src=10.0.0.1 msg=a b": the header as deviceVendor, deviceProduct,
/// deviceVersion, deviceEventClassId, name and severity, the extension under its own names, and each custom value under
/// its label too. Sets the event's provider (vendor), channel (product), host (who acted: shost, src; else who reports:
/// dvchost, dvc) and, when rt, start or end is a time, its time. False, and nothing is added, when it is no CEF.
/// `text` lives as long as the batch.
bool parse_cef(std::string_view text, int zone_offset_seconds, FieldWriter& out);

/// "LEEF:2.0|vendor|product|version|id|^|src=10.0.0.1^usrName=x": the header as deviceVendor, deviceProduct,
/// deviceVersion and eventId; as parse_cef() otherwise, with identHostName, src and identSrc for who acted and devTime.
bool parse_leef(std::string_view text, int zone_offset_seconds, FieldWriter& out);

}  // namespace yagura::formats

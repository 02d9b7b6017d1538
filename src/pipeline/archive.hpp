#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "pipeline/byte_source.hpp"

namespace yagura::pipeline {

/// What may be wrapped around an input, known by its first bytes.
enum class Container { none, gzip, compressed, zip, tar, seven_zip };

/// How many first bytes detect_container() wants.
constexpr size_t container_head_bytes = 512;

/// zstd, xz, bzip2 and lz4 are `compressed`; a tar within shows itself in the first bytes that come out.
Container detect_container(std::string_view head);

struct ArchiveMember {
  std::string name;  // as UTF-8, for display only; empty for a single compressed file
  std::optional<Timestamp> modified;
  ByteSource* bytes = nullptr;
  std::function<uint64_t()> packed;  // bytes of the container that `bytes` has consumed so far
};

/// What a member's visit says: go on, or stop everything with an error.
using OnMember = std::function<Status(ArchiveMember&)>;
/// Hears of a member that can't be read (encrypted, corrupt), with its name; the reader goes on if it can.
using OnUnreadable = std::function<void(const std::string& name, Error error)>;

/// Visits the members of an archive in their order, never writing to disk: gzip by zlib, which holds its checksums, the
/// rest by libarchive. `file` is given when the
/// source is a seekable file (zip's own directory is read then; without it zip is read as a stream, 7z not at all). The
/// bytes of a member fail with what its container says about them.
Status read_archive(ByteSource& source, FileSource* file, Container kind, const OnMember& on_member,
                    const OnUnreadable& on_unreadable);

}  // namespace yagura::pipeline

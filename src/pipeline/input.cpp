#include "pipeline/input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "pipeline/input_stream.hpp"

namespace yagura::pipeline {
namespace {

/// What one file may still cost, shared by all that is unpacked from it.
struct Budget {
  const InputOptions& options;
  FileSource& file;
  uint64_t file_bytes;  // as the file system says; UINT64_MAX for what has no size
  InputOutcome& outcome;
  uint64_t expanded = 0;
  size_t members = 0;
  std::optional<Error> exceeded;

  Status spend(uint64_t bytes) {
    const InputLimits& limits = options.limits;
    expanded += bytes;
    if (expanded > limits.expanded_bytes_max)
      return exceed(fmt::format("it expands to more than {} bytes (expanded_bytes_max)", limits.expanded_bytes_max));
    // An archive's directory is read from the end first, and members may share bytes that are read again for each:
    // what was read counts at most once.
    return within_ratio(expanded, std::min(file.bytes_read(), file_bytes));
  }

  /// Of the whole file or of one member: `out` bytes came from `in` bytes.
  Status within_ratio(uint64_t out, uint64_t in) {
    const InputLimits& limits = options.limits;
    if (out <= limits.ratio_free_bytes || out / std::max<uint64_t>(in, 1) <= limits.ratio_max) return {};
    return exceed(fmt::format("it expands to more than {} times its size (ratio_max)", limits.ratio_max));
  }

  Status count_member() {
    if (++members > options.limits.members_max)
      return exceed(fmt::format("it holds more than {} files (members_max)", options.limits.members_max));
    return {};
  }

  std::unexpected<Error> exceed(const std::string& what) {
    exceeded = Error{ErrorKind::limit, what + ": it may be an archive bomb; unpack it by hand if you trust it"};
    return std::unexpected(*exceeded);
  }
};

/// Counts what comes out of a container, and the progress on disk.
class CountedSource : public ByteSource {
 public:
  /// `member` when the bytes are those of one, else null.
  CountedSource(ByteSource& source, Budget& budget, const ArchiveMember* member)
      : source_(source), budget_(budget), member_(member) {}

  Result<size_t> read(char* out, size_t size) override {
    auto got = source_.read(out, size);
    if (!got) return got;
    if (member_) {
      given_ += *got;
      if (const auto spent = budget_.spend(*got); !spent) return std::unexpected(spent.error());
      if (const auto fits = budget_.within_ratio(given_, member_->packed()); !fits)
        return std::unexpected(fits.error());
    }
    if (budget_.options.on_progress) budget_.options.on_progress(budget_.file.bytes_read());
    return got;
  }

 private:
  ByteSource& source_;
  Budget& budget_;
  const ArchiveMember* member_;
  uint64_t given_ = 0;
};

struct Wrapped {
  std::string name;
  Timestamp modified;
  int depth = 0;
};

std::string last_name(std::string_view name) {
  name = name.substr(name.find_last_of("/\\") + 1);
  constexpr std::array<std::string_view, 5> endings = {".gz", ".zst", ".xz", ".bz2", ".lz4"};
  for (const std::string_view ending : endings)
    if (name.ends_with(ending)) name.remove_suffix(ending.size());
  return std::string(name);
}

void fail(Budget& budget, const std::string& name, Error error) {
  error.message = fmt::format("can't read {}: {}", name, error.message);
  budget.outcome.failures.push_back({name, std::move(error)});
}

Status read_wrapped(ByteSource& source, FileSource* file, const Wrapped& what, Budget& budget, const OnInput& on_input);

Status read_leaf(ByteSource& source, const Wrapped& what, Budget& budget, const OnInput& on_input) {
  SourceStream stream(what.name, last_name(what.name), what.modified, source, budget.options.encoding);
  ++budget.outcome.inputs;
  auto status = on_input(stream);
  budget.outcome.bytes_expanded += stream.raw_bytes();
  if (const auto& failed = stream.failure()) fail(budget, what.name, *failed);
  return status;
}

Status read_members(ByteSource& source, FileSource* file, Container kind, const Wrapped& what, Budget& budget,
                    const OnInput& on_input) {
  if (what.depth >= budget.options.limits.archive_depth_max) {
    fail(budget, what.name,
         {ErrorKind::limit, fmt::format("it is an archive nested deeper than {} (archive_depth_max)", what.depth)});
    return {};
  }
  Status stopped;
  const auto on_member = [&](ArchiveMember& member) -> Status {
    if (auto counted = budget.count_member(); !counted) return counted;
    Wrapped inner{what.name, member.modified.value_or(what.modified), what.depth + 1};
    if (!member.name.empty()) inner.name += "!/" + member.name;
    CountedSource counted(*member.bytes, budget, &member);
    stopped = read_wrapped(counted, nullptr, inner, budget, on_input);
    if (stopped && budget.exceeded) return std::unexpected(*budget.exceeded);
    return stopped;
  };
  const auto on_unreadable = [&](const std::string& name, Error error) {
    fail(budget, what.name + "!/" + name, std::move(error));
  };
  const auto status = read_archive(source, file, kind, on_member, on_unreadable);
  if (!stopped) return stopped;
  const bool told = !budget.outcome.failures.empty() && budget.exceeded;
  if (!status && !(told && budget.outcome.failures.back().error.message.ends_with(status.error().message)))
    fail(budget, what.name, status.error());
  return {};
}

Status read_wrapped(ByteSource& source, FileSource* file, const Wrapped& what, Budget& budget,
                    const OnInput& on_input) {
  PeekedSource peeked(source);
  const auto head = peeked.peek(container_head_bytes);
  if (!head) {
    fail(budget, what.name, head.error());
    return {};
  }
  const Container kind = detect_container(*head);
  if (kind == Container::none) return read_leaf(peeked, what, budget, on_input);
  if (!file) return read_members(peeked, nullptr, kind, what, budget, on_input);
  if (file->seek(0, SEEK_SET) != 0) return read_members(peeked, nullptr, kind, what, budget, on_input);
  return read_members(source, file, kind, what, budget, on_input);
}

}  // namespace

Status read_input(const InputFile& file, const InputOptions& options, const OnInput& on_input, InputOutcome& outcome) {
  auto opened = FileSource::open(file.path);
  if (!opened) {
    outcome.failures.push_back({file.name, opened.error()});
    return {};
  }
  FileSource& source = **opened;
  const int64_t end = source.seekable() ? source.seek(0, SEEK_END) : -1;
  if (end >= 0 && source.seek(0, SEEK_SET) != 0) {
    outcome.failures.push_back({file.name, {ErrorKind::io, "can't read " + file.name + ": it can't be rewound"}});
    return {};
  }
  Budget budget{options, source, end >= 0 ? static_cast<uint64_t>(end) : UINT64_MAX, outcome, 0, 0, std::nullopt};
  CountedSource counted(source, budget, nullptr);
  const Wrapped what{file.name, file.modified, 0};
  auto status = read_wrapped(counted, source.seekable() ? &source : nullptr, what, budget, on_input);
  outcome.bytes_read += source.bytes_read();
  return status;
}

}  // namespace yagura::pipeline

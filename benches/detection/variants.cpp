#include "detection/variants.hpp"

#include <algorithm>
#include <fstream>
#include <string>

namespace yagura::bench {
namespace {

namespace fs = std::filesystem;

/// The line of a detection with a letter of its value's text changed, so that it looks for something else: a letter
/// in the middle, which leaves wildcards, quotes and endings such as ".exe" alone.
std::string changed(std::string line, size_t copy) {
  const size_t dash = line.find_first_not_of(' ');
  const size_t colon = line.find(": ");
  size_t begin = std::string::npos;
  if (dash != std::string::npos && line.compare(dash, 2, "- ") == 0) begin = dash + 2;
  if (colon != std::string::npos) begin = colon + 2;
  if (begin == std::string::npos) return line;
  const size_t comment = line.find(" #", begin);
  const size_t end = comment == std::string::npos ? line.size() : comment;
  if (end < begin + 6 || line.find('|') < begin || line.find("|re") != std::string::npos ||
      line.find("cidr") != std::string::npos || line.find("base64") != std::string::npos)
    return line;
  size_t seen = 0;
  for (size_t at = begin + (end - begin) / 3; at < end - 1 && seen < 3; ++at) {
    const char c = line[at];
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) || line[at - 1] == '\\') continue;
    line[at] = static_cast<char>('a' + (static_cast<size_t>(c) * 7 + copy * 5 + seen * 3) % 26);
    ++seen;
  }
  return line;
}

}  // namespace

void write_variants(const std::vector<fs::path>& folders, size_t copies, const fs::path& into) {
  std::vector<fs::path> files;
  for (const fs::path& folder : folders)
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.path().extension() == ".yml" || entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::ranges::sort(files);
  for (size_t copy = 0; copy < copies; ++copy)
    for (size_t number = 0; number < files.size(); ++number) {
      std::ifstream in(files[number]);
      std::ofstream out(into / (std::to_string(copy) + "-" + std::to_string(number) + ".yml"));
      bool detection = false;
      for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line[0] != ' ' && line[0] != '#') detection = line.starts_with("detection:");
        const bool condition = line.find("condition:") != std::string::npos;
        if (copy > 0 && line.starts_with("id: ") && line.size() >= 40)
          line = line.substr(0, 4) + std::to_string(10'000'000 + copy) + line.substr(12);
        if (copy > 0 && detection && !condition) line = changed(std::move(line), copy);
        out << line << '\n';
      }
    }
}

}  // namespace yagura::bench

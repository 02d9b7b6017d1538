#include "detect/decisions.hpp"

#include <fstream>

namespace yagura::detect {

namespace fs = std::filesystem;

Decisions read_decisions(const fs::path& folder, std::vector<Diagnostic>& faults) {
  Decisions out;
  if (folder.empty()) return out;
  out.own = folder.string();
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".out") continue;
    std::error_code wrong;
    const auto size = fs::file_size(entry.path(), wrong);
    std::ifstream in(entry.path(), std::ios::binary);
    if (wrong || !in || size > decision_file_bytes_max) {
      faults.push_back({"rules.decision_unreadable", entry.path().string(), 0, 0,
                        "the file that takes rules out of force can't be read", "see who may read it"});
      continue;
    }
    for (std::string line; std::getline(in, line);)
      if (!line.empty()) out.out_of_force.insert(line);
  }
  if (error)
    faults.push_back(
        {"rules.decision_unreadable", folder.string(), 0, 0, "the folder can't be read", "see who may read it"});
  return out;
}

}  // namespace yagura::detect

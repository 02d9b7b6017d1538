#pragma once

#include <string>

#include "base/yaml_tree.hpp"

namespace yagura::detect {

/// A YAML scalar with the type that YAML 1.2's core schema gives it: quoted text is always a string, and so
/// are YAML 1.1's yes, no, on and off.
struct Scalar {
  enum class Type { null, boolean, number, string };
  Type type = Type::null;
  std::string text;  // as written; "true" or "false" for booleans
  int line = 0;      // from 1
  int column = 0;
};

/// `node` must be a scalar or null.
Scalar read_scalar(YamlNode node);

}  // namespace yagura::detect

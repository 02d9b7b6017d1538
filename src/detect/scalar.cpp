#include "detect/scalar.hpp"

#include "detect/number.hpp"

namespace yagura::detect {

Scalar read_scalar(YamlNode node) {
  Scalar out;
  out.line = node.line();
  out.column = node.column();
  if (node.is_null()) return out;
  out.text = node.text();
  out.type = Scalar::Type::string;
  if (!node.is_plain()) return out;
  if (out.text == "true" || out.text == "True" || out.text == "TRUE" || out.text == "false" || out.text == "False" ||
      out.text == "FALSE") {
    out.type = Scalar::Type::boolean;
    out.text = out.text[0] == 't' || out.text[0] == 'T' ? "true" : "false";
  } else if (parse_number(out.text)) {
    out.type = Scalar::Type::number;
  }
  return out;
}

}  // namespace yagura::detect

#include "desks/table_file.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "base/yaml.hpp"

namespace yagura::desks {
namespace {

namespace json = boost::json;

template <typename Number>
bool is_number(const std::string& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

json::value to_json(const YAML::Node& node) {
  if (node.IsMap()) {
    json::object out;
    for (const auto& entry : node) out[entry.first.Scalar()] = to_json(entry.second);
    return out;
  }
  if (node.IsSequence()) {
    json::array out;
    for (const auto& item : node) out.push_back(to_json(item));
    return out;
  }
  if (!node.IsScalar()) return nullptr;
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return json::value(text);  // quoted
  if (text == "true" || text == "false") return text == "true";
  int64_t whole = 0;
  if (is_number(text, whole)) return whole;
  double real = 0;
  if (text.find_first_not_of("0123456789.-") == std::string::npos && is_number(text, real)) return real;
  return json::value(text);
}

}  // namespace

Diagnosed<json::object> read_table_file(const std::filesystem::path& file) {
  auto documents = load_yaml(file);
  if (!documents) return std::unexpected(documents.error());
  if (documents->empty() || !documents->front().IsMap())
    return std::unexpected(
        Diagnostic{"criteria.file", file.string(), 1, 1, "the file holds no table", "compare with the shipped file"});
  return to_json(documents->front()).as_object();
}

}  // namespace yagura::desks

// links: yagura_api
// A hostile body against contracts of every shape: no crash, a bounded number of faults, and pointers that lead
// into the body (or to what is missing from it).
#include "api/json_schema.hpp"

#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/schema.hpp"

namespace {

namespace json = boost::json;

const json::value& contract() {
  using namespace yagura::api::schema;
  static const json::value root =
      json::object{{"components",
                    {{"schemas",
                      {{"Node", object({{"name", text(1, 8)},
                                        optional("next", ref("Node")),
                                        optional("at", time()),
                                        optional("kind", choice({"a", "b"})),
                                        optional("any", any_of({integer(0, 9), json::object{{"type", "null"}}})),
                                        optional("list", list(ref("Node"), 4)),
                                        optional("more", map(number())),
                                        optional("code", pattern("^(a|b)*c$"))})}}}}}};
  return root;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 128;
  const json::value body = json::parse(std::string_view(reinterpret_cast<const char*>(data), size), error, {}, options);
  if (error) return 0;
  const auto faults = yagura::api::find_faults(body, yagura::api::schema::ref("Node"), contract());
  if (faults.size() > yagura::api::schema_faults_max) std::abort();
  for (const auto& fault : faults) {
    boost::system::error_code lost;
    if (fault.code != "schema.required" && body.find_pointer(fault.pointer, lost) == nullptr) std::abort();
  }
  return 0;
}

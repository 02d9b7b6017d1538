#include "api/local_call.hpp"

#include <utility>

#include "api/problem.hpp"
#include "api/target.hpp"
#include "base/ids.hpp"

namespace yagura::api {
namespace {

/// A body that is there already, in one piece.
class WholeBody final : public BodyReader {
 public:
  explicit WholeBody(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<std::string> read() override { return std::exchange(bytes_, {}); }

 private:
  std::string bytes_;
};

}  // namespace

Response call_locally(const Gate& gate, const Principal& who, std::string_view method, std::string_view target,
                      std::string body, std::string_view body_type, std::string_view language) {
  auto parsed = parse_target(target);
  if (!parsed) return problem(400, "target", "the request target is malformed");
  static const IdSource ids = random_ids();
  Request request;
  request.method = parse_method(method);
  request.path = std::move(parsed->path);
  request.query = std::move(parsed->query);
  request.peer = "local";
  request.id = ids();
  if (!body.empty()) request.headers.add("Content-Type", std::string(body_type));
  if (!language.empty()) request.headers.add("Accept-Language", std::string(language));
  const BodyPlan plan = gate.plan(request.method, request.path);
  if (body.size() > plan.bytes_max)
    return problem(413, "body_too_large", "the body is larger than this operation takes");
  if (!plan.stream) {
    request.body = std::move(body);
    return gate.answer_as(who, request);
  }
  WholeBody whole(std::move(body));
  request.stream = &whole;
  return gate.answer_as(who, request);
}

}  // namespace yagura::api

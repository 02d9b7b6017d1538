// links: yagura_ledger
// A record's body from anywhere, against a type with a field of every kind: it is refused with reasons, or it is
// stored as canonical JSON that reads back as itself.
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.hpp"
#include "base/text.hpp"
#include "ledger/fact.hpp"
#include "ledger/record_types.hpp"
#include "ledger/search_text.hpp"
#include "ledger/validation.hpp"

namespace {

using namespace yagura;

constexpr const char* every_kind = R"yaml(
id: every
prefix: EVR
desk: response
roles: [D-2]
title: {ja: 全種, en: Every kind}
fields:
  - {name: text, title: {ja: t, en: t}, type: text, required: true}
  - {name: md, title: {ja: t, en: t}, type: markdown, unknown: allowed}
  - {name: int, title: {ja: t, en: t}, type: integer, min: -5, max: 500}
  - {name: num, title: {ja: t, en: t}, type: number, unknown: allowed}
  - {name: bool, title: {ja: t, en: t}, type: boolean}
  - {name: time, title: {ja: t, en: t}, type: time}
  - {name: date, title: {ja: t, en: t}, type: date}
  - {name: dur, title: {ja: t, en: t}, type: duration}
  - {name: pick, title: {ja: t, en: t}, type: choice, choices: [{id: a, title: {ja: t, en: t}}]}
  - {name: ref, title: {ja: t, en: t}, type: reference, to: [every]}
  - {name: who, title: {ja: t, en: t}, type: user}
  - {name: blob, title: {ja: t, en: t}, type: blob}
  - {name: raw, title: {ja: t, en: t}, type: json}
  - {name: list, title: {ja: t, en: t}, type: list, items: time, max: 3}
  - name: lines
    title: {ja: t, en: t}
    type: table
    columns:
      - {name: a, title: {ja: t, en: t}, type: text, required: true}
      - {name: b, title: {ja: t, en: t}, type: number}
states: [{id: only, title: {ja: t, en: t}, initial: true}]
permissions: {read: e.r, create: e.c, update: e.u}
)yaml";

const ledger::RecordType& type() {
  static const auto loaded = ledger::parse_record_type(every_kind, "every.yaml");
  check(loaded.has_value(), "the fuzz target's own type is sound");
  return *loaded;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  boost::system::error_code error;
  boost::json::parse_options options;
  options.allow_invalid_utf8 = true;
  const auto value = boost::json::parse({reinterpret_cast<const char*>(data), size}, error, {}, options);
  if (error || !value.is_object()) return 0;
  boost::json::object body = value.get_object();
  ledger::normalise_body(type(), body);
  for (const ledger::Reason& reason : ledger::validate_body(type(), body))
    check(!reason.code.empty() && is_utf8(reason.field) && is_utf8(reason.message), "a reason can be shown");
  if (!ledger::validate_body(type(), body).empty()) return 0;
  const std::string text = ledger::canonical_json(body);
  boost::json::object again = boost::json::parse(text).as_object();
  check(ledger::canonical_json(again) == text, "canonical JSON reads back as itself");
  ledger::normalise_body(type(), again);
  check(ledger::canonical_json(again) == text, "what was normalised is normal");
  check(is_utf8(ledger::search_tokens(type(), "EVR-2026-0001", body)), "search tokens are text");
  return 0;
}

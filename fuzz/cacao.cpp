// links: yagura_desks
// A document from anywhere: whatever passes the check becomes a playbook, goes out as it came, and one made from its
// steps passes the check again.
#include "desks/governance/cacao.hpp"

#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>

#include "desks/governance/cacao_playbook.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace governance = yagura::desks::governance;
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse({reinterpret_cast<const char*>(data), size}, error);
  if (error || !parsed.is_object()) return 0;
  const boost::json::object& document = parsed.get_object();
  if (!governance::check_cacao(document).empty()) return 0;
  yagura::ledger::Record record;
  record.id = {"PBK-2026-0001"};
  record.state = "draft";
  record.body = governance::playbook_fields(document);
  record.body["set"] = "incident";
  const auto same = governance::cacao_of(record, "ledger");
  if (!same || *same != document) std::abort();
  record.body.erase("cacao");
  const auto made = governance::cacao_of(record, "ledger");
  if (!made || !governance::check_cacao(*made).empty()) std::abort();
  return 0;
}

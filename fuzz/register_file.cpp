// links: yagura_registers
// A register's file from anywhere, as CSV, JSON and workbook: it becomes rows or named faults, and rows of a CSV that
// were taken are written and read again as themselves.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "base/text.hpp"
#include "ledger/record_types.hpp"
#include "registers/import_rows.hpp"
#include "registers/sheet.hpp"
#include "registers/workbook.hpp"

namespace {

using namespace yagura;

constexpr const char* note_yaml = R"yaml(
id: note
prefix: NTE
desk: response
roles: [D-2]
title: {ja: 覚書, en: Note}
fields:
  - {name: title, title: {ja: 件名, en: Title}, type: text, required: true}
  - {name: seen_at, title: {ja: 日時, en: Seen at}, type: time, unknown: allowed}
  - {name: weight, title: {ja: 重み, en: Weight}, type: number}
  - {name: tags, title: {ja: 札, en: Tags}, type: list, items: text}
  - {name: raw, title: {ja: 生, en: Raw}, type: json}
states: [{id: only, title: {ja: 唯一, en: Only}, initial: true}]
permissions: {read: n.r, create: n.c, update: n.u}
)yaml";

void check_faults(const registers::ImportFaults& faults) {
  check(faults.kept.size() <= registers::faults_kept_max, "the list of faults is bounded");
  for (const registers::ImportFault& fault : faults.kept)
    check(!fault.reason.code.empty() && is_utf8(fault.value) && is_utf8(fault.column), "a fault can be shown");
}

/// A workbook whose sheet, or whose shared texts, are the bytes: what a zip's check sums would keep a fuzzer from.
std::string workbook_around(std::string_view bytes, bool as_sheet) {
  const std::string sheet = R"(<worksheet><sheetData><row r="1"><c t="s"><v>0</v></c></row></sheetData></worksheet>)";
  auto zip = registers::write_parts(
      {{"xl/workbook.xml", R"(<workbook xmlns:r="r"><sheets><sheet name="note" r:id="1"/></sheets></workbook>)"},
       {"xl/_rels/workbook.xml.rels", R"(<Relationships><Relationship Id="1" Target="s.xml"/></Relationships>)"},
       {"xl/s.xml", as_sheet ? std::string(bytes) : sheet},
       {"xl/sharedStrings.xml", as_sheet ? "<sst><si><t>title</t></si></sst>" : std::string(bytes)}});
  check(zip.has_value(), "a workbook can be written");
  return std::move(*zip);
}

void read_workbook(std::string_view bytes, const ledger::RecordType& type, const Texts& texts) {
  registers::ImportFaults faults;
  const registers::Sheet sheet = registers::read_xlsx(bytes, "note", faults);
  if (faults.count == 0) registers::rows_of_sheet(sheet, type, ledger::system_actor("fuzz"), texts, faults);
  check_faults(faults);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto type = ledger::parse_record_type(note_yaml, "note.yaml");
  static const Texts texts;
  check(type.has_value(), "the fuzz target's own type is sound");
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const ledger::Actor actor = ledger::system_actor("fuzz");
  {
    registers::ImportFaults faults;
    const registers::Sheet sheet = registers::read_csv(bytes, faults);
    if (faults.count == 0) {
      registers::ImportFaults none;
      const registers::Sheet again = registers::read_csv(registers::write_csv(sheet), none);
      check(none.count == 0 && again.rows.size() == sheet.rows.size(), "what was written is read");
      for (size_t i = 0; i < sheet.rows.size(); ++i)
        for (size_t j = 0; j < sheet.rows[i].cells.size(); ++j)
          check(again.rows[i].cells.at(j).text == sheet.rows[i].cells[j].text, "each cell comes back as itself");
      registers::rows_of_sheet(sheet, *type, actor, texts, faults);
    }
    check_faults(faults);
  }
  {
    registers::ImportFaults faults;
    registers::rows_of_json(bytes, *type, faults);
    check_faults(faults);
  }
  read_workbook(bytes, *type, texts);
  read_workbook(workbook_around(bytes, true), *type, texts);
  read_workbook(workbook_around(bytes, false), *type, texts);
  return 0;
}

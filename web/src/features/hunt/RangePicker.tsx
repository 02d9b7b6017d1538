import { useState } from "react";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { TextField } from "@/components/Field";
import { Menu } from "@/components/Menu";
import { t, useLang } from "@/lib/text";
import { clock, fieldEnd, fieldTime, zone } from "@/lib/time";
import { ranges, type Range, type RangeName } from "./search";

function Exactly({ from, until, onTake, onClose }: { from: string; until: string; onTake: (from: string, until: string) => void; onClose: () => void }) {
  const [given, setGiven] = useState({ from: fieldTime(Date.parse(from), "second"), until: fieldEnd(Date.parse(until)) });
  const wrong = new Date(given.from) >= new Date(given.until) ? t("console.hunt.range.wrong") : undefined;
  return (
    <AskDialog title={t("console.hunt.range.exactly")} says={t("console.hunt.range.take")} onClose={onClose} onSend={async () => {
      if (wrong) throw new Error(wrong);
      onTake(new Date(given.from).toISOString(), new Date(given.until).toISOString());
    }}>
      <TextField label={t("console.hunt.range.from")} type="datetime-local" step={1} must value={given.from} onChange={(e) => setGiven({ ...given, from: e.target.value })} />
      <TextField label={t("console.hunt.range.until")} type="datetime-local" step={1} must value={given.until} wrong={wrong} onChange={(e) => setGiven({ ...given, until: e.target.value })} />
    </AskDialog>
  );
}

/** Over which time is searched. */
export function RangePicker({ range, asked, onNamed, onExact }: {
  range: Range; asked: { from: string; until: string }; onNamed: (name: RangeName) => void; onExact: (from: string, until: string) => void;
}) {
  useLang();
  const [exactly, setExactly] = useState(false);
  const says = range.name === "fixed" ? `${clock(new Date(asked.from), zone.get(), false)} – ${clock(new Date(asked.until), zone.get(), false)}` : t(`console.hunt.range.${range.name}`);
  return (
    <>
      <Menu button={(open) => <Button icon="clock" aria-label={`${t("console.hunt.range")}: ${says}`} {...open}>{says}</Button>} items={[
        ...(Object.keys(ranges) as RangeName[]).map((name) => ({ says: t(`console.hunt.range.${name}`), checked: range.name === name, run: () => onNamed(name) })),
        "line" as const,
        { says: t("console.hunt.range.exactly"), checked: range.name === "fixed", run: () => setExactly(true) },
      ]} />
      {exactly && <Exactly from={asked.from} until={asked.until} onTake={onExact} onClose={() => setExactly(false)} />}
    </>
  );
}

// Finding the record that is meant: by its number or by words of it.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { Button } from "@/components/Button";
import { call } from "@/lib/call";
import { labelOf, stateTitle, typeOfId, useTypes } from "@/lib/records";
import { useMay } from "@/lib/session";
import { t, titleOf, useLang } from "@/lib/text";
import type { Page } from "./listing";

const found_max = 8;
const id_form = /^[A-Z]{2,6}-\d{4}-\d+$/;

type Control = { id: string; "aria-describedby"?: string; "aria-invalid"?: boolean };

function useFound(text: string, to: string[], open: boolean) {
  const types = useTypes();
  const may = useMay();
  const asked = useDeferredValue(text.trim());
  return useQuery({
    queryKey: ["find", to, asked],
    enabled: open && !!types,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const among = to.length > 0 ? to : [typeOfId(types, asked.toUpperCase())?.id ?? ""].filter(Boolean);
      const wanted = types!.filter((type) => among.includes(type.id) && may(type.permissions.read));
      const query = id_form.test(asked.toUpperCase()) ? { filter: JSON.stringify([{ field: "id", op: "equals", value: asked.toUpperCase() }]) } : asked ? { text: asked } : {};
      const pages = await Promise.all(wanted.map((type) => call("listRecords", { path: { type: type.id }, query: { limit: found_max, ...query }, signal })));
      return pages.flatMap((page, i) => (page as Page).records.map((record) => ({ id: record.id, says: labelOf(wanted[i], record), state: stateTitle(wanted[i], record.state), type: wanted[i]! }))).slice(0, found_max);
    },
  });
}

/** The name of a record that was chosen. */
function useChosen(id: string): string {
  const type = typeOfId(useTypes(), id);
  const got = useQuery({
    queryKey: ["register", type?.id, "one", id],
    enabled: !!type && id_form.test(id),
    staleTime: 60_000,
    queryFn: async ({ signal }) => (await call("listRecords", { path: { type: type!.id }, query: { limit: 1, filter: JSON.stringify([{ field: "id", op: "equals", value: id }]) }, signal })) as Page,
    select: (page) => page.records[0],
  });
  return got.data ? labelOf(type, got.data) : "";
}

export function RefPicker({ control, value, to, onChange, label }: {
  control?: Control; value: string; to: string[]; onChange: (id: string) => void; label: string;
}) {
  useLang();
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const found = useFound(text ?? "", to, open).data ?? [];
  const chosen = useChosen(value);
  useEffect(() => setAt(0), [text]);
  const take = (id: string) => {
    onChange(id);
    setText(null);
    setOpen(false);
  };
  // Words that are not yet a record's number are kept as they are: the form says so rather than saving what was there before.
  const typed = (words: string) => {
    setText(words);
    const number = words.trim().toUpperCase();
    onChange(id_form.test(number) ? number : words.trim());
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return setOpen(true);
      setAt((now) => Math.max(0, Math.min(found.length - 1, now + (event.key === "ArrowDown" ? 1 : -1))));
    } else if (event.key === "Enter" && open && found[at]) {
      event.preventDefault();
      take(found[at].id);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
      setText(null);
    }
  };
  return (
    <div className="ref-picker" ref={box} onBlur={(event) => {
      if (box.current?.contains(event.relatedTarget as Node)) return;
      setOpen(false);
      setText(null);
    }}>
      <input className="input" {...control} {...(control ? {} : { "aria-label": label })} role="combobox" aria-autocomplete="list" aria-expanded={open} aria-controls={listId} autoComplete="off"
        aria-activedescendant={open && found[at] ? `${listId}-${at}` : undefined} placeholder={t("console.registers.ref.hint")}
        value={text ?? (value && chosen && chosen !== value ? `${chosen} (${value})` : value)}
        onFocus={(event) => event.target.select()} onChange={(event) => { typed(event.target.value); setOpen(true); }} onClick={() => setOpen(true)} onKeyDown={keys} />
      {value && <Button small look="plain" icon="close" label={t("console.registers.ref.clear", { field: label })} onClick={() => take("")} />}
      <ul role="listbox" id={listId} aria-label={label} className={open ? "found" : "found shut"}>
        {open && found.map((one, i) => (
          <li key={one.id} id={`${listId}-${i}`} role="option" aria-selected={i === at} onMouseDown={(event) => { event.preventDefault(); take(one.id); }} onMouseEnter={() => setAt(i)}>
            <span className="cut grow">{one.says}</span>
            {to.length !== 1 && <span className="quiet">{titleOf(one.type.title)}</span>}
            <span className="quiet mono">{one.id}</span>
          </li>
        ))}
        {open && found.length === 0 && <li role="option" aria-selected={false} aria-disabled="true" className="quiet">{t("console.registers.ref.none")}</li>}
      </ul>
    </div>
  );
}

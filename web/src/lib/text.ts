// Every text that a person sees, from catalog/i18n/<lang>/console*.yaml. {name} marks a place to fill.
import { keptStore, Store, useStore } from "./store";

export type Lang = "ja" | "en";
export type Title = { ja: string; en: string };
type Texts = Record<string, string>;

export const lang = keptStore<Lang>("yagura.lang", ["ja", "en"], document.documentElement.lang === "en" ? "en" : "ja");
const texts = new Store<Texts>({});

const load: Record<Lang, () => Promise<{ default: Texts }>> = {
  ja: () => import("virtual:texts/ja"),
  en: () => import("virtual:texts/en"),
};

/** Loads the language's texts, then speaks it. */
export async function speak(wanted: Lang) {
  const loaded = (await load[wanted]()).default;
  document.documentElement.lang = wanted;
  lang.set(wanted);
  texts.set(loaded);
}

export type Args = Record<string, string | number>;

/** The text of `key`; a missing one shows as its key, so that it is seen. */
export function t(key: string, args?: Args): string {
  const text = texts.get()[key];
  if (text === undefined) return `[${key}]`;
  return args ? text.replace(/\{([a-z_]+)\}/g, (all, name: string) => String(args[name] ?? all)) : text;
}

export function hasText(key: string): boolean {
  return key in texts.get();
}

/** The language's half of a title from a declaration. */
export function titleOf(title: Partial<Title> | undefined, otherwise = ""): string {
  return (title && (title[lang.get()] || title.en || title.ja)) || otherwise;
}

/** Makes the component speak again when the language changes. */
export function useLang(): Lang {
  useStore(texts);
  return useStore(lang);
}

const numbers = { ja: new Intl.NumberFormat("ja"), en: new Intl.NumberFormat("en") };

export function number(value: number): string {
  return numbers[lang.get()].format(value);
}

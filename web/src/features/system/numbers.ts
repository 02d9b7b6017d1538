import { lang } from "@/lib/text";

/** "1.2 GB" */
export function bytes(count: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  const step = Math.min(units.length - 1, count < 1000 ? 0 : Math.floor(Math.log10(count) / 3));
  const format = new Intl.NumberFormat(lang.get(), { style: "unit", unit: units[step]!, unitDisplay: step === 0 ? "long" : "short", maximumFractionDigits: 1 });
  return format.format(count / 1000 ** step);
}

// Handing a picture or its data to another program: by the clipboard where the browser lets us, else as a file.

function save(blob: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const kept = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity", "fill-opacity", "font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline"];

/** The drawing as it looks now, with every colour written out, so that it stands alone. */
function standalone(svg: SVGSVGElement): { text: string; width: number; height: number } {
  const box = svg.getBoundingClientRect();
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const there = [svg, ...svg.querySelectorAll<SVGElement>("*")];
  const made = [copy, ...copy.querySelectorAll<SVGElement>("*")];
  there.forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const name of kept) made[i]!.setAttribute(name, style.getPropertyValue(name));
    made[i]!.removeAttribute("style");
    made[i]!.removeAttribute("class");
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(box.width));
  copy.setAttribute("height", String(box.height));
  return { text: new XMLSerializer().serializeToString(copy), width: box.width, height: box.height };
}

async function png(svg: SVGSVGElement, scale = 2): Promise<Blob> {
  const drawn = standalone(svg);
  const url = URL.createObjectURL(new Blob([drawn.text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil(drawn.width * scale);
    canvas.height = Math.ceil(drawn.height * scale);
    const context = canvas.getContext("2d")!;
    context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--panel");
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no image"))), "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
}

export type Handed = "copied" | "saved";

/** Copies the drawing as an image; where that is refused, saves it as `name`.png. */
export async function handImage(svg: SVGSVGElement, name: string): Promise<Handed> {
  const image = await png(svg);
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": image })]);
    return "copied";
  } catch {
    save(image, `${name}.png`);
    return "saved";
  }
}

export type Sheet = { columns: string[]; rows: (string | number)[][] };

/** A cell that no table program takes for a formula. */
function cell(value: string | number, between: string): string {
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return text.includes(between) || /["\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

function lines(sheet: Sheet, between: string): string {
  return [sheet.columns, ...sheet.rows].map((row) => row.map((value) => cell(value, between)).join(between)).join("\n") + "\n";
}

/** Copies the numbers, ready to be pasted into a table; where that is refused, saves them as `name`.csv. */
export async function handData(sheet: Sheet, name: string): Promise<Handed> {
  try {
    await navigator.clipboard.writeText(lines(sheet, "\t"));
    return "copied";
  } catch {
    save(new Blob(["\ufeff" + lines(sheet, ",")], { type: "text/csv" }), `${name}.csv`);
    return "saved";
  }
}

/** Copies a text; false where the browser refuses. */
export async function handText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

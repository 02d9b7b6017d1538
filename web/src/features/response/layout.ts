// Where the things of a graph lie: those that are joined near each other, none over another. The same graph always lies the same.
export type Point = { x: number; y: number };
type Joined = { from: number; to: number };

const rounds = 320;
const reach = 420; // farther apart things do not push each other
const room_for_one = { x: 92, y: 40 }; // a sign and its name

/** Places n things within width x height. Cost: n squared for each of some hundred rounds; 150 things take 0.1 s. */
export function lay(n: number, joined: Joined[], width: number, height: number): Point[] {
  const wide = width / height; // the plane is squeezed to a square while things find their places
  const wanted = Math.max(46, Math.sqrt((width * height) / Math.max(1, n)) * 0.62);
  const at: Point[] = Array.from({ length: n }, (_, i) => {
    const angle = i * 2.399963; // the golden angle: an even disc
    const far = Math.sqrt(i + 0.5) * wanted * 0.55;
    return { x: Math.cos(angle) * far, y: Math.sin(angle) * far };
  });
  const push: Point[] = at.map(() => ({ x: 0, y: 0 }));
  const joins = new Array<number>(n).fill(0);
  for (const { from, to } of joined) {
    ++joins[from]!;
    ++joins[to]!;
  }
  const move = (i: number, j: number, dx: number, dy: number) => {
    push[i]!.x += dx;
    push[i]!.y += dy;
    push[j]!.x -= dx;
    push[j]!.y -= dy;
  };
  for (let round = 0; round < rounds; ++round) {
    const heat = wanted * 0.3 * (1 - round / rounds) + 0.3;
    for (const one of push) one.x = one.y = 0;
    for (let i = 0; i < n; ++i)
      for (let j = i + 1; j < n; ++j) {
        const dx = at[i]!.x - at[j]!.x;
        const dy = at[i]!.y - at[j]!.y;
        const length = Math.max(4, Math.hypot(dx, dy));
        if (length > reach) continue;
        const force = ((wanted * wanted) / (length * length)) * 0.5;
        move(i, j, dx * force, dy * force);
      }
    for (const { from, to } of joined) {
      const dx = at[to]!.x - at[from]!.x;
      const dy = at[to]!.y - at[from]!.y;
      const length = Math.max(1, Math.hypot(dx, dy));
      const pull = ((length - wanted) / length) * (0.5 / Math.sqrt(Math.max(1, Math.min(joins[from]!, joins[to]!))));
      move(from, to, dx * pull, dy * pull);
    }
    for (let i = 0; i < n; ++i) {
      const one = push[i]!;
      one.x -= at[i]!.x * 0.06; // towards the middle, so that what hangs on nothing stays
      one.y -= at[i]!.y * 0.06;
      const size = Math.max(0.001, Math.hypot(one.x, one.y));
      const step = Math.min(heat, size);
      at[i]!.x += (one.x / size) * step;
      at[i]!.y += (one.y / size) * step;
    }
  }
  return apart(fitted(at.map((one) => ({ x: one.x * wide, y: one.y })), width, height), width, height);
}

const margin = { x: 86, y: 30 };

function fitted(at: Point[], width: number, height: number): Point[] {
  const xs = at.map((one) => one.x);
  const ys = at.map((one) => one.y);
  const left = Math.min(...xs);
  const top = Math.min(...ys);
  const wide = Math.max(1, Math.max(...xs) - left);
  const tall = Math.max(1, Math.max(...ys) - top);
  if (at.length === 1) return [{ x: width / 2, y: height / 2 }];
  return at.map((one) => ({ x: margin.x + ((one.x - left) / wide) * (width - 2 * margin.x), y: margin.y + ((one.y - top) / tall) * (height - 2 * margin.y) }));
}

/** Moves what lies over another aside, as far as there is room. */
function apart(at: Point[], width: number, height: number): Point[] {
  for (let round = 0; round < 60; ++round)
    for (let i = 0; i < at.length; ++i)
      for (let j = i + 1; j < at.length; ++j) {
        const dx = at[i]!.x - at[j]!.x || 0.1;
        const dy = at[i]!.y - at[j]!.y || 0.1;
        const over_x = room_for_one.x - Math.abs(dx);
        const over_y = room_for_one.y - Math.abs(dy);
        if (over_x <= 0 || over_y <= 0) continue;
        // The shorter way out, measured by the room that each direction needs.
        if (over_x / room_for_one.x < over_y / room_for_one.y) shift(at[i]!, at[j]!, "x", Math.sign(dx) * over_x * 0.26, margin.x, width);
        else shift(at[i]!, at[j]!, "y", Math.sign(dy) * over_y * 0.26, margin.y, height);
      }
  return at;
}

function shift(a: Point, b: Point, axis: "x" | "y", by: number, least: number, size: number) {
  const clamp = (value: number) => Math.max(least, Math.min(size - least, value));
  a[axis] = clamp(a[axis] + by);
  b[axis] = clamp(b[axis] - by);
}

// What a person does shows at once and can be taken back for a moment: the call waits so long, and goes at once when
// the page goes.
import { Store } from "./store";

export const undo_ms = 5000;

export type Toast = {
  id: number;
  tone: "plain" | "good" | "bad";
  text: string;
  detail?: string;
  undo?: () => void;
  link?: { to: string; says: string };
  until: number;
};

export const toasts = new Store<Toast[]>([]);
let next = 1;

export function dropToast(id: number) {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}

export function say(toast: Omit<Toast, "id" | "until"> & { ms?: number }): number {
  const { ms = toast.tone === "bad" ? 12_000 : undo_ms, ...rest } = toast;
  const id = next++;
  toasts.set([...toasts.get().slice(-3), { ...rest, id, until: Date.now() + ms }]);
  setTimeout(() => dropToast(id), ms);
  return id;
}

type Waiting = { send: (keepalive: boolean) => void; timer: ReturnType<typeof setTimeout> };
const waiting = new Set<Waiting>();

addEventListener("pagehide", () => {
  for (const one of [...waiting]) {
    clearTimeout(one.timer);
    waiting.delete(one);
    one.send(true);
  }
});

/** Sends now whatever still waits to be taken back. */
export function flushActs() {
  for (const one of [...waiting]) {
    clearTimeout(one.timer);
    waiting.delete(one);
    one.send(false);
  }
}

export type Act = {
  says: string;
  show: () => void; // as if it were done
  hide: () => void; // as it was
  send: (keepalive: boolean) => Promise<unknown>;
  failed: (error: unknown) => void;
  done?: () => void;
};

/** Shows the act at once, offers to undo it, and sends it when nobody did. */
export function act(given: Act) {
  given.show();
  let toast = 0;
  const one: Waiting = {
    timer: setTimeout(() => {
      waiting.delete(one);
      one.send(false);
    }, undo_ms),
    send: (keepalive) => {
      dropToast(toast);
      given.send(keepalive).then(given.done, (error: unknown) => {
        given.hide();
        given.failed(error);
      });
    },
  };
  waiting.add(one);
  toast = say({
    tone: "plain",
    text: given.says,
    undo: () => {
      clearTimeout(one.timer);
      waiting.delete(one);
      given.hide();
      dropToast(toast);
    },
  });
}

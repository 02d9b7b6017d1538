// A value that components watch: language, theme, time zone, the state of the live stream.
import { useSyncExternalStore } from "react";

export class Store<T> {
  private watchers = new Set<() => void>();
  constructor(private value: T) {}
  get = () => this.value;
  set = (value: T) => {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const watcher of [...this.watchers]) watcher();
  };
  watch = (watcher: () => void) => {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  };
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.watch, store.get);
}

/** A choice that this browser keeps. */
export function keptStore<T extends string>(name: string, choices: readonly T[], otherwise: T): Store<T> {
  const kept = localStorage.getItem(name) as T | null;
  const store = new Store<T>(kept && choices.includes(kept) ? kept : otherwise);
  store.watch(() => localStorage.setItem(name, store.get()));
  return store;
}

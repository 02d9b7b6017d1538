import { useSyncExternalStore } from "react";

/** Is the window narrower than so many pixels? */
export function useNarrow(width: number): boolean {
  const query = matchMedia(`(max-width: ${width - 0.02}px)`);
  return useSyncExternalStore(
    (told) => {
      query.addEventListener("change", told);
      return () => query.removeEventListener("change", told);
    },
    () => query.matches,
  );
}

// The rule that is being written, with its samples, kept by this browser until another one is begun.
const key = "yagura.rule.draft";
const samples_key = "yagura.rule.samples";

export const ruleDraft = {
  get: () => localStorage.getItem(key),
  set: (text: string) => localStorage.setItem(key, text),
  samples: () => localStorage.getItem(samples_key) ?? "",
  setSamples: (text: string) => localStorage.setItem(samples_key, text),
};

// The rule that is being written, kept by this browser until another one is begun.
const key = "yagura.rule.draft";

export const ruleDraft = {
  get: () => localStorage.getItem(key),
  set: (text: string) => localStorage.setItem(key, text),
};

// Light or dark, as the system has it or as somebody chose.

const key = "sandbox theme";

/** themes are the choices. */
export const themes = [["system", "As the system"], ["light", "Light"], ["dark", "Dark"]];

/** theme is the choice that holds. */
export const theme = () => document.documentElement.dataset.theme || "system";

/** setTheme makes a choice, and remembers it. */
export function setTheme(name) {
  if (name === "light" || name === "dark") document.documentElement.dataset.theme = name;
  else delete document.documentElement.dataset.theme;
  localStorage.setItem(key, name);
}

setTheme(localStorage.getItem(key) || "system");

import { useSyncExternalStore } from 'react';

/** `system` follows the setting of the browser. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storedKey = 'console.theme';
const listeners = new Set<() => void>();

function storedTheme(): Theme {
  const stored = localStorage.getItem(storedKey);
  return themes.find((theme) => theme === stored) ?? 'system';
}

/** Sets the theme of the document to the one that the user has chosen before. */
export function applyTheme(theme: Theme = storedTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** Returns the theme, and the function that changes it and keeps it for later visits. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore(subscribe, storedTheme);
  return [theme, setTheme];
}

function setTheme(theme: Theme): void {
  localStorage.setItem(storedKey, theme);
  applyTheme(theme);
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

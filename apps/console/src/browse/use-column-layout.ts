import { useCallback, useState } from 'react';

/** What the user has chosen for the columns of an entity. */
export interface ColumnLayout {
  readonly visibility: Readonly<Record<string, boolean>>;
  readonly widths: Readonly<Record<string, number>>;
}

const nothing: ColumnLayout = { visibility: {}, widths: {} };
const keyOf = (entity: string) => `console.columns.${entity}`;

/** Returns the chosen columns of an entity, and the function that changes and keeps them in this browser. */
export function useColumnLayout(entity: string): readonly [ColumnLayout, (change: Partial<ColumnLayout>) => void] {
  const [layout, setLayout] = useState(() => readLayout(localStorage.getItem(keyOf(entity))));
  const change = useCallback(
    (part: Partial<ColumnLayout>) =>
      setLayout((before) => {
        const next = { ...before, ...part };
        localStorage.setItem(keyOf(entity), JSON.stringify(next));
        return next;
      }),
    [entity],
  );
  return [layout, change];
}

/** Reads a kept layout. What is not one, such as that of an older version, counts as nothing. */
export function readLayout(text: string | null): ColumnLayout {
  try {
    const { visibility, widths } = { ...nothing, ...(JSON.parse(text ?? '{}') as object) };
    return { visibility: ofType(visibility, 'boolean'), widths: ofType(widths, 'number') };
  } catch (error) {
    if (error instanceof SyntaxError) return nothing;
    throw error;
  }
}

const ofType = <T>(object: Readonly<Record<string, T>>, type: 'boolean' | 'number') =>
  Object.fromEntries(Object.entries(Object(object) as Record<string, T>).filter(([, value]) => typeof value === type));

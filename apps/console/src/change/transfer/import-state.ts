/** How far an import has come. Its rows have keys derived from `id`, so that none is created twice. */
export interface ImportState {
  readonly id: string;
  /** All rows up to this one are settled. */
  readonly settledRows: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** The idempotency key of a row: the same one, whenever the import goes on. */
export const rowKey = ({ id }: Pick<ImportState, 'id'>, row: number): string => `import.${id}.${row}`;

/** Where an interrupted import is kept; it holds no data of the file. */
export const importKey = (entity: string, scope: string | undefined, fingerprint: string): string =>
  `console.import/${entity}/${scope ?? ''}/${fingerprint}`;

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Returns the import that was interrupted, if there is one. */
export function interruptedImport(key: string, store: Store = localStorage): ImportState | undefined {
  try {
    const state = JSON.parse(store.getItem(key) ?? 'null') as ImportState | null;
    return typeof state?.id === 'string' && typeof state.settledRows === 'number' ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Notes settled rows, which may come in any order, and keeps how far all before are settled. */
export function importProgress(key: string, start: ImportState, store: Store = localStorage) {
  let state = start;
  const ahead = new Set<number>();
  const save = () => {
    try {
      store.setItem(key, JSON.stringify(state));
    } catch {
      // no space is left: the import cannot be resumed after the page is left
    }
  };
  save();
  return {
    settle(row: number): void {
      ahead.add(row);
      if (!ahead.has(state.settledRows + 1)) return;
      let { settledRows } = state;
      while (ahead.delete(settledRows + 1)) settledRows++;
      state = { ...state, settledRows };
      save();
    },
    end: () => store.removeItem(key),
  };
}

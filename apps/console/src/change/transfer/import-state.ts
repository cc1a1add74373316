import { keptUser } from '../../api/kept-for-user.js';
import { isKeyForgotten } from '../save/key-lifetime.js';

/** How far an import has come. Its rows have keys derived from `id`, so that none is created twice. */
export interface ImportState {
  readonly id: string;
  /** All rows up to this one are settled. */
  readonly settledRows: number;
  /** No row after this one has been sent. */
  readonly sentRows: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** The idempotency key of a row: the same one, whenever the import goes on. */
export const rowKey = ({ id }: Pick<ImportState, 'id'>, row: number): string => `import.${id}.${row}`;

/** Where an interrupted import of a user is kept; it holds no data of the file. */
export const importKey = (
  entity: string,
  scope: string | undefined,
  fingerprint: string,
  user: string = keptUser(),
): string => `console.import/${encodeURIComponent(user)}/${entity}/${scope ?? ''}/${fingerprint}`;

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Returns the import that was interrupted, if there is one. */
export function interruptedImport(key: string, store: Store = localStorage): ImportState | undefined {
  try {
    const state = JSON.parse(store.getItem(key) ?? 'null') as ImportState | null;
    if (typeof state?.id !== 'string' || typeof state.settledRows !== 'number') return undefined;
    return { ...state, sentRows: state.sentRows ?? state.settledRows };
  } catch {
    return undefined;
  }
}

/** Returns the row after which an import goes on. Once the API may have forgotten the keys, it sends no row again. */
export const goesOnAfter = ({ settledRows, sentRows, startedAt }: ImportState): number =>
  isKeyForgotten(startedAt) ? sentRows : settledRows;

/** Tells what becomes of the rows of an interrupted import. */
export function interruptedText(state: ImportState): string {
  const { settledRows, sentRows } = state;
  const text = `An import of this was interrupted after row ${settledRows.toLocaleString()}.`;
  if (goesOnAfter(state) === settledRows) return `${text} If it goes on, nothing is created twice.`;
  const [from, to] = [(settledRows + 1).toLocaleString(), sentRows.toLocaleString()];
  const which = from === to ? `row ${from} was` : `rows ${from} to ${to} were`;
  return `${text} It began about a day ago, so the API cannot tell any more whether ${which} imported: look for them. It goes on after row ${to}.`;
}

/** Notes rows, which are settled in any order, and keeps how far all before are. */
export function importProgress(key: string, start: ImportState, store: Store = localStorage) {
  const from = goesOnAfter(start);
  let state: ImportState = { ...start, settledRows: from, sentRows: Math.max(from, start.sentRows) };
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
    /** Notes a row before it is sent. */
    send(row: number): void {
      if (row <= state.sentRows) return;
      state = { ...state, sentRows: row };
      save();
    },
    settle(row: number): void {
      ahead.add(row);
      if (!ahead.has(state.settledRows + 1)) return;
      let { settledRows } = state;
      while (ahead.delete(settledRows + 1)) settledRows++;
      state = { ...state, settledRows, sentRows: Math.max(settledRows, state.sentRows) };
      save();
    },
    /** Forgets the import if all rows that were sent are settled; else it can go on, to learn the outcome of the others. */
    end(): void {
      if (state.settledRows === state.sentRows) store.removeItem(key);
    },
  };
}

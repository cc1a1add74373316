import type { ExploredTable } from './explored-table.js';
import type { Caller } from './live-call.js';
import type { Moment } from './oracle.js';
import { contentOf, type Item, sorted, textOf } from './state.js';
import type { Keys } from './step.js';

/** The table as a run sees it change. */
export class TableWatch {
  readonly moments: Moment[] = [];
  /** All that the table holds, internal attributes included. */
  items = '';
  readonly #table: ExploredTable;
  readonly #general: (items: readonly Item[]) => readonly Item[];
  readonly #ids = new Set<string>();

  constructor(table: ExploredTable, general: (items: readonly Item[]) => readonly Item[]) {
    this.#table = table;
    this.#general = general;
  }

  /** Begins with what is stored before the first step. */
  begin(items: readonly Item[]): void {
    for (const { id } of items) this.#ids.add(id);
    this.#see(items, { step: 0 });
  }

  /** Reads these items too from now on. */
  include({ reads, writes }: Keys): void {
    for (const id of [...reads, ...writes]) this.#ids.add(id);
  }

  /** Reads the table after a step; false: it is as before. */
  async observe(step: number, by: Caller, attempt: string): Promise<boolean> {
    const before = this.items;
    this.#see(await this.#table.read([...this.#ids]), { step, by, attempt });
    return this.items !== before;
  }

  #see(items: readonly Item[], when: Pick<Moment, 'step' | 'by' | 'attempt'>): void {
    const text = JSON.stringify(sorted(items.toSorted((one, other) => (one.id < other.id ? -1 : 1))));
    if (text === this.items && this.moments.length > 0) return;
    this.items = text;
    const content = contentOf(this.#general(items));
    const last = this.moments.at(-1);
    if (last && textOf(last.state) === textOf(content.state) && content.problems.length === 0) return;
    this.moments.push({ ...when, ...content });
  }
}

import type { EntityItem } from 'electrodb';
import type { Member } from './organisation.js';

/** The member who acts. */
export type Actor = Pick<EntityItem<typeof Member>, 'orgId' | 'memberId'>;

/** A transaction that was not written: ElectroDB returns that, and does not throw. */
export class CanceledError extends Error {
  readonly codes: readonly string[];
  constructor(data: readonly { code?: string }[]) {
    super('The transaction was canceled');
    this.codes = data.map(({ code = '' }) => code);
  }
}

export function written({ canceled, data }: { canceled: boolean; data: readonly object[] }): void {
  if (canceled) throw new CanceledError(data);
}

export const now = () => Math.floor(Date.now() / 1000);

/** What a combination of values is unique in. */
export const inOrganisation = (kind: string, orgId: string) => `${kind}#${orgId}`;

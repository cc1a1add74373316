import { type ApiClient, isApiError } from '@aws-starter-kit/client';

/** The answers that callers got for their intents, and the expected content of the table. */
export interface Told {
  intents: number;
  /** Answers that the contract does not allow. */
  readonly wrong: string[];
  /** The users of single workers, by the answers that they got. */
  readonly mine: Map<string, { name: string; version: number }>;
  readonly deleted: Set<string>;
  /** The names of rejected intents. No user may ever have one. */
  readonly rejected: Set<string>;
  /** Numbers of acknowledged updates of the users that all workers change. */
  readonly updates: Map<string, number>;
}

export const nothingTold = (shared: readonly string[]): Told => ({
  intents: 0,
  wrong: [],
  mine: new Map(),
  deleted: new Set(),
  rejected: new Set(),
  updates: new Map(shared.map((id) => [id, 0])),
});

interface WorkerOptions {
  readonly api: ApiClient;
  readonly told: Told;
  readonly random: () => number;
  /** A prefix of names that no other worker uses. */
  readonly prefix: string;
  /** Returns whether to carry out a further intent. */
  readonly goesOn: () => boolean;
}

const contendedEmails = 5;

/** Carries out one intent after another, and records the answers. */
export async function work({ api: { users }, told, random, prefix, goesOn }: WorkerOptions): Promise<void> {
  let id: string | undefined;
  let intent = '';
  const shared = [...told.updates.keys()];

  const kinds: [weight: number, run: () => Promise<void>][] = [
    [30, updateAtVersion],
    [25, updateMine],
    [10, deleteMine],
    [10, updateShared],
    [10, updateSharedAtVersion],
    [15, createContended],
  ];
  const total = kinds.reduce((sum, [weight]) => sum + weight, 0);

  for (let n = 0; goesOn(); n++) {
    intent = `${prefix}-${n}`;
    told.intents++;
    let chosen = random() * total;
    const [, run] = kinds.find(([weight]) => {
      chosen -= weight;
      return chosen < 0;
    }) as (typeof kinds)[number];
    await (id === undefined ? create() : run()).catch((error) => wrong(`failed with ${describe(error)}`));
  }

  function wrong(what: string): void {
    told.wrong.push(`${intent}: ${what}`);
  }
  function expectMine(answer: { id: string; name: string; version: number }, version: number): void {
    if (answer.name !== intent || answer.version !== version)
      wrong(`was told ${JSON.stringify(answer)}, not version ${version}`);
    told.mine.set(answer.id, { name: intent, version });
  }

  async function create(): Promise<void> {
    const user = await users.create.mutate({ email: `${intent}@example.com`, name: intent });
    id = user.id;
    expectMine(user, 1);
  }
  async function updateAtVersion(): Promise<void> {
    const { version } = told.mine.get(id as string) as { version: number };
    const data = { name: intent };
    expectMine(await users.update.mutate({ id: id as string, data, expectedVersion: version }), version + 1);
  }
  async function updateMine(): Promise<void> {
    const { version } = told.mine.get(id as string) as { version: number };
    const data = random() < 0.5 ? { name: intent } : { name: intent, email: `${intent}@example.com` };
    expectMine(await users.update.mutate({ id: id as string, data }), version + 1);
  }
  async function deleteMine(): Promise<void> {
    await users.delete.mutate({ id: id as string });
    told.mine.delete(id as string);
    told.deleted.add(id as string);
    id = undefined;
  }
  async function updateShared(): Promise<void> {
    const one = shared[Math.floor(random() * shared.length)] as string;
    await users.update.mutate({ id: one, data: { name: intent } });
    told.updates.set(one, (told.updates.get(one) ?? 0) + 1);
  }
  async function updateSharedAtVersion(): Promise<void> {
    const one = shared[Math.floor(random() * shared.length)] as string;
    const { version } = await users.getById.query({ id: one });
    const isUpdated = await orRejected('VERSION_CONFLICT', () =>
      users.update.mutate({ id: one, data: { name: intent }, expectedVersion: version }),
    );
    if (isUpdated) told.updates.set(one, (told.updates.get(one) ?? 0) + 1);
  }
  async function createContended(): Promise<void> {
    const email = `contended-${Math.floor(random() * contendedEmails)}@example.com`;
    const user = await orRejected('EMAIL_TAKEN', () => users.create.mutate({ email, name: intent }));
    if (!user) return;
    if (user.name !== intent || user.version !== 1) wrong(`was told ${JSON.stringify(user)}`);
    await users.delete.mutate({ id: user.id });
    told.deleted.add(user.id);
  }
  async function orRejected<R>(reason: 'VERSION_CONFLICT' | 'EMAIL_TAKEN', call: () => Promise<R>) {
    try {
      return await call();
    } catch (error) {
      if (!isApiError(error, reason)) throw error;
      told.rejected.add(intent);
      return undefined;
    }
  }
}

const describe = (error: unknown) =>
  isApiError(error) ? `${error.message} ${JSON.stringify(error.data)}` : String(error);

/** Returns the differences between the table and the answers that callers got. */
export function differences(told: Told, items: ReadonlyMap<string, Record<string, unknown>>): string[] {
  const found: string[] = [];
  for (const [id, { name, version }] of told.mine) {
    const item = items.get(`USER#${id}`);
    if (item?.name !== name || item.version !== version)
      found.push(`${id} is ${JSON.stringify(item)}, told ${name} at version ${version}`);
  }
  for (const [id, updates] of told.updates) {
    const { version } = items.get(`USER#${id}`) ?? {};
    if (version !== 1 + updates) found.push(`${id} is at version ${version} after ${updates} acknowledged updates`);
  }
  for (const [id, { name, email, _tombstone: isTombstone }] of items) {
    if (!id.startsWith('USER#') || isTombstone) continue;
    const own = id.slice('USER#'.length);
    if (told.deleted.has(own)) found.push(`${id} is back`);
    else if (!told.mine.has(own) && !told.updates.has(own)) found.push(`${id} (${name}, ${email}) was never told of`);
    if (told.rejected.has(String(name))) found.push(`${id} has the name of the rejected intent ${name}`);
  }
  return found;
}

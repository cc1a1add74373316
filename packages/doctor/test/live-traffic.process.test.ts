import { EmailTakenError, UserModel, UserService } from '@aws-starter-kit/users';
import { expect, it } from 'vitest';
import { olderTable, olderUser } from '../../../test/older-table.js';
import { examineTable } from '../src/index.js';

const workers = 6;
const passes = 6;
const patient = { deadlineMs: 60_000 }; // the machine may be busy

it('repairs beside live traffic: at the end there is no finding and no email has two owners', async () => {
  const older = Array.from({ length: 40 }, (_, i) =>
    olderUser(`user-${i}@example.com`, i % 3 ? {} : { sk2: undefined }),
  );
  const orphans = Array.from({ length: 10 }, (_, i) => ({
    id: `UNIQUE#USER#email#pool-${i}@example.com`,
    ownerId: older[i]?.id,
  }));
  const table = await olderTable([...older, ...orphans]);
  const { client, tableName } = table;
  const pool = [
    ...older.map(({ email }) => String(email)),
    ...Array.from({ length: 20 }, (_, i) => `pool-${i}@example.com`),
  ];
  const ids = older.map(({ id }) => id);
  const any = <E>(list: readonly E[]) => list[Math.floor(Math.random() * list.length)] as E;
  const done = { changed: 0, taken: 0, created: 0, deleted: 0 };
  let isOver = false;

  async function work(): Promise<void> {
    const service = new UserService({ model: new UserModel(table) });
    while (!isOver) {
      const random = Math.random();
      try {
        if (random < 0.15) {
          ids.push((await service.createUser({ email: any(pool), name: 'New' }, patient)).id);
          done.created++;
        } else if (random < 0.25) {
          if (await service.deleteUser(any(ids), patient)) done.deleted++;
        } else if (random < 0.4) {
          await service.updateUser(any(ids), { name: `Name ${random}` }, patient);
        } else if (await service.updateUser(any(ids), { email: any(pool) }, patient)) {
          done.changed++;
        }
      } catch (error) {
        if (!(error instanceof EmailTakenError)) throw error;
        done.taken++;
      }
    }
  }

  const traffic = Promise.all(Array.from({ length: workers }, work));
  const examine = (fix: boolean) => examineTable({ client, tableName, rate: 100_000, segments: 3, fix, mark: false });
  try {
    for (let pass = 1; pass <= passes || Math.min(...Object.values(done)) === 0; pass++) {
      const { findings } = await examine(true);
      expect(findings['doubled value']).toEqual({ repaired: 0, left: 0 });
      expect(findings['unreadable item']).toEqual({ repaired: 0, left: 0 });
    }
  } finally {
    isOver = true;
    await traffic;
  }

  // dynoxide ends a parallel scan early if the last item of a page is deleted: the next run finds items that this one missed
  expect(await examine(true)).toMatchObject({ left: 0 });
  expect(await examine(false)).toMatchObject({ left: 0, kept: [] });
  const all = await table.all();
  const users = all.filter(({ id }) => id.startsWith('USER#'));
  const claims = all.filter(({ id }) => id.startsWith('UNIQUE#'));
  expect(users.length).toBeGreaterThan(0);
  const held = users.map(({ id, email }) => ({ id: `UNIQUE#USER#email#${email}`, ownerId: id }));
  expect(claims).toEqual(held.sort((a, b) => (a.id < b.id ? -1 : 1)));
});

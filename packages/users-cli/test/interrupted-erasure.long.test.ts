import { expect, it } from 'vitest';
import { erasePeople } from '../src/erase-person.js';
import { newPerson as identified } from '../src/person.js';
import { peopleTable } from './personal-data-table.js';

const writes = ['TransactWriteItems', 'PutItem', 'UpdateItem', 'DeleteItem'];

/** Writes of an erasure that is not interrupted. */
async function countWrites(): Promise<number> {
  const { table, newPerson, faults } = await peopleTable();
  const { id } = await newPerson('ada');
  const counted = () => writes.reduce((sum, operation) => sum + (faults.counts[operation] ?? 0), 0);
  const before = counted();
  await erasePeople(table, [identified(id)]);
  return counted() - before;
}

it('an erasure that fails at any of its writes is completed by the same command', async () => {
  const total = await countWrites();
  expect(total).toBeGreaterThan(5);
  await Promise.all(
    Array.from({ length: total }, async (_, failing) => {
      const { table, newPerson, setFaults, itemsWith } = await peopleTable();
      const ada = await newPerson('ada');
      setFaults([{ fault: 'refused', operation: writes, skip: failing }]);
      await expect(erasePeople(table, [identified(ada.id)])).rejects.toThrow();
      setFaults([]);
      const [report] = await erasePeople(table, [identified(ada.id)]);
      expect(report?.remaining).toEqual([]);
      const traces = await itemsWith(ada.id, ...ada.emails, ada.name, ada.subject.subject);
      expect(traces.filter(({ id }) => !/^ONCE#/.test(String(id)))).toEqual([]);
    }),
  );
});

it('an erasure that loses every second reply has the same result as one that loses none', async () => {
  const { table, newPerson, setFaults, itemsWith } = await peopleTable();
  const ada = await newPerson('ada');
  setFaults([{ fault: 'lost-reply', operation: writes, rate: 0.5 }]);
  let isDone = false;
  for (let attempt = 1; attempt <= 5 && !isDone; attempt++)
    isDone = await erasePeople(table, [identified(ada.id)]).then(
      ([report]) => report?.remaining.length === 0,
      () => false,
    );
  expect(isDone).toBe(true);
  setFaults([]);
  const traces = await itemsWith(ada.id, ...ada.emails, ada.name, ada.subject.subject);
  expect(traces.filter((item) => !/^ONCE#/.test(String(item.id)) && !item._tombstone)).toEqual([]);
});

it('an erasure with concurrent changes of the same user leaves no trace once the changes have ended', async () => {
  const { table, newPerson, users, itemsWith } = await peopleTable();
  const ada = await newPerson('ada');
  const emails = Array.from({ length: 30 }, (_, n) => `ada.${n}@example.com`);
  const change = async () => {
    for (const email of emails) await users.updateUser(ada.id, { email });
  };
  const changing = change();
  await erasePeople(table, [identified(ada.id)]);
  await changing;
  const [report] = await erasePeople(table, [identified(ada.id, ada.emails)]);
  expect(report?.remaining).toEqual([]);
  expect(await users.getUserById(ada.id)).toBeNull();
  const traces = await itemsWith(ada.id, ...ada.emails, ...emails, ada.name, ada.subject.subject);
  expect(traces.filter((item) => !/^ONCE#/.test(String(item.id)) && !item._tombstone)).toEqual([]);
});

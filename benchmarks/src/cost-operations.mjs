let serial = 0;
const fresh = () => ({ email: `cost-${++serial}@example.com`, name: 'Somebody With A Name' });

/** So many users are there when something is listed or counted. */
export const usersInTable = 100;
export const deletedAtOnce = 50;

/**
 * What is counted, by the procedure that it is: what stands before, and the call itself. `undefined` where a library has no such call of its own.
 * `users` are those of the table.
 */
export const operations = {
  'users.list': ({ db }) => db.page && (() => db.page(20)),
  'users.createdAfter': ({ db }) => db.createdAfter && (() => db.createdAfter('2020-01-01T00:00:00.000Z')),
  'users.getById':
    ({ db, users }) =>
    () =>
      db.getById(users[0].id),
  'users.getByEmail':
    ({ db, users }) =>
    () =>
      db.getByEmail(users[0].email),
  'users.create':
    ({ db }) =>
    () =>
      db.createUnique(fresh()),
  'users.update, name':
    ({ db, users }) =>
    () =>
      (db.updateNameSafe ?? db.updateName)(users[1].id, 'Another Name Than Before'),
  'users.update, email': ({ db, users }) => db.changeEmail && (() => db.changeEmail(users[2].id, fresh().email)),
  'users.delete': async ({ db }) => {
    const { id } = await db.createUnique(fresh());
    return db.remove && (() => db.remove(id));
  },
  'users.batchDelete, 50': async ({ db }) => {
    const ids = [];
    for (let i = 0; i < deletedAtOnce; i++) ids.push((await db.createUnique(fresh())).id);
    return db.removeMany && (() => db.removeMany(ids));
  },
  'users.count': ({ db }) => db.count && (() => db.count()),
};

export async function fillTable(db) {
  const users = [];
  while (users.length < usersInTable) users.push(await db.createUnique(fresh()));
  return users;
}

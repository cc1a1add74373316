import { deletedAtOnce, operations, usersInTable } from './cost-operations.mjs';
import { runInWords } from './kept-results.mjs';
import { markdownTable } from './markdown-table.mjs';

/** `GetItem, 2 Query`. */
export const requestsInWords = (requests) =>
  Object.entries(requests)
    .map(([name, count]) => (count === 1 ? name : `${count} ${name}`))
    .sort()
    .join(', ');

export function costReport({ rows, versions, ...run }) {
  const names = [...new Set(rows.map(({ name }) => name))];
  const procedures = Object.keys(operations);
  const cell = (procedure, name) => {
    const row = rows.find((one) => one.procedure === procedure && one.name === name);
    return row ? `${row.units} (${requestsInWords(row.requests)})` : '–';
  };
  return `# What a procedure costs

${runInWords(run)}. Capacity units, reads and writes together, and, in brackets, requests: counted by a proxy between each client and dynoxide. Users
of about 0.3 KB; ${usersInTable} of them are there when something is listed or counted; \`batchDelete\` has ${deletedAtOnce} ids.

${markdownTable(
  ['', ...names],
  procedures.map((procedure) => [procedure, ...names.map((name) => cell(procedure, name))]),
)}

"Look-up, then put" is the design that this project began from: of many creates of one address at a time all succeed, and its deletes have no claims to free.

- \`create\` makes an address unique in a transaction everywhere but there. A transaction pays twice for each item: that is what uniqueness costs.
- \`delete\` leaves the claim behind with all others but OneTable, so the address stays taken; ours frees it, under the guard that it is still ours. OneTable refuses
  to delete many at a time where it would have to free claims, so its \`batchDelete\` leaves them.
- \`update\` of a name refuses a missing id. An address is changed with its claim by ours only; "look-up, then put" leaves the index keys as they were.
- \`getById\` is strongly consistent with us, which is twice the units: who was just created is found. With the others it is their default, eventually consistent.
- \`createdAfter\` reads all ${usersInTable}. \`list\` is a page of 20 (one more is read, to know that there is a next page); "look-up, then put" scans.
- A dash: the library has no such call of its own, or none was written for it here.

Versions: ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.
`;
}

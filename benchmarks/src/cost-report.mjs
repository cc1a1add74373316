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

${runInWords(run)}. Capacity units (reads and writes together), with the requests in brackets. A proxy between each
client and dynoxide counts them. A user has about 0.3 KB. Lists and counts have ${usersInTable} users; \`batchDelete\`
has ${deletedAtOnce} ids.

${markdownTable(
  ['', ...names],
  procedures.map((procedure) => [procedure.replace(/^[\w.]+/, '`$&`'), ...names.map((name) => cell(procedure, name))]),
)}

"Look-up, then put" is the first design of this project: all concurrent creates of the same email succeed, and there
are no claims to release.

- \`create\` keeps the email unique in a transaction, except in "look-up, then put". A transaction costs twice the
  units of each item: this is the price of uniqueness.
- \`delete\` leaves the claim behind with all libraries but OneTable, so the email stays taken. Ours releases it, on
  condition that it is still the user's. OneTable rejects batch deletes that would have to release claims, so its
  \`batchDelete\` leaves them.
- \`update\` of a name rejects a missing id. Only ours changes an email together with its claim. "Look-up, then put"
  leaves the old index keys.
- \`getById\` is strongly consistent in ours, at twice the units, so that a user that was just created is found. The
  others use their default, which is eventually consistent.
- \`createdAfter\` reads all ${usersInTable} users. \`list\` returns a page of 20 (one more is read, to know whether
  there is a next page). "Look-up, then put" scans.
- A dash means that the library has no such call, or that none was written for it here.

Versions: ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.
`;
}

import { parseArgs } from 'node:util';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { engines } from './engines.mjs';
import { keepResult, runOf } from './kept-results.mjs';
import { countBatches, measureBatches } from './scale-batches.mjs';
import { measureCalls } from './scale-calls.mjs';
import { rawBatches, userItems } from './scale-data.mjs';
import { measurePaging } from './scale-paging.mjs';
import { scaleChart, scaleReport } from './scale-report.mjs';
import { measureScans } from './scale-scan.mjs';

const usage = `pnpm bench scale [--users 100000] [--rounds 3] [--save]

  --users   in the largest table, 40,000 or more; the others have a tenth and a hundredth of them
  --rounds  of which the median is taken
  --save    writes results/scale.md, scale.svg and scale.json`;

const many = 2000;
const veryMany = 10_000;
/** dynoxide's pages of a Scan get slower with the table, so that reading all of a large one takes minutes. */
const quickToScan = 20_000;

/** What grows with the data, and how: batches, scans, pages and single calls in tables of 1x, 10x and 100x. */
export async function benchScale(args) {
  const { values } = parseArgs({
    args,
    options: {
      users: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '3' },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return process.stdout.write(`${usage}\n`);
  process.env.LOG_LEVEL = 'ERROR';
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const most = Number(values.users);
  if (!(most >= 40_000)) throw new RangeError(`--users holds ${values.users}; it may hold a number from 40000 up`);
  const rounds = Number(values.rounds);
  const sizes = [most / 100, most / 10, most].map(Math.round);

  const engine = await engines.dynoxide();
  const tables = [];
  let bulk;
  let counted;
  try {
    const db = await openTable(engine.endpoint);
    for (const users of sizes) {
      await fill(db, users);
      tables.push({
        users,
        calls: await measureCalls(db, 100),
        paging: await measurePaging(db, { users, rounds }),
        scans: await measureScans({ ...db, users }, users > quickToScan ? 1 : rounds),
        batches: await measureBatches(db, { count: many, rounds }),
      });
      process.stdout.write(`${users} users: measured\n`);
    }
    counted = await countBatches(db, 100);
    bulk = await measureBatches(db, { count: veryMany, rounds });
  } finally {
    await engine.stop();
  }
  const data = { ...runOf(), rounds, tables, bulk, counted };
  const markdown = scaleReport(data);
  process.stdout.write(`\n${markdown}`);
  if (values.save) keepResult('scale', { markdown, data, chart: scaleChart(data) });
}

async function openTable(endpoint) {
  const tableName = 'scale';
  const client = createDynamoClient({ endpoint });
  await ensureTable({ client, tableName });
  const service = new UserService({ model: new UserModel({ client, tableName }) });
  return { endpoint, client, tableName, service, raw: rawBatches(client, tableName), filled: 0 };
}

async function fill(db, users) {
  const step = 5000; // not all items in memory at once
  for (let from = db.filled; from < users; from += step) {
    const items = userItems(from, Math.min(step, users - from));
    await db.raw.put(items.flatMap(({ user, claim }) => [user, claim]));
  }
  db.filled = users;
}

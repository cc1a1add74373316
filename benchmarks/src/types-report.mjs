import { barGroups } from './bar-groups.mjs';
import { runInWords } from './kept-results.mjs';
import { markdownTable, whole, withSpread } from './markdown-table.mjs';

const aimMs = 3000;
const names = {
  nothing: 'an empty file',
  declarations: 'the client, with the API’s declarations',
  sources: 'the client, with the API’s sources',
};

/** Returns the results as Markdown. */
export function typesReport({ rounds, routers, models, ...run }) {
  const [few, many] = routers;
  const compilerOf = (router, name) => router.compilers.find((one) => one.name === name);
  const perProcedure = (name) => {
    const grown = compilerOf(many, name).instantiations - compilerOf(few, name).instantiations;
    return whole(grown / (many.procedures - few.procedures));
  };
  return `# What types cost

${runInWords(run)}. Medians of ${rounds} interleaved rounds, with the middle half of them in brackets. A generated
router has ten procedures per entity, with strict inputs and validated outputs. A client file calls each of them and
uses its result. The aim is ${aimMs / 1000} s with ${many.procedures} procedures, and with 50 models.

## The compiler

\`tsc\` with all threads. CPU time is the sum of all threads, which is the most that a quiet machine with one core
would take. Instantiations are counted with one thread.

${markdownTable(
  ['', 'procedures', 'ms', 'CPU, ms', 'files', 'instantiations'],
  routers.flatMap(({ procedures, compilers }) =>
    compilers.map(({ name, ms, cpuMs, files, instantiations }) => [
      names[name],
      procedures,
      withSpread(ms),
      withSpread(cpuMs),
      whole(files),
      whole(instantiations),
    ]),
  ),
)}

Each additional procedure, defined and called, takes ${perProcedure('declarations')} instantiations with declarations,
and ${perProcedure('sources')} with sources. \`benchmarks/test/types.long.test.ts\` bounds these figures, and checks
that they do not grow with the number of procedures. A client elsewhere uses the declarations, and a client in this
repository the sources.

## Models

\`tsc\` on models of 40 attributes each, with keys, unique attributes and a counter, and with a create, a query with a
filter and a projection within a scope, an update with operators, a transaction and a look-up of each. The models see
the declarations of \`packages/dynamo\`.

${markdownTable(
  ['models', 'ms', 'CPU, ms', 'instantiations'],
  models.map(({ count, ms, cpuMs, instantiations }) => [
    count,
    withSpread(ms),
    withSpread(cpuMs),
    whole(instantiations),
  ]),
)}

## The editor

Completion after \`api.entity0.\`, by TypeScript's language server, with the API's sources.

${markdownTable(
  ['procedures', 'in a newly opened file, ms', 'after an edit, ms'],
  routers.map(({ procedures, editor: { coldMs, warmMs } }) => [procedures, withSpread(coldMs), withSpread(warmMs)]),
)}
`;
}

export function typesChart({ routers, models, ...run }) {
  const bar = (name, { median }) => ({
    name,
    value: median,
    figure: `${whole(median)} ms`,
    isOurs: name !== names.nothing,
  });
  return barGroups({
    title: 'What types cost',
    subtitle: `${run.date.slice(0, 10)} · ${run.machine}`,
    groups: [
      ...routers.map(({ procedures, compilers, editor }) => ({
        title: `${procedures} procedures (line: the aim)`,
        limit: aimMs,
        bars: [
          ...compilers.map(({ name, cpuMs }) => bar(`CPU: ${names[name]}`, cpuMs)),
          bar('completion, just opened', editor.coldMs),
          bar('completion, after an edit', editor.warmMs),
        ],
      })),
      {
        title: 'Models of 40 attributes (line: the aim)',
        limit: aimMs,
        bars: models.map(({ count, cpuMs }) => bar(`CPU: ${count} models`, cpuMs)),
      },
    ],
  });
}

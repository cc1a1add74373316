import { barGroups } from './bar-groups.mjs';
import { runInWords } from './kept-results.mjs';
import { markdownTable, whole, withSpread } from './markdown-table.mjs';

const aimMs = 3000;
const names = {
  nothing: 'an empty file',
  declarations: 'the client, by the API’s declarations',
  sources: 'the client, by the API’s sources',
};

/** The results as Markdown. */
export function typesReport({ rounds, routers, ...run }) {
  const [few, many] = routers;
  const compilerOf = (router, name) => router.compilers.find((one) => one.name === name);
  const perProcedure = (name) => {
    const grown = compilerOf(many, name).instantiations - compilerOf(few, name).instantiations;
    return whole(grown / (many.procedures - few.procedures));
  };
  return `# What types cost

${runInWords(run)}. Medians of ${rounds} interleaved rounds and, in brackets, the middle half of them. A generated router, ten procedures an entity with
strict inputs and validated outputs, and a client file that calls each of them and uses what comes back. The aim: ${aimMs / 1000} s with ${many.procedures} procedures.

## The compiler

\`tsc\`, all threads; CPU time is that of all of them together, which a quiet machine with one core would take at most. Instantiations are counted with one thread.

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

Each procedure more, defined and called, is ${perProcedure('declarations')} instantiations by declarations and ${perProcedure('sources')} by sources: \`benchmarks/test/types.long.test.ts\` bounds
that, and that it does not grow with their number. "Declarations" is what a client elsewhere sees, "sources" what one in this repository sees.

## The editor

Completion after \`api.entity0.\`, by the language server that TypeScript brings, against the API's sources.

${markdownTable(
  ['procedures', 'in a file just opened, ms', 'after an edit, ms'],
  routers.map(({ procedures, editor: { coldMs, warmMs } }) => [procedures, withSpread(coldMs), withSpread(warmMs)]),
)}
`;
}

export function typesChart({ routers, ...run }) {
  const bar = (name, { median }) => ({
    name,
    value: median,
    figure: `${whole(median)} ms`,
    isOurs: name !== names.nothing,
  });
  return barGroups({
    title: 'What types cost',
    subtitle: `${run.date.slice(0, 10)} · ${run.machine}`,
    groups: routers.map(({ procedures, compilers, editor }) => ({
      title: `${procedures} procedures (line: the aim)`,
      limit: aimMs,
      bars: [
        ...compilers.map(({ name, cpuMs }) => bar(`CPU: ${names[name]}`, cpuMs)),
        bar('completion, just opened', editor.coldMs),
        bar('completion, after an edit', editor.warmMs),
      ],
    })),
  });
}

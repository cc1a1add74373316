import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { keepResult, runOf } from './kept-results.mjs';
import { spread } from './statistics.mjs';
import { compile } from './types-compiler.mjs';
import { measureEditor } from './types-editor.mjs';
import { writeModels } from './types-models.mjs';
import { writeProject } from './types-project.mjs';
import { typesChart, typesReport } from './types-report.mjs';

const usage = `pnpm bench types [--procedures 200] [--rounds 5] [--save]

  --procedures  of the generated router; also measured with a tenth of them
  --rounds      of which the median is taken
  --save        writes results/types.md, types.svg and types.json`;

/** What the types of a large router cost who compiles a client of it, or types one. */
export async function benchTypes(args) {
  const { values } = parseArgs({
    args,
    options: {
      procedures: { type: 'string', default: '200' },
      rounds: { type: 'string', default: '5' },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return process.stdout.write(`${usage}\n`);
  const most = Number(values.procedures);
  const rounds = Number(values.rounds);
  const routers = [];
  for (const procedures of [most / 10, most]) routers.push(await measureRouter(procedures, rounds));
  const models = [];
  for (const count of [5, 50]) models.push(await measureModels(count, rounds));
  const data = { ...runOf(), rounds, routers, models };
  const markdown = typesReport(data);
  process.stdout.write(`\n${markdown}`);
  if (values.save) keepResult('types', { markdown, data, chart: typesChart(data) });
}

async function measureRouter(procedures, rounds) {
  const folder = mkdtempSync(`${realpathSync(os.tmpdir())}/bench-types-`);
  try {
    writeProject(folder, procedures);
    const server = await compile(`${folder}/api/tsconfig.dist.json`); // makes the declarations that the client is compiled against
    const projects = {
      nothing: `${folder}/nothing/tsconfig.json`,
      declarations: `${folder}/client/tsconfig.dist.json`,
      sources: `${folder}/client/tsconfig.json`,
    };
    const samples = Object.fromEntries(Object.keys(projects).map((name) => [name, []]));
    const editors = [];
    for (let round = -1; round < rounds; round++) {
      for (const [name, project] of Object.entries(projects)) {
        const sample = await compile(project);
        if (round >= 0) samples[name].push(sample);
      }
      if (round >= 0) editors.push(await measureEditor(`${folder}/client`));
    }
    const counts = {
      declarations: await compile(projects.declarations, { isSingleThreaded: true }),
      sources: await compile(projects.sources, { isSingleThreaded: true }),
    };
    return {
      procedures,
      server,
      compilers: Object.entries(samples).map(([name, list]) => ({
        name,
        ms: spread(list.map(({ ms }) => ms)),
        cpuMs: spread(list.map(({ cpuMs }) => cpuMs)),
        files: list[0].files,
        instantiations: counts[name]?.instantiations ?? 0,
      })),
      editor: {
        coldMs: spread(editors.map(({ coldMs }) => coldMs)),
        warmMs: spread(editors.flatMap(({ warmMs }) => warmMs)),
      },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureModels(count, rounds) {
  const folder = mkdtempSync(`${realpathSync(os.tmpdir())}/bench-types-`);
  try {
    writeModels(folder, count);
    const project = `${folder}/tsconfig.json`;
    const { instantiations } = await compile(project, { isSingleThreaded: true }); // the first run reads the files
    const samples = [];
    for (let round = 0; round < rounds; round++) samples.push(await compile(project));
    return {
      count,
      ms: spread(samples.map(({ ms }) => ms)),
      cpuMs: spread(samples.map(({ cpuMs }) => cpuMs)),
      instantiations,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

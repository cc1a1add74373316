// Prints how many rooms and imports each package has, or the imports between the rooms of one package:
// npx tsx test/structure/print-import-graph.ts [packages/dynamo]
import { countImports, type ImportGraph } from './import-graph.js';
import { fileImports, packageImports, roomImports } from './package-structure.js';
import { workspacePackages } from './workspace-package.js';

const packages = workspacePackages();
const [wanted] = process.argv.slice(2);
const sizes = (graph: ImportGraph) => [graph.size, countImports(graph)] as const;

if (wanted === undefined) {
  const rows = packages.map((one) => [one.folder, ...sizes(roomImports(one)), ...sizes(fileImports(one))]);
  printTable([['package', 'rooms', 'imports', 'files', 'imports'], ...rows]);
  print(`\n${packages.length} packages with ${countImports(packageImports(packages))} imports between them`);
} else {
  const chosen = packages.find(({ folder }) => folder === wanted);
  for (const [room, imports] of chosen ? roomImports(chosen) : []) print(`${room} → ${[...imports].join(', ') || '–'}`);
}

function printTable(rows: readonly (readonly (string | number)[])[]): void {
  for (const [name = '', ...cells] of rows)
    print(String(name).padEnd(28) + cells.map((cell) => String(cell).padStart(9)).join(''));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

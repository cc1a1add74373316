import { join } from 'node:path/posix';
import { findBackwardImports, findCycle, groupNodes, type ImportGraph } from './import-graph.js';
import type { SourceFile, WorkspacePackage } from './workspace-package.js';

const maxLines = 250;

export interface StructureRules {
  /** All packages of the workspace. */
  readonly packages: readonly WorkspacePackage[];
  /** The rooms from the bottom to the top, for a package whose order is written down. */
  readonly order?: readonly string[] | undefined;
}

/** Returns each way in which a package breaks the rules for its structure, one line each. */
export function structureProblems(checked: WorkspacePackage, { packages, order }: StructureRules): string[] {
  const rooms = roomImports(checked);
  const fileCycle = findCycle(fileImports(checked));
  const roomCycle = findCycle(rooms);
  return [
    ...(fileCycle ? [`files import in a cycle: ${fileCycle.join(' → ')}`] : []),
    ...(roomCycle ? [`rooms import in a cycle: ${roomCycle.join(' → ')}`] : []),
    ...(order ? orderProblems(rooms, order) : []),
    ...checked.files.flatMap((file) => [
      ...file.imports.flatMap((specifier) => importProblem({ checked, packages }, file, specifier) ?? []),
      ...(file.lineCount > maxLines ? [`${file.path} has more than ${maxLines} lines`] : []),
    ]),
  ];
}

/** Returns the files that each file of a package imports. */
export function fileImports(checked: WorkspacePackage): ImportGraph {
  return new Map(
    checked.files.map(({ path, imports }) => [
      path,
      new Set(imports.flatMap((specifier) => importedFile(checked, path, specifier)?.path ?? [])),
    ]),
  );
}

/**
 * Returns the rooms that each room imports. A room is a folder of `src`, a file directly in it, or a folder beside
 * `src`.
 */
export function roomImports(checked: WorkspacePackage): ImportGraph {
  return groupNodes(fileImports(checked), (path) => {
    const [folder = '', room = ''] = path.split('/');
    return folder === 'src' ? room.replace(/\.\w+$/, '') : folder;
  });
}

/** Returns the other packages that each package imports. */
export function packageImports(packages: readonly WorkspacePackage[]): ImportGraph {
  return new Map(packages.map((one) => [one.name, new Set(importedPackages(one, packages))]));
}

function importedPackages({ name, files }: WorkspacePackage, packages: readonly WorkspacePackage[]): string[] {
  const owners = files.flatMap(({ imports }) => imports.map((specifier) => ownerOf(packages, specifier)?.name));
  return owners.filter((owner) => owner !== undefined).filter((owner) => owner !== name);
}

function orderProblems(rooms: ImportGraph, order: readonly string[]): string[] {
  return [
    ...[...rooms.keys()].filter((room) => !order.includes(room)).map((room) => `the order lacks the room ${room}`),
    ...order.filter((room) => !rooms.has(room)).map((room) => `the order names ${room}, which is no room`),
    ...findBackwardImports(rooms, order).map((edge) => `rooms import backward: ${edge}`),
  ];
}

function importProblem(
  { checked, packages }: { checked: WorkspacePackage; packages: readonly WorkspacePackage[] },
  { path }: SourceFile,
  specifier: string,
): string | undefined {
  if (specifier.startsWith('.')) {
    if (importedFile(checked, path, specifier)) return undefined;
    return `${path} imports ${specifier}, which is no source file of ${checked.name}`;
  }
  const owner = ownerOf(packages, specifier);
  if (!owner || owner.entryPoints.includes(specifier)) return undefined;
  return `${path} imports ${specifier}, which ${owner.name} does not export`;
}

function ownerOf(packages: readonly WorkspacePackage[], specifier: string): WorkspacePackage | undefined {
  return packages.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
}

/** The file that a relative import means: TypeScript's `./a.js` stands for `a.ts` or `a.tsx`. */
function importedFile({ files }: WorkspacePackage, importer: string, specifier: string): SourceFile | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const target = join(importer, '..', specifier);
  const candidates = [target, target.replace(/\.js$/, '.ts'), target.replace(/\.js$/, '.tsx')];
  return files.find(({ path }) => candidates.includes(path));
}

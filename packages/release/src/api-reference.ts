import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Application, type TypeDocOptions } from 'typedoc';
import { entryFiles } from './entry-files.js';
import { type PublicPackage, publicPackages } from './public-packages.js';
import { UsageError } from './usage-error.js';

/** The kinds of exports that must have a docstring. */
const documented = ['Class', 'Function', 'Interface', 'TypeAlias', 'Variable'] as const;

/**
 * Writes the API reference of each public package with exports, as a folder of Markdown below `out`.
 * Returns the names of the packages.
 *
 * @throws {UsageError} An exported name has no docstring, or a `{@link}` names nothing. Nothing is written for it.
 */
export async function writeApiReference(root: string, out: string): Promise<string[]> {
  const packages = publicPackages(root).filter(({ folder }) => entryFiles(path.join(root, folder)).length > 0);
  const problems: string[] = [];
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const one of packages) problems.push(...(await writePackage(root, { ...one, out })));
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return packages.map(({ name }) => name);
}

async function writePackage(root: string, { name, folder, out }: PublicPackage & { out: string }): Promise<string[]> {
  const options: TypeDocOptions & { hidePageHeader: boolean } = {
    name,
    entryPoints: entryFiles(path.join(root, folder)),
    tsconfig: path.join(root, folder, 'tsconfig.json'),
    // TypeDoc needs an older compiler than the repository; types are checked by the compiler of the repository
    skipErrorChecking: true,
    outputs: [{ name: 'markdown', path: path.join(out, path.basename(folder)) }],
    plugin: ['typedoc-plugin-markdown'],
    readme: 'none',
    excludeExternals: true,
    excludePrivate: true,
    excludeInternal: true,
    disableSources: true,
    hidePageHeader: true,
    validation: { notDocumented: true, invalidLink: true, invalidPath: true, notExported: false },
    requiredToBeDocumented: [...documented],
    logLevel: 'None',
  };
  const app = await Application.bootstrapWithPlugins(options);
  const problems: string[] = [];
  const collect = (text: string) => void problems.push(`${name}: ${text}`);
  app.logger.warn = collect;
  app.logger.error = collect;
  const project = await app.convert();
  if (!project) return [...problems, `${name}: TypeDoc cannot read it`];
  app.validate(project);
  if (problems.length === 0) await app.generateOutputs(project);
  return problems;
}

import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import type { PackedPackage } from './pack-packages.js';

/**
 * Disabled resolutions with the reason. All packages are ES modules only: Node 20.19 and later support `require()` of
 * them, and TypeScript supports it with `module: nodenext`.
 */
const notSupported: Readonly<Record<string, string>> = {
  node10: 'it does not read exports, and TypeScript 7 has no such resolution',
  'node16-cjs': 'it reports that an ES module is not a CommonJS module',
};

/** Disabled rules of publint with the reason. */
const notApplicable: Readonly<Record<string, string>> = {
  NESTED_PACKAGE_JSON_FIELD_IGNORED:
    'the template of create-aws-starter-kit has the manifests of a workspace, which nobody imports from it',
};

/** Returns the findings of publint and are-the-types-wrong in a tarball, one line each. */
export async function packageProblems({ tarball }: PackedPackage): Promise<string[]> {
  const data = new Uint8Array(readFileSync(tarball));
  const { messages, pkg } = await publint({ pack: { tarball: data.buffer }, strict: true });
  const analysis = await checkPackage(createPackageFromTarballData(data));
  const types = analysis.types === false ? [] : analysis.problems.filter(isSupported);
  return [
    ...messages
      .filter(({ code }) => !(code in notApplicable))
      .map((message) => `publint: ${formatMessage(message, pkg) ?? message.code}`),
    ...types.map((problem) => `attw: ${JSON.stringify(problem)}`),
  ];
}

const isSupported = (problem: Problem) => !('resolutionKind' in problem) || !(problem.resolutionKind in notSupported);

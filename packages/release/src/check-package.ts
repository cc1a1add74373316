import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import type { PackedPackage } from './pack-packages.js';

/**
 * Resolutions that are not checked, and why. All packages are ES modules only: `require()` of them works from Node
 * 20.19 on, and the types of such a caller need `module: nodenext`.
 */
const notSupported: Readonly<Record<string, string>> = {
  node10: 'it does not read exports, and TypeScript 7 has no such resolution',
  'node16-cjs': 'it reports that an ES module is no CommonJS module',
};

/** Rules of publint that do not apply, and why. */
const notApplicable: Readonly<Record<string, string>> = {
  NESTED_PACKAGE_JSON_FIELD_IGNORED:
    'the template of create-aws-starter-kit has the manifests of a workspace, which nobody imports from it',
};

/** Returns what publint and are-the-types-wrong find in a tarball, one line each. */
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

import path from 'node:path';

/** Files that serve to publish the starter kit. A new project has all other files that git tracks. */
const leftOut = [
  'packages/create-aws-starter-kit',
  'packages/release',
  '.changeset',
  '.github/CODEOWNERS',
  '.github/ISSUE_TEMPLATE',
  '.github/pull_request_template.md',
  '.github/workflows/release.yml',
  'docs/upgrading.md',
];

/** A line with one of these texts is removed from the files of a project. */
const publishing = [...leftOut, '@aws-starter-kit/release', 'create-aws-starter-kit', '(upgrading.md', 'pnpm release'];

/** Markdown between these markers is removed. */
const region = /<!-- only in the starter kit -->\n[\s\S]*?<!-- end -->\n+/g;

export const isLeftOut = (file: string) => leftOut.some((name) => file === name || file.startsWith(`${name}/`));

/** Returns the text of a file in a new project. */
export function textForProject(file: string, text: string, version: string): string {
  if (file === 'CHANGELOG.md') return changelogOfProject(version);
  if (file === 'pnpm-lock.yaml') return text; // pnpm updates it
  if (file === 'package.json') return projectManifest(text);
  if (path.basename(file) === 'package.json') return packageManifest(text);
  const kept = path.extname(file) === '.md' ? text.replaceAll(region, '') : text;
  if (!publishing.some((name) => kept.includes(name))) return kept;
  return kept
    .split('\n')
    .filter((line) => !publishing.some((name) => line.includes(name)))
    .join('\n');
}

const changelogOfProject = (version: string) => `# Changelog

Started from aws-starter-kit ${version}. To upgrade, see
<https://github.com/aws-starter-kit/aws-starter-kit/blob/main/docs/upgrading.md>.

## Unreleased
`;

interface Manifest {
  [field: string]: unknown;
  version: string;
  scripts?: Record<string, string>;
  publishConfig?: { exports?: object };
}

function projectManifest(text: string): string {
  const { scripts = {}, ...manifest } = JSON.parse(text) as Manifest;
  const kept = Object.entries(scripts).filter(([, line]) => !publishing.some((name) => line.includes(name)));
  return format({ ...manifest, version: '0.1.0', scripts: Object.fromEntries(kept) });
}

/** A package of a project is not published by accident, and does not name the starter kit as its repository. */
function packageManifest(text: string): string {
  const { repository: _, homepage: __, bugs: ___, keywords: ____, publishConfig, ...manifest } = JSON.parse(text);
  const { exports } = (publishConfig ?? {}) as NonNullable<Manifest['publishConfig']>;
  return format({ ...manifest, version: '0.1.0', private: true, ...(exports && { publishConfig: { exports } }) });
}

const format = (manifest: object) => `${JSON.stringify(manifest, null, 2)}\n`;

export interface Release {
  readonly version: string;
  /** Such as 2026-11-30. */
  readonly date: string;
  /** Texts of the changesets: Markdown, each under a `### Heading` of its own, or under "Changed". */
  readonly changes: readonly string[];
}

const unreleased = /^## Unreleased\n(.*?)(?=^## |(?![\s\S]))/ms;

/** Moves the unreleased changes and the changesets below a heading for the version. */
export function closeUnreleased(changelog: string, { version, date, changes }: Release): string {
  const [section, written = ''] = unreleased.exec(changelog) ?? [];
  if (section === undefined) throw new Error('CHANGELOG.md has no heading "## Unreleased"');
  const parts = partsOf(written);
  for (const change of changes) {
    for (const [heading, text] of partsOf(change.startsWith('### ') ? change : `### Changed\n\n${change}`)) {
      const entry = /^[-|]/.test(text) ? text : `- ${text.replaceAll('\n', '\n  ')}`;
      const before = parts.get(heading);
      parts.set(heading, before ? `${before}\n${entry}` : entry);
    }
  }
  const body = [...parts].map(([heading, text]) => (heading ? `### ${heading}\n\n${text}` : text)).join('\n\n');
  return changelog
    .replace(section, () => `## Unreleased\n\n## ${version} (${date})\n\n${body}\n\n`)
    .trimEnd()
    .concat('\n');
}

/** Returns the changes of a version, without its heading. */
export function notesOf(changelog: string, version: string): string {
  const lines = changelog.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`## ${version} (`));
  if (start === -1) return '';
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '));
  return lines
    .slice(start + 1, length === -1 ? undefined : start + 1 + length)
    .join('\n')
    .trim();
}

/** Returns the text below each third-level heading. The text above the first heading has the heading ''. */
function partsOf(text: string): Map<string, string> {
  const [first = '', ...rest] = `\n${text}`.split(/^### /m);
  const parts = new Map(first.trim() === '' ? [] : [['', first.trim()]]);
  for (const part of rest) {
    const [heading = '', ...lines] = part.split('\n');
    parts.set(heading.trim(), lines.join('\n').trim());
  }
  return parts;
}

/**
 * Tests that each install, build or pack a copy of the whole repository. `pnpm test:long` runs one file of each group,
 * a different one each day. With `FULL=true`, it runs all.
 */
const groups: readonly (readonly string[])[] = [
  ['packages/generator/test/generate.long.test.ts', 'test/docs/first-entity.long.test.ts'],
  [
    'packages/release/test/rehearse.long.test.ts',
    'packages/release/test/api-reference.long.test.ts',
    'packages/local-dev/test/rename.long.test.ts',
    'test/container/container.long.test.ts',
  ],
];

const today = Math.floor(Date.now() / 86_400_000);

/** The files of the groups that are skipped today. */
export const leftOut: readonly string[] =
  process.env.FULL === 'true' ? [] : groups.flatMap((files) => files.filter((_, i) => i !== today % files.length));

import { expect, it } from 'vitest';
import { closeUnreleased, notesOf } from '../src/changelog.js';

const before = `# Changelog

Notable changes.

## Unreleased

### Breaking

- An older one.

### Fixed

- A bug.

## 0.1.0 (2026-10-01)

- The first.
`;

const release = { version: '0.2.0', date: '2026-11-30' };

it('moves the unreleased changes, and those of the changesets, below the version', () => {
  const changes = [
    '### Breaking\n\n- A name is gone.',
    'A page is quicker.\nMuch quicker.',
    '### Added\n\n- A method.',
  ];
  expect(closeUnreleased(before, { ...release, changes })).toBe(`# Changelog

Notable changes.

## Unreleased

## 0.2.0 (2026-11-30)

### Breaking

- An older one.
- A name is gone.

### Fixed

- A bug.

### Changed

- A page is quicker.
  Much quicker.

### Added

- A method.

## 0.1.0 (2026-10-01)

- The first.
`);
});

it('leaves the next unreleased section empty', () => {
  const once = closeUnreleased(before, { ...release, changes: ['One.'] });
  const twice = closeUnreleased(once, { version: '0.2.1', date: '2026-12-01', changes: ['Two.'] });
  expect(notesOf(twice, '0.2.1')).toBe('### Changed\n\n- Two.');
  expect(twice).toContain('## Unreleased\n\n## 0.2.1 (2026-12-01)');
});

it('keeps text with the characters that replacements treat specially', () => {
  expect(closeUnreleased(before, { ...release, changes: ["`$&` and `$'`"] })).toContain("- `$&` and `$'`\n");
});

it('returns the notes of a version, and nothing for one that has none', () => {
  expect(notesOf(before, '0.1.0')).toBe('- The first.');
  expect(notesOf(before, '0.1')).toBe('');
});

it('says that the heading is missing', () => {
  expect(() => closeUnreleased('# Changelog\n', { ...release, changes: [] })).toThrow('"## Unreleased"');
});

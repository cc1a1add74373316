import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { auditFile } from '../../src/telemetry/audit-file.js';

it('a new file of the audit trail can be read by its user only, and is only appended to', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'audit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'new', 'audit.log');
  auditFile(file)('first\n');
  auditFile(file)('second\n');
  expect(readFileSync(file, 'utf8')).toBe('first\nsecond\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

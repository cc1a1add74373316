import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { FileProblem, fileProblem } from './file-problem.js';

/** One erasure, which is a line of the record. It contains no email and no name. */
const erasureSchema = z.object({ id: z.string().min(1), at: z.iso.datetime() });

/**
 * Appends erasures to a record, which only its owner can read. The record is outside the table, since a restore undoes
 * the erasures in the table.
 */
export function recordErasures(file: string, ids: readonly string[]): void {
  const at = new Date().toISOString();
  try {
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, ids.map((id) => `${JSON.stringify({ id, at })}\n`).join(''), { mode: 0o600, flush: true });
  } catch (error) {
    throw fileProblem(file, error);
  }
}

/** Returns the ids in a record. @throws FileProblem */
export function recordedErasures(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw fileProblem(file, error);
  }
  const lines = text.split('\n').map((line, at) => ({ line, number: at + 1 }));
  const ids = lines.filter(({ line }) => line.trim() !== '').map(({ line, number }) => idOf(line, file, number));
  return [...new Set(ids)];
}

function idOf(line: string, file: string, number: number): string {
  try {
    return erasureSchema.parse(JSON.parse(line)).id;
  } catch (cause) {
    const form = '{"id":"…","at":"2026-01-31T10:00:00.000Z"}';
    throw new FileProblem(`${file} has no erasure in line ${number}: each line is ${form}. Nothing was erased`, {
      cause,
    });
  }
}

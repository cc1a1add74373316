import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { OperationsError } from './operations-error.js';

/** Measured capacity units of one call. */
export interface Units {
  readonly read: number;
  readonly write: number;
}

const unitsSchema = z.record(z.string(), z.object({ read: z.number(), write: z.number() }));

/** Reads the measured units of each procedure. `test/units.engine.test.ts` measures them. */
export const measuredUnits = (): Readonly<Record<string, Units>> =>
  unitsSchema.parse(JSON.parse(readFileSync(new URL('../units.json', import.meta.url), 'utf8')));

const price = z.number().nonnegative();

/** Prices of a region at a date. For current prices, see AWS's pricing pages. */
const pricesSchema = z.strictObject({
  region: z.string(),
  date: z.string(),
  currency: z.string(),
  perMillionReadUnits: price,
  perMillionWriteUnits: price,
  perGBMonth: price,
  perGBMonthOfRecovery: price,
  perMillionFunctionRequests: price,
  perMillionFunctionGBSeconds: price,
  perMillionGatewayRequests: price,
  perGBOfLog: price,
});
export type Prices = z.infer<typeof pricesSchema>;

/** Reads prices. @param file @default those of this package @throws OperationsError */
export function readPrices(file: string | URL = new URL('../prices.json', import.meta.url)): Prices {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? 'is not JSON' : `cannot be read (${Object(cause).code})`;
    throw new OperationsError(`${file} ${reason}: copy packages/operations/prices.json, and change it`, { cause });
  }
  const parsed = pricesSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'It'}: ${message}`);
  throw new OperationsError(`${file} has no valid prices: ${lines.join('; ')}`);
}

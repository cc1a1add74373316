import type { WriteOptions } from '@aws-starter-kit/dynamo/model';

/**
 * Returns the key for a further attempt within one call, whose last attempt was rejected: no attempt that was sent until then
 * may be applied any more.
 */
export const laterOnce = (once: WriteOptions['once'], byMs: number): WriteOptions['once'] =>
  typeof once === 'object' ? { ...once, sentAt: once.sentAt + byMs } : once;

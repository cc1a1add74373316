import { createHash, createHmac } from 'node:crypto';

/** The hash function in the form that the SDK's signer takes. */
export class Sha256 {
  readonly #hash;
  constructor(key?: unknown) {
    this.#hash = key ? createHmac('sha256', key as Uint8Array) : createHash('sha256');
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  reset(): void {}
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

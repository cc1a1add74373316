const sign = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  open: 0x7b,
  close: 0x7d,
};

/** Reads what is at the reader's place, and moves it past that. */
export type Read<V = unknown> = (json: JsonReader) => V;

/**
 * Reads JSON straight from the bytes of an answer. JSON.parse would make an object of each attribute value only to take it apart again, and,
 * where an engine gives the attributes of each item in another order, one class of objects an item, which takes most of the time.
 * Every method throws a SyntaxError where the bytes are no JSON or end too soon.
 */
export class JsonReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  any(): unknown {
    switch (this.#peek()) {
      case sign.quote:
        return this.text();
      case sign.openList:
        return this.list((json) => json.any());
      case sign.open: {
        const object: Record<string, unknown> = {};
        this.object((name) => {
          object[name] = this.any();
        });
        return object;
      }
      default:
        return this.#word();
    }
  }

  isNull(): boolean {
    return this.#peek() === 0x6e && this.#word() === null;
  }

  text(): string {
    this.#take(sign.quote);
    const bytes = this.#bytes;
    const start = this.#at;
    let end = start;
    let all = 0; // of the bits of all bytes: ASCII is quicker to make a string of
    for (let byte = bytes[end]; byte !== sign.quote; byte = bytes[++end]) {
      if (byte === undefined) throw this.#error();
      if (byte === sign.backslash) return this.#escapedText(start, end);
      all |= byte;
    }
    this.#at = end + 1;
    return all < 0x80 ? bytes.toString('latin1', start, end) : bytes.toString('utf8', start, end);
  }

  list<V>(read: Read<V>): V[] {
    const list: V[] = [];
    this.#take(sign.openList);
    if (this.#has(sign.closeList)) return list;
    do list.push(read(this));
    while (this.#has(sign.comma));
    this.#take(sign.closeList);
    return list;
  }

  /** Calls `each` for each name, with the reader at its value, which `each` reads. */
  object(each: (name: string) => void): void {
    this.#take(sign.open);
    if (this.#has(sign.close)) return;
    do {
      const name = this.text();
      this.#take(sign.colon);
      each(name);
    } while (this.#has(sign.comma));
    this.#take(sign.close);
  }

  /** Nothing may follow. */
  end(): void {
    if (this.#peek() !== undefined) throw this.#error();
  }

  #escapedText(start: number, at: number): string {
    let end = at;
    while (this.#bytes[end] !== sign.quote) {
      if (this.#bytes[end] === undefined) throw this.#error();
      end += this.#bytes[end] === sign.backslash ? 2 : 1;
    }
    this.#at = end + 1;
    return JSON.parse(this.#bytes.toString('utf8', start - 1, end + 1));
  }

  /** A number, true, false or null. */
  #word(): unknown {
    const start = this.#at;
    while (/[\w.+-]/.test(String.fromCharCode(this.#bytes[this.#at] ?? 0))) this.#at++;
    return JSON.parse(this.#bytes.toString('latin1', start, this.#at));
  }

  /** The next byte that is no white space. */
  #peek(): number | undefined {
    let byte = this.#bytes[this.#at];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = this.#bytes[++this.#at];
    return byte;
  }

  #has(expected: number): boolean {
    if (this.#peek() !== expected) return false;
    this.#at++;
    return true;
  }

  #take(expected: number): void {
    if (!this.#has(expected)) throw this.#error();
  }

  #error(): SyntaxError {
    return new SyntaxError(`The answer is no JSON, or cut short, at byte ${this.#at} of ${this.#bytes.length}`);
  }
}

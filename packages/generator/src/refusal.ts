/** Something that was asked for cannot be; the message is one line for who asked: what is wrong, what it may be. Nothing was written. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

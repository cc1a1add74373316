/** Something did not go as the demo expects it; the message is the line for the person in front of it. */
export class DemoFailure extends Error {
  override readonly name = 'DemoFailure';
}

/** Fails the demo unless this holds. */
export function expect(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new DemoFailure(`Expected, but not so: ${rule}`);
}

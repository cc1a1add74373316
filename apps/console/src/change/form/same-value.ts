/** Returns whether two values are the same in JSON, whatever the order of their properties. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other) || one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((element, index) => isSame(element, other[index]));
  }
  const names = Object.keys(one).filter((name) => (one as Record<string, unknown>)[name] !== undefined);
  const others = Object.keys(other).filter((name) => (other as Record<string, unknown>)[name] !== undefined);
  return (
    names.length === others.length &&
    names.every(
      (name) =>
        Object.hasOwn(other, name) &&
        isSame((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]),
    )
  );
}

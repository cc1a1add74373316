// Nothing: what Node itself takes.
export const handler = async () => null;

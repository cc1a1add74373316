/** A logger for models that keeps what each call cost: its last line, and all of them added up. */
export function countingLogger() {
  const total = { requests: 0, capacityUnits: 0 };
  const keep = (_text, line) => {
    total.requests += line?.requests ?? 0;
    total.capacityUnits += line?.capacityUnits ?? 0;
  };
  return {
    level: 0,
    debug: keep,
    info: keep,
    /** Requests and units since it was asked last. */
    take() {
      const taken = { ...total };
      Object.assign(total, { requests: 0, capacityUnits: 0 });
      return taken;
    },
  };
}

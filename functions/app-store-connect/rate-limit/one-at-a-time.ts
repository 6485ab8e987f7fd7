/**
 * One reservation of a key at a time: who asks while one is under way gets its result. Requests that start together so share
 * its permits, and none are lost.
 */
export function oneAtATime<Result>(): (keyId: string, reserve: () => Promise<Result>) => Promise<Result> {
  const underWay = new Map<string, Promise<Result>>();
  return (keyId, reserve) => {
    const present = underWay.get(keyId);
    if (present !== undefined) return present;
    const begun = reserve().finally(() => underWay.delete(keyId));
    underWay.set(keyId, begun);
    return begun;
  };
}

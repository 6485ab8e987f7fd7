/** Work that nobody waits for at once: deliveries of events, notifications. A drain waits for it. */
export type BackgroundWork = {
  add(work: Promise<void>): void;
  isBusy(): boolean;
};

export function createBackgroundWork(): BackgroundWork {
  const underWay = new Set<Promise<void>>();
  return {
    add: (work) => {
      const tracked: Promise<void> = work.finally(() => underWay.delete(tracked));
      underWay.add(tracked);
    },
    isBusy: () => underWay.size > 0,
  };
}

import pMap from 'p-map';

/**
 * Waits for tasks that were started together. The first failure is thrown once all tasks have ended: a Lambda environment
 * is frozen when the handler returns, and must not hold half-finished work then.
 */
export async function together<T extends readonly unknown[]>(
  ...tasks: { readonly [K in keyof T]: Promise<T[K]> }
): Promise<{ -readonly [K in keyof T]: Awaited<Promise<T[K]>> }> {
  await Promise.allSettled(tasks);
  return Promise.all(tasks);
}

/**
 * Runs a task for each item with bounded concurrency; tasks start in the order of the items.
 *
 * After a failure no further task starts. The first failure is thrown once all running tasks have ended, as in
 * {@link together}.
 */
export async function forEachConcurrently<Item>(
  items: Iterable<Item>,
  concurrency: number,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  await pMap(
    items,
    async (item) => {
      if (failures.length > 0) return;
      try {
        await task(item);
      } catch (error) {
        failures.push(error);
      }
    },
    { concurrency },
  );
  if (failures.length > 0) throw failures[0];
}

/**
 * Runs tasks: those that only wait for answers at once, then the others one after another, so that none slows the next.
 *
 * @returns them in their order, with what each saw
 */
export async function runTasks<Seen, Task extends { alone: boolean; run: () => Promise<Seen> }>(
  tasks: readonly Task[],
): Promise<(Task & { seen: Seen })[]> {
  const run = async (task: Task) => ({ ...task, seen: await task.run() });
  const seen = new Map<Task, Task & { seen: Seen }>();
  const waiting = tasks.filter(({ alone }) => !alone);
  for (const [index, done] of (await Promise.all(waiting.map(run))).entries()) {
    const task = waiting[index];
    if (task !== undefined) seen.set(task, done);
  }
  for (const task of tasks) if (task.alone) seen.set(task, await run(task));
  return tasks.flatMap((task) => seen.get(task) ?? []);
}

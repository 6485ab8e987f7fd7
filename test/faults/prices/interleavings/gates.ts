import { hash } from 'node:crypto';

/** A call at which a worker stands still, and the ways in which it can go on. */
export type Gate = { label: string; options: readonly string[]; go: (option: string) => void };
export type Worker = {
  name: string;
  changeId: string;
  /** The calls of one wave stand at their gates together; they go on in order, as none of them sees another. */
  gates: Gate[];
  finished: boolean;
  /** Stands for all that it was told so far. */
  told: string;
  failure?: unknown;
};
/** Stands still until the explorer says how it goes on. */
export function pass<T>(
  worker: Worker,
  label: string,
  options: readonly string[],
  run: (option: string) => Promise<T> | T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const gate: Gate = {
      label,
      options,
      go: (option) => {
        worker.gates = worker.gates.filter((each) => each !== gate);
        Promise.resolve()
          .then(() => run(option))
          .then(
            (value) => {
              hear(worker, label, option, JSON.stringify(value) ?? '');
              resolve(value);
            },
            (error) => {
              hear(worker, label, option, '!');
              reject(error);
            },
          );
      },
    };
    worker.gates.push(gate);
  });
}

/** As {@link pass}, but at once. */
export async function free<T>(worker: Worker, label: string, run: () => Promise<T>): Promise<T> {
  const value = await run();
  hear(worker, label, JSON.stringify(value) ?? '');
  return value;
}

const hear = (worker: Worker, ...words: readonly string[]): void => {
  worker.told = digest([worker.told, ...words].join('|'));
};

export const digest = (text: string): string => hash('sha1', text);

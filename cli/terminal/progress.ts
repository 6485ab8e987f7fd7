import type { Io } from './io.ts';

const WIDTH = 24;

export type Progress = { at(done: number): void; end(): void };

/** A bar on a terminal, drawn over itself; in a log only the last line. */
export function startProgress({ err, terminal = false }: Io, label: string, total: number): Progress {
  let last = 0;
  const line = (done: number): string => {
    const filled = total === 0 ? WIDTH : Math.floor((done / total) * WIDTH);
    return `${label} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done} of ${total}`;
  };
  return {
    at: (done) => {
      last = done;
      if (terminal) err(`\r${line(done)}`);
    },
    end: () => err(terminal ? `\r${line(last)}\n` : `${label}: ${last} of ${total}\n`),
  };
}

import { createInterface, type Interface } from 'node:readline';
import type { ReadStream } from 'node:tty';

/** Whoever sits at the terminal. */
export type Person = {
  /** The line that is typed; `undefined` where nobody is there, or the input has ended (Ctrl-D). */
  ask(question: string): Promise<string | undefined>;
  /** No more questions: the process may end. */
  leave(): void;
};

/** Ctrl-C at a question ends the process as the signal would. */
const INTERRUPTED = 130;

/**
 * Questions are written beside the output. One reader serves all of them, so that lines which were pasted at once answer
 * one question after the other.
 */
export function personAt(
  input: Pick<ReadStream, 'isTTY'> & NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Person {
  let reader: { lines: Interface; next: AsyncIterator<string> } | undefined;
  const open = (): NonNullable<typeof reader> => {
    const lines = createInterface({ input, output });
    lines.on('SIGINT', () => process.exit(INTERRUPTED));
    return { lines, next: lines[Symbol.asyncIterator]() };
  };
  return {
    ask: async (question) => {
      if (!input.isTTY) return undefined;
      reader ??= open();
      reader.lines.setPrompt(question);
      reader.lines.prompt();
      const line = await reader.next.next();
      return line.done === true ? undefined : line.value;
    },
    leave: () => reader?.lines.close(),
  };
}

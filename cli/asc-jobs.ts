#!/usr/bin/env node
import { runCli } from './program.ts';
import type { Io } from './terminal/io.ts';
import { personAt } from './terminal/person.ts';
import { terminalText } from './terminal/terminal-text.ts';

// A reader such as `head` that has seen enough is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const person = personAt(process.stdin, process.stderr);
const io: Io = {
  // A pipe gets every byte as it is.
  out: (text) => void process.stdout.write(process.stdout.isTTY ? terminalText(text) : text),
  err: (text) => void process.stderr.write(process.stderr.isTTY ? terminalText(text) : text),
  ask: person.ask,
  env: process.env,
  // https://no-color.org: any value that is not empty.
  colours: process.stdout.isTTY === true && !process.env['NO_COLOR'],
  terminal: process.stderr.isTTY === true,
  ...(process.stdout.isTTY && { width: process.stdout.columns }),
  now: () => Date.now(),
};

try {
  process.exitCode = await runCli(process.argv.slice(2), io);
} finally {
  person.leave();
}

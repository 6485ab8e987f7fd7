#!/usr/bin/env node
import { runCli } from './program.ts';
import type { Io } from './terminal/io.ts';
import { personAt } from './terminal/person.ts';

// A reader such as `head` that has seen enough is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const person = personAt(process.stdin, process.stderr);
const io: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
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

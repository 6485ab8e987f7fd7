import { InvalidArgumentError, Option } from 'commander';

export const portOption = (port: number): Option =>
  new Option('--port <port>', 'on which port; 0: any free one').argParser(parsePort).default(port);

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}

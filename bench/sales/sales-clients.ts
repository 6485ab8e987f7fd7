import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENT_VERSIONS, installAsc } from '../peers/clients.ts';
import { npmClient, pythonClient, pythonProgram } from '../peers/install.ts';
import type { Program } from '../peers/timed-process.ts';
import { type ClientStart, VENDOR } from './sales-scene.ts';

const ROOT = join(import.meta.dirname, '../..');
const PACKED = join(ROOT, 'dist/bin/asc-jobs.mjs');
const CLIENTS = join(import.meta.dirname, 'clients');
const DUCKDB = { python: 'duckdb==1.4.4', command: ['duckdb-cli', '1.5.6'] } as const;

/** `print`: the sums of each day as soon as it is here. `table`: a Parquet file of all days, and the sums from it. */
export type Output = 'print' | 'table';
export type Order = { output: Output; days: readonly string[]; atOnce: number };

export type SalesClient = {
  label: string;
  ours: boolean;
  /** Whether it takes the days one after another where it is asked to. */
  takesTurns: boolean;
  program(start: ClientStart, order: Order): Program;
};

const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(ROOT, '.local/compile-cache') };

const ours = (label: string, command: string, reports: readonly string[]): SalesClient => ({
  label,
  ours: true,
  takesTurns: false,
  program: ({ environment, keyFile, issuerId, directory }, { days }) => ({
    command: process.execPath,
    args: [
      ...[command, 'try', '--json', '--no-open', '--days', String(days.length), ...reports],
      ...['--p8', keyFile, '--issuer', issuerId, '--vendor', VENDOR, '--dir', join(directory, 'folder')],
    ],
    environment: { ...environment, ...COMPILE_CACHE },
  }),
});

const ONLY_SALES = ['--reports', 'SALES/SUMMARY/DAILY'];

/** What a user starts: the package where it is built, and the sources. */
const OURS: readonly SalesClient[] = [
  ...(existsSync(PACKED) ? [ours('asc-jobs try, from the package', PACKED, ONLY_SALES)] : []),
  ours('asc-jobs try, from its sources', join(ROOT, 'cli/asc-jobs.ts'), ONLY_SALES),
];

type Peer = { label: string; program: SalesClient['program'] } | { missing: string };

function npmPeer(name: 'node-app-store-connect-api' | 'appstore-connect-sdk'): Peer {
  const version = CLIENT_VERSIONS[name];
  const installed = npmClient(name, version, join(CLIENTS, 'node-sales.mjs'));
  if ('missing' in installed) return installed;
  return {
    label: `${name} ${version}`,
    program: ({ environment }, order) => ({
      command: installed.command,
      args: [...installed.args, name, order.output, String(order.atOnce), ...order.days],
      environment: { ...environment, ...COMPILE_CACHE, SALES_SQL: join(CLIENTS, 'sales.sql') },
    }),
  };
}

function pythonPeer(name: 'dlt-source-app-store-connect' | 'appstoreconnect', minor: number): Peer {
  const version = CLIENT_VERSIONS[name];
  const installed = pythonClient(name, version, join(CLIENTS, 'run_sales.py'), minor, [DUCKDB.python]);
  if ('missing' in installed) return installed;
  return {
    label: `${name} ${version}`,
    program: ({ environment }, order) => ({
      command: installed.command,
      args: [...installed.args, name, order.output, String(order.atOnce), ...order.days],
      environment: { ...environment, SALES_SQL: join(CLIENTS, 'sales.sql') },
    }),
  };
}

function ascPeer(): Peer {
  const asc = installAsc();
  if ('missing' in asc) return asc;
  const duckDb = pythonProgram(...DUCKDB.command, 'duckdb');
  if ('missing' in duckDb) return duckDb;
  return {
    label: `asc ${CLIENT_VERSIONS.asc}`,
    program: ({ environment }, order) => ({
      command: 'sh',
      args: [join(CLIENTS, 'asc-sales.sh'), order.output, String(order.atOnce), ...order.days],
      environment: { ...environment, ASC: asc.command, DUCKDB: duckDb.command },
    }),
  };
}

/** The clients that can be measured here, and a line about each that cannot. */
export function salesClients(): { clients: SalesClient[]; notes: string[] } {
  const peers = [
    ascPeer(),
    npmPeer('node-app-store-connect-api'),
    npmPeer('appstore-connect-sdk'),
    pythonPeer('dlt-source-app-store-connect', 12),
    pythonPeer('appstoreconnect', 8),
  ];
  return {
    clients: [
      ...OURS,
      ...peers.flatMap((peer) => ('missing' in peer ? [] : [{ ...peer, ours: false, takesTurns: true }])),
    ],
    notes: [
      ...peers.flatMap((peer) => ('missing' in peer ? [`Skipped: ${peer.missing}.`] : [])),
      ...(existsSync(PACKED) ? [] : ['Skipped: the package; npm run package builds it.']),
    ],
  };
}

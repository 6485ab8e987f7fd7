import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const JARS = join(ROOT, '.local/trino');
const CLASSES = join(ROOT, '.local/trino-classes');

/** What `TrinoRead` prints before the rows. */
const ROWS = '--rows--\n';

/** Runs Trino's Parquet reader, or says why it cannot. */
export type Trino = {
  /**
   * Reads columns of a file under the types that Glue declares.
   *
   * @param columns name → type in Glue's words
   * @returns rows of decimal, date or plain text; `null` for NULL
   * @throws Error with the reader's message
   */
  read(path: string, columns: Record<string, string>): (string | null)[][];
};

/** Fetches the reader from Maven Central on first use, into `.local/trino`. */
export function findTrino(): Trino | { missing: string } {
  const version = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const major = /version "(\d+)/.exec(version.stderr ?? '')?.[1];
  if (version.status !== 0 || Number(major) < 17) return { missing: 'there is no Java 17 or later' };
  if (!existsSync(JARS) || readdirSync(JARS).length === 0) {
    const pom = join(import.meta.dirname, 'pom.xml');
    const maven = spawnSync('mvn', [
      ...['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${JARS}`],
    ]);
    if (maven.status !== 0)
      return { missing: 'Maven is absent or cannot fetch the reader from Maven Central' };
  }
  const compiled = spawnSync('javac', [
    ...['-cp', join(JARS, '*'), '-d', CLASSES, join(import.meta.dirname, 'TrinoRead.java')],
  ]);
  return compiled.status === 0 ? { read } : { missing: 'there is no Java compiler (javac)' };
}

const read: Trino['read'] = (path, columns) => {
  const { stdout, stderr, status } = spawnSync(
    'java',
    [
      ...['-cp', [join(JARS, '*'), CLASSES].join(delimiter), 'TrinoRead', path],
      ...Object.entries(columns).map(([name, type]) => `${name}:${type}`),
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (status !== 0)
    throw new Error(stderr.split('\n').find((line) => line.startsWith('Exception')) ?? stderr);
  return stdout
    .slice(stdout.indexOf(ROWS) + ROWS.length)
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t').map((text) => (text === '\\N' ? null : text)));
};

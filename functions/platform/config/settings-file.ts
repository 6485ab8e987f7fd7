import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSettings, type Settings } from './settings.ts';

/**
 * Reads the settings that the build put beside the handler in its bundle. A function's environment holds
 * 4 KB in all, too little for many teams, so the settings travel as a file.
 *
 * Lambda says in `LAMBDA_TASK_ROOT` where the code of a function lies. In a local run the code itself may lie elsewhere:
 * functions with different settings share it.
 *
 * @throws SettingsError when the file was edited by hand after the build
 */
export function readBundledSettings(directory = process.env['LAMBDA_TASK_ROOT'] ?? besideThis()): Settings {
  return parseSettings(JSON.parse(readFileSync(join(directory, 'settings.json'), 'utf8')));
}

const besideThis = (): string => fileURLToPath(new URL('.', import.meta.url));

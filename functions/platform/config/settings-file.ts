import { readFileSync } from 'node:fs';
import { parseSettings, type Settings } from './settings.ts';

/**
 * Reads the settings that the build put beside the handler in its bundle. A function's environment holds
 * 4 KB in all, too little for many teams, so the settings travel as a file.
 *
 * @throws SettingsError when the file was edited by hand after the build
 */
export function readBundledSettings(directory: URL = new URL('.', import.meta.url)): Settings {
  return parseSettings(JSON.parse(readFileSync(new URL('settings.json', directory), 'utf8')));
}

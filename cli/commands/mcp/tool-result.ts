import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { redactText } from '../../../functions/platform/logging/redaction.ts';
import { explainFailure } from '../../terminal/describe-error.ts';

/** More text than this helps no agent: it is told to ask for less. */
const LONGEST_CHARACTERS = 200_000;

/**
 * Runs a tool. What it gives becomes JSON text; what goes wrong is told in words, as to a person at a terminal, and without
 * any key or token.
 */
export async function toolResult(work: () => Promise<unknown>): Promise<CallToolResult> {
  try {
    const text = redactText(JSON.stringify((await work()) ?? null, undefined, 1));
    return text.length <= LONGEST_CHARACTERS
      ? { content: [{ type: 'text', text }] }
      : failure(`The answer has ${text.length} characters, more than ${LONGEST_CHARACTERS}. Ask for less.`);
  } catch (error) {
    return failure(redactText(explainFailure(error)));
  }
}

const failure = (text: string): CallToolResult => ({ isError: true, content: [{ type: 'text', text }] });

/** Tools that only read what is stored here. */
export const READS = { readOnlyHint: true, idempotentHint: true, openWorldHint: false } as const;

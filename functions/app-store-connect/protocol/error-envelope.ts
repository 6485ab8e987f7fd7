import * as z from 'zod';
import { redactText } from '../../platform/logging/redaction.ts';
import { readStoredJson } from '../../platform/validation/read-json.ts';

const MAXIMUM_TEXT = 2_000;
/** Whoever answers may quote what we sent, our token with it. */
const boundedText = z.string().transform((text) => redactText(text).slice(0, MAXIMUM_TEXT));

/** Apple's JSON:API error envelope; `status` is a string. Source: "Parsing the Error Response Code". */
const envelopeSchema = z.object({
  errors: z
    .array(
      z.object({
        id: boundedText.optional(),
        status: boundedText,
        code: boundedText,
        title: boundedText,
        detail: boundedText,
        source: z.object({ pointer: z.string().optional(), parameter: z.string().optional() }).optional(),
      }),
    )
    .min(1),
});

export type AppleErrors = z.output<typeof envelopeSchema>['errors'];

/** The errors of an answer's body, or `undefined` when it is not Apple's envelope. */
export function parseErrorEnvelope(body: string): AppleErrors | undefined {
  return readStoredJson(body, envelopeSchema)?.errors;
}

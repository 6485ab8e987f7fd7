import type * as z from 'zod';

const TYPE_NAMES: Record<string, string> = {
  string: 'text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list in square brackets',
  object: 'an object in braces',
  record: 'an object in braces',
};

const quantity = (origin: string, amount: number | bigint): string => {
  if (origin === 'string') return `${amount} characters`;
  if (origin === 'array') return `${amount} ${amount === 1 ? 'entry' : 'entries'}`;
  return String(amount);
};

/** Messages for what a schema finds, where the schema itself gives none. Written for people who edit a JSON file. */
export const settingsMessages: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is missing'
        : `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return `must be at least ${quantity(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `must be at most ${quantity(issue.origin, issue.maximum)}`;
    case 'invalid_value':
      return issue.input === undefined
        ? 'is missing'
        : `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'invalid_key':
      return 'has a name of the wrong form';
    case 'invalid_format':
      return `must be ${issue.format === 'date' ? 'a date such as 2026-12-31' : `of the form ${issue.format}`}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    default:
      return undefined;
  }
};

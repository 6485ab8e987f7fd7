/** What the policies allow and the local services never ask for, each with who does. */
export const NOT_PLAYED: readonly { grants: RegExp; reason: string }[] = [
  { grants: /^\w+ logs:/, reason: 'Lambda writes the log with the role of the function.' },
];

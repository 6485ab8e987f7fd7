/** Which roles of people (docs/deploy.md, "Rights of people") are meant to be enough for a command, together. */
export const ROLES_OF_COMMANDS: Readonly<Record<string, readonly string[]>> = {};

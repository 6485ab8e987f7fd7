/** Which roles of people (docs/deploy.md, "Rights of people") are meant to be enough for a command, together. */
export const ROLES_OF_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  status: ['Viewer'],
  numbers: ['Viewer'],
  'reports list': ['Viewer'],
  'reports get': ['Viewer'],
  'reports query': ['Viewer'],
  'reports backfill': ['Operator'],
  'reports rebuild': ['Operator'],
  'prices status': ['Viewer'],
  'prices moves': ['Viewer'],
  'prices effect': ['Viewer'],
  'prices plan': ['Planner'],
  'prices diff': ['Planner'],
  products: ['Planner'],
  'prices apply': ['Requester'],
  'prices withdraw': ['Requester'],
  'prices rollback': ['Requester'],
  'prices approve': ['Approver'],
  'prices decline': ['Approver'],
  'keys status': ['Viewer'],
  'keys remind': ['Viewer'],
  'keys check': ['Operator'],
  'keys rotate': ['Operator', 'Rotation'],
  'keys correct': ['Operator', 'Rotation'],
  // They read the key to ask Apple with it, on the machine of whoever calls.
  doctor: ['Viewer', 'Rotation'],
  token: ['Rotation'],
};

/** What these commands do is done by whoever sets a deployment up, by an administrator's rights. */
export const BEFORE_THE_DEPLOYMENT: readonly string[] = ['init'];

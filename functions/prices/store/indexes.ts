/** The index of changes that still need attention: partition key `openFor`, sort key `movedAt`. */
export const OPEN_INDEX = 'Open';

/** The index of a team's changes by the time of their last transition: partition key `team`, sort key `movedAt`. */
export const TEAM_INDEX = 'Team';

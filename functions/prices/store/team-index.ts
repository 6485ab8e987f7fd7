/** The index of a team's changes by when they last moved: partition key `team`, sort key `movedAt`. */
export const TEAM_INDEX = 'Team';

/** The index of what still needs attention: partition key `openFor`, sort key `movedAt`. */
export const OPEN_INDEX = 'Open';

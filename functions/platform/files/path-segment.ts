/**
 * Somebody's name as one segment of an object key or a path. `.` and `..` are names as well, and pass `encodeURIComponent` as
 * they are: as segments they would mean another folder.
 */
export const pathSegment = (name: string): string =>
  encodeURIComponent(name).replace(/^\.+$/, (dots) => '%2E'.repeat(dots.length));

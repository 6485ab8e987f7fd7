/** The first few of some names, and how many more there are: `AUT, DEU, FRA and 12 more`. */
export function someOf(names: readonly string[], maximum = 5): string {
  const more = names.length - maximum;
  return more > 0 ? `${names.slice(0, maximum).join(', ')} and ${more} more` : names.join(', ');
}

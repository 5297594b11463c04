import { closest, distance } from 'fastest-levenshtein';

/** `did you mean "x"?` for the nearest of `names`, or the list of all when none is near. */
export function suggest(wrong: string, names: readonly string[]): string {
  if (names.length === 0) return 'there are none';
  const nearest = closest(wrong, names);
  const near = distance(wrong.toLowerCase(), nearest.toLowerCase()) <= Math.max(2, Math.floor(nearest.length / 3));
  return near ? `did you mean "${nearest}"?` : `expected one of ${names.join(', ')}`;
}

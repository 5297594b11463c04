/** Of axes the place of the only value that counts, by their keys. */
export type Places = Readonly<Record<string, number>>;

/** Parts of axes as shares of their length from below, by their keys. */
export type Brushes = Readonly<Record<string, readonly [low: number, high: number]>>;

/** `optimizer.name:2,model.hidden:0`, as it stands in an address; null where it is no such text. */
export const parsePlaces = (text: string): Places | null =>
  parsed(text, (value) => (/^\d{1,6}$/.test(value) ? Number(value) : null));

/** `testAccuracy:0.5~1`, as it stands in an address; null where it is no such text. */
export const parseBrushes = (text: string): Brushes | null =>
  parsed(text, (value) => {
    const [low, high, ...rest] = value.split('~').map((end) => (/^[01](\.\d{1,9})?$/.test(end) ? Number(end) : NaN));
    return rest.length === 0 && low! <= high! && high! <= 1 ? ([low!, high!] as const) : null;
  });

/** Inverse of {@link parsePlaces}; null without any. */
export const placesText = (places: Places): string | null => printed(places, String);

/** Inverse of {@link parseBrushes}, to three decimals; null without any. */
export const brushesText = (brushes: Brushes): string | null =>
  printed(brushes, (range) => range.map((end) => String(Number(end.toFixed(3)))).join('~'));

function parsed<T>(text: string, read: (value: string) => T | null): Readonly<Record<string, T>> | null {
  const entries: [string, T][] = [];
  for (const part of text.split(',').filter((each) => each !== '')) {
    const [key, value, ...rest] = part.split(':').map(decoded);
    const found = key && value != null && rest.length === 0 ? read(value) : null;
    if (!key || found === null) return null;
    entries.push([key, found]);
  }
  return Object.fromEntries(entries);
}

function printed<T>(values: Readonly<Record<string, T>>, print: (value: T) => string): string | null {
  const parts = Object.entries(values).map(([key, value]) => `${encodeURIComponent(key)}:${print(value)}`);
  return parts.length > 0 ? parts.join(',') : null;
}

/** Null where a part is no text that was encoded for an address. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

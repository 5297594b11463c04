/** A field of a CSV file (RFC 4180): in quotes when it holds a comma, a quote or a line break; quotes within are doubled. */
export const csvField = (value: string | number): string => {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** A line of a CSV file, with its CRLF. Numbers are written so that they read back exactly; NaN and ±Infinity stand as they are. */
export const csvLine = (fields: readonly (string | number)[]): string => `${fields.map(csvField).join(',')}\r\n`;

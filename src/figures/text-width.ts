/** Widths of letters as shares of the font size, where they are far from the usual one. */
const widths: readonly (readonly [letters: RegExp, width: number])[] = [
  [/[iljI|.,:;'!·]/, 0.31],
  [/[ \u00a0ftr()[\]/\-−]/, 0.38],
  [/[mwMW%—…→]/, 0.92],
  [/[A-Z±×≤≥≈=<>+]/, 0.74],
];
const usual = 0.62;

/**
 * About how wide `text` is in pixels at `size` pixels. No font is at hand where figures are made; this is DejaVu Sans, which is
 * wider than the others of the font stack, so that what fits here fits there.
 */
export function textWidth(text: string, size = 11): number {
  let width = 0;
  for (const letter of text) width += widths.find(([letters]) => letters.test(letter))?.[1] ?? usual;
  return width * size;
}

/** Breaks a text at spaces into lines of at most `width` pixels; a word that is longer has a line of its own. */
export function wrapText(text: string, width: number, size = 11): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length > 0 ? `${lines.at(-1)!} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A text that is no wider than some pixels; what is cut off ends in an ellipsis. */
export function cutText(text: string, width: number, size = 11): string {
  if (textWidth(text, size) <= width) return text;
  let kept = text.length - 1;
  while (kept > 1 && textWidth(`${text.slice(0, kept)}…`, size) > width) kept--;
  return `${text.slice(0, kept)}…`;
}

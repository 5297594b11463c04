/** Least levels that a reader can choose, as pino numbers them. */
export const logLevels = { info: 30, warning: 40, error: 50 } as const;
export type LogLevelName = keyof typeof logLevels;
export const logLevelNames = Object.keys(logLevels) as LogLevelName[];

/** The lines of at least a level that contain all words of a search, in whatever case. */
export function filteredLog<Line extends { readonly level: number; readonly message: string }>(
  lines: readonly Line[],
  { level, search }: { readonly level: LogLevelName; readonly search: string },
): Line[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return lines.filter((line) => {
    const text = line.message.toLowerCase();
    return (level === 'info' || line.level >= logLevels[level]) && words.every((word) => text.includes(word));
  });
}

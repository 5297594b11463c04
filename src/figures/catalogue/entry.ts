import type { FigureChoice, SeriesName } from '../../contract/index.ts';
import type { FigureInput } from '../source.ts';
import type { FigureOptions, FigureSpecification } from '../specification.ts';
import type { FigureTable } from '../table.ts';

/** Which of the groups on a run's page a figure belongs to. */
export type FigureGroup = 'walk' | 'curvature' | 'noise' | 'margins' | 'losses' | 'training';

/** A figure that a run can be asked for. */
export interface FigureDescription {
  readonly title: string;
  readonly group: FigureGroup;
  /** Rows of mission.md that it shows. */
  readonly rows: readonly string[];
  /** Series without which there is no figure. Where there are none, at least one of `shows` is needed. */
  readonly needs: readonly SeriesName[];
  /** Series whose curves or panels are left out where a run lacks them. */
  readonly shows: readonly SeriesName[];
  /** What a reader may choose, beside width, theme and window. */
  readonly choices: readonly FigureChoice[];
}

/** A figure of the catalogue: what it is, and how it is made. */
export interface FigureEntry extends FigureDescription {
  readonly build: (input: FigureInput, options: FigureOptions) => FigureSpecification;
  /** What it shows as numbers; default: the records of all its series in the window. */
  readonly table?: (input: FigureInput, options: FigureOptions) => FigureTable;
}

import { fitAxis } from './axis.ts';
import type { Axis, Domain, FittedAxis, Scale } from './axis.ts';
import { clipCurve } from './curve.ts';
import type { Curve } from './curve.ts';
import { edgeContent } from './edges.ts';
import { legendWord, sequenceColor } from './groups.ts';
import { curveMarks } from './lines-panel.ts';
import type { DrawnCurve } from './lines-panel.ts';
import { panel } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import { referenceDashes, referenceHeights, referenceLegend, referenceMarks } from './references.ts';
import type { Reference } from './references.ts';
import type { FigurePanel, LegendEntry } from './specification.ts';
import type { FigureTheme } from './theme.ts';
import { tickLabel } from './ticks.ts';

/** A curve, and the entries of the legend that come with it. */
export interface LegendLine extends DrawnCurve {
  readonly legend: readonly LegendEntry[];
}

/** What a panel of curves shows. */
export interface LinesContent {
  readonly title: string;
  readonly unit?: string | undefined;
  readonly scale: Scale;
  /** Heights that the axis reaches in any case. */
  readonly reaches?: readonly number[];
  readonly lines: readonly LegendLine[];
  readonly references?: readonly Reference[];
  /** Whether the horizontal axis is named below. */
  readonly named: boolean;
}

/** One member of a family of curves. */
export interface FanCurve {
  /** By which the family is ordered, e.g. σ. */
  readonly parameter: number;
  readonly curve: Curve;
}

/** More curves than this have a scale of colours as their legend. */
const mostEntries = 9;

/** A family of curves, by ascending parameter, in the colours of the theme's sequence. @param each what stands before a parameter, e.g. `σ = ` */
export function fanLines<Member extends FanCurve>(
  each: string,
  members: readonly Member[],
  theme: FigureTheme,
  style: (member: Member) => Partial<DrawnCurve> = () => ({}),
): LegendLine[] {
  const colors = members.map((_, index) => sequenceColor(theme, index / Math.max(1, members.length - 1)));
  const entries = fanLegend(each, members, colors, theme);
  return members.map((member, index) => ({
    strokeWidth: 1.75,
    ...style(member),
    curve: member.curve,
    color: colors[index]!,
    legend: entries[index] ?? [],
  }));
}

/** The legend of a family of curves, by the curve that brings each entry. */
function fanLegend(
  each: string,
  members: readonly FanCurve[],
  colors: readonly string[],
  theme: FigureTheme,
): LegendEntry[][] {
  const label = ({ parameter }: FanCurve): string => `${each}${tickLabel(parameter)}`;
  if (members.length <= mostEntries)
    return members.map((member, index) => [{ label: label(member), color: colors[index]! }]);
  const ramp = Array.from({ length: 8 }, (_, step) => sequenceColor(theme, step / 7));
  return [
    [
      legendWord(label(members[0]!), theme),
      { label: tickLabel(members.at(-1)!.parameter), color: theme.muted, symbol: 'ramp', ramp },
    ],
  ];
}

/** A panel of curves; values without a place on its vertical axis are marked at its edge and counted in a note. */
export function legendLinesPanel(frame: PanelFrame, content: LinesContent): FigurePanel {
  const { title, unit = null, reaches = [], references = [], scale, lines, named } = content;
  const { theme } = frame;
  const heights = [...heightsOf(lines, frame.x.domain, scale), ...reaches, ...referenceHeights(references)];
  const y: FittedAxis = fitAxis({ label: null, scale } satisfies Axis, heights, 0.05);
  const edge = edgeContent(frame, lines, scale);
  const dashOf = referenceDashes(references);
  const hasBand = lines.some(({ band }) => band !== undefined);
  return panel(frame, {
    title,
    unit,
    height: named ? 216 : 200,
    legend: [
      ...lines.flatMap(({ legend }) => legend),
      ...(hasBand ? [{ label: '± 1 standard error', color: theme.muted, symbol: 'area' } as const] : []),
      ...referenceLegend(dashOf, theme.muted),
    ],
    notes: edge.notes,
    marks: [...referenceMarks(frame, y, references, dashOf), ...curveMarks(frame, lines, y), ...edge.marks],
    y,
    named,
  });
}

/** What a vertical axis should reach: the curves in view, and their bands where those cannot stretch a logarithmic axis. */
function* heightsOf(lines: readonly LegendLine[], [from, to]: Domain, scale: Scale): Generator<number> {
  for (const { curve, band } of lines) {
    yield* clipCurve(curve, from, to).y;
    if (!band) continue;
    if (scale !== 'log') yield* clipCurve({ x: curve.x, y: band.lower }, from, to).y;
    yield* clipCurve({ x: curve.x, y: band.upper }, from, to).y;
  }
}

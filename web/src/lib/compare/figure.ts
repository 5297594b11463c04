import { linesFigure, renderFigure } from '../../../../src/figures/index.ts';
import type { CurvesPanel, FigureLook, FigureSpecification, GroupedCurve } from '../../../../src/figures/index.ts';
import type { Range } from '../windows.ts';
import { curveName } from './address.ts';
import type { CompareAddress, CurveChoice } from './address.ts';
import { groupingTitle, livingRuns } from './groups.ts';
import type { GroupLooks, Grouping, RunGroup } from './groups.ts';
import { keyTitle, valueText } from './keys.ts';
import { marksText, verticalAxis } from './picture.ts';
import type { Picture, PictureCurve } from './picture.ts';
import { axisLabels, bandTitle, curveTitle, curveUnit } from './words.ts';

/** What a saved comparison shows: what the page shows. */
export interface CompareFigureData {
  readonly address: CompareAddress;
  readonly grouping: Grouping;
  readonly looks: GroupLooks;
  /** By name of the curve. */
  readonly pictures: ReadonlyMap<string, Picture>;
  /** The window in view. */
  readonly range: Range;
  readonly columns: number;
}

/** What the page shows as a drawing. */
export const drawComparison = (data: CompareFigureData, look: FigureLook): Element =>
  renderFigure(compareFigure(data, look), document);

/** The figure of what the page shows: the same curves, bands, marks, limits and colours. */
function compareFigure(data: CompareFigureData, look: FigureLook): FigureSpecification {
  const { address, grouping, looks, range, columns } = data;
  const hasBand = [...data.pictures.values()].some(({ curves }) => curves.some(({ band }) => band !== null));
  const { label, unit } = axisLabels[address.x];
  return linesFigure(
    {
      id: 'compare',
      title: address.curves.map(curveTitle).join(', '),
      subtitle: subtitleOf(data),
      x: { label, ...(unit && { unit }), scale: address.xScale, domain: range },
      columns,
      colors: {
        coloring: looks.coloring,
        order: [...looks.colors.keys()],
        ...(grouping.color !== null && { title: keyTitle(grouping.color) }),
      },
      ...(looks.dashesOf === 'line' &&
        grouping.line !== null && { dashes: { title: keyTitle(grouping.line), order: [...looks.dashes.keys()] } }),
      ...(hasBand && { band: bandTitle(address.band) }),
      panels: address.curves.map((curve) => panelOf(data, curve)),
    },
    look,
  );
}

/** How many runs stand behind each group, and what else the lines are. */
function subtitleOf({ address, grouping }: CompareFigureData): string {
  const shown = grouping.groups.filter(({ label }) => !address.hidden.includes(label));
  const counts = shown.map(({ label, runs }) => `${label}: N = ${livingRuns({ runs }).length}`).join(', ');
  const title = groupingTitle(grouping);
  const smoothing = address.smoothing > 0 ? `; smoothed by ${address.smoothing}, as measured behind` : '';
  return `${title === '' ? '' : `${title} — `}${counts}${smoothing}`;
}

function panelOf({ grouping, looks, pictures, range }: CompareFigureData, curve: CurveChoice): CurvesPanel {
  const picture = pictures.get(curveName(curve));
  const unit = curveUnit(curve);
  const y = picture ? verticalAxis(picture, range) : null;
  return {
    title: curveTitle(curve),
    y: { label: null, ...(unit !== null && { unit }), ...(y && { scale: y.scale, domain: y.domain }) },
    curves: (picture?.curves ?? []).map((drawn) => groupedCurve(drawn, grouping.groups[drawn.group]!, looks)),
    notes: picture ? marksText(picture) : [],
  };
}

function groupedCurve(drawn: PictureCurve, group: RunGroup, looks: GroupLooks): GroupedCurve {
  const { data, band, width, opacity, color, run } = drawn;
  const rows = (values: Float64Array): Float64Array => values.slice(0, data.length);
  const isDashed = looks.dashesOf === 'line';
  return {
    color: valueText(group.color),
    ...(isDashed && { dash: valueText(group.line) }),
    curve: { x: rows(data.x), y: rows(data.y) },
    ...(band && { band: { lower: rows(band.lower), upper: rows(band.upper) } }),
    ...(run === null && { seeds: livingRuns(group).length }),
    faint: { strokeWidth: width, opacity, color },
    marks: drawn.found ? drawn.marks : [],
  };
}

import type { Curve } from './curve.ts';
import { line, panel } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import type { FigurePanel } from './specification.ts';

/** One curve of a panel; null: the run did not record it. */
export interface DrawnCurve {
  readonly label: string;
  readonly color: string;
  readonly curve: Curve | null;
  readonly strokeWidth: number;
  /** SVG dash pattern; a solid stroke when absent. */
  readonly dash?: string;
}

/** A panel of curves with a legend of those that were recorded. */
export function linesPanel(
  frame: PanelFrame,
  drawn: readonly DrawnCurve[],
  heading: { readonly title: string; readonly unit: string | null; readonly bottom: boolean },
): FigurePanel {
  const shown = drawn.filter((entry): entry is DrawnCurve & { curve: Curve } => entry.curve !== null);
  return panel(frame, {
    ...heading,
    height: heading.bottom ? 216 : 200,
    legend: shown.map(({ label, color, dash }) => ({ label, color, ...(dash && { dash }) })),
    marks: shown.map(({ curve, color, strokeWidth, dash }) =>
      line(frame, curve, { stroke: color, strokeWidth, ...(dash && { strokeDasharray: dash }) }),
    ),
  });
}

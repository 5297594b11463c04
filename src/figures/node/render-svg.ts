import { parseHTML } from 'linkedom';
import { renderFigure } from '../render/render-figure.ts';
import type { FigureDocument } from '../render/pen.ts';
import type { FigureSpecification } from '../specification.ts';

/** A figure from `renderFigure` as the text of an SVG file. The same specification gives the same text. */
export function renderSvg(figure: FigureSpecification): string {
  const { document } = parseHTML('<html><body></body></html>') as unknown as { document: FigureDocument };
  return `${renderFigure(figure, document).outerHTML}\n`;
}

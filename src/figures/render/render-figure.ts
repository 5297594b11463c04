import * as Plot from '@observablehq/plot';
import type { FigurePanel, FigureSpecification } from '../specification.ts';
import { textWidth, wrapText } from '../text-width.ts';
import { fontStack } from '../theme.ts';
import { legendRow, legendRowHeight, legendRows, legendWidth } from './legend.ts';
import { newPen, svgNamespace, type FigureDocument, type FigureElement, type Pen } from './pen.ts';

const left = 20;
const right = 18;
/** Pixels below the last panel of a figure. */
export const figureBottom = 10;
const lineHeight = 16;

/** A part of the drawing: its elements, from their own top, and its height. */
interface Block {
  readonly elements: readonly FigureElement[];
  readonly height: number;
}

/**
 * Draws a figure as one standalone `<svg>` of `document` (a page's `window.document`, or one outside of a browser): no script, no
 * style sheet, no reference to anything outside. Text that is too long for its place is broken into lines. The same specification
 * gives the same elements in every document; coordinates are rounded to three decimals.
 *
 * @param placed told the plot of each panel: a group whose origin is the upper left corner of {@link FigurePanel.plot}
 */
export function renderFigure<Element extends FigureElement>(
  figure: FigureSpecification,
  document: FigureDocument<Element>,
  placed: (panel: FigurePanel, plot: Element) => void = () => undefined,
): Element {
  const pen = newPen(document);
  const header = headerBlock(pen, figure);
  const grid = gridBlock(pen, figure, placed);
  const height = header.height + grid.height + figureBottom;
  const root = pen.draw('svg', {
    xmlns: svgNamespace,
    width: figure.width,
    height,
    viewBox: `0 0 ${figure.width} ${height}`,
    role: 'img',
    'font-family': fontStack,
    'font-size': 11,
    fill: figure.theme.ink,
    color: figure.theme.ink,
  });
  const title = pen.draw('title', {});
  title.textContent = `${figure.title}: ${figure.panels.map((panel) => panel.title).join(', ')}`;
  root.append(title, pen.draw('rect', { width: figure.width, height, fill: figure.theme.background }));
  root.append(...header.elements, moved(pen, 0, header.height, grid.elements));
  roundNumbers(root);
  return root;
}

const moved = ({ draw }: Pen, x: number, y: number, elements: readonly FigureElement[]): FigureElement =>
  draw('g', { transform: `translate(${x},${y})` }, ...elements);

/** Title, subtitle, and what all panels share. */
function headerBlock(pen: Pen, { title, subtitle, legend, width, theme }: FigureSpecification): Block {
  const inner = width - left - right;
  const titles = wrapText(title, inner, 16);
  const subtitles = wrapText(subtitle, inner);
  const rows = legendRows(legend, inner);
  const below = 28 + 19 * (titles.length - 1);
  const last = below + 2 + lineHeight * subtitles.length;
  return {
    elements: [
      ...titles.map((part, index) =>
        pen.write(part, { x: left, y: 28 + 19 * index, 'font-size': 15, 'font-weight': 600 }),
      ),
      ...subtitles.map((part, index) =>
        pen.write(part, { x: left, y: below + 2 + lineHeight * (index + 1), fill: theme.muted }),
      ),
      ...rows.flatMap((row, index) => legendRow(pen, theme, row, left, last + 5 + legendRowHeight * (index + 1))),
    ],
    height: last + 16 + legendRowHeight * rows.length,
  };
}

/** The panels, row by row; in a row all headings are as high as the highest, so that the plots stand side by side. */
function gridBlock<Element extends FigureElement>(
  pen: Pen<Element>,
  figure: FigureSpecification,
  placed: (panel: FigurePanel, plot: Element) => void,
): Block {
  const { panels, columns, width } = figure;
  const elements: FigureElement[] = [];
  let top = 0;
  for (let start = 0; start < panels.length; start += columns) {
    const row = panels.slice(start, start + columns);
    const headings = row.map((panel) => headingBlock(pen, figure, panel, width / columns));
    const plotTop = Math.max(...headings.map(({ height }) => height));
    row.forEach((panel, index) => {
      const plot = plotElement(pen, panel, plotTop);
      placed(panel, plot);
      elements.push(moved(pen, Math.round((width * index) / columns), top, [...headings[index]!.elements, plot]));
    });
    top += plotTop + Math.max(...row.map(({ height }) => height));
  }
  return { elements, height: top };
}

/** Title and unit, the legend beside them where it fits and else below, and the notes. */
function headingBlock(pen: Pen, { theme }: FigureSpecification, panel: FigurePanel, width: number): Block {
  const inner = width - left - right;
  const titles = wrapText(panel.title, inner, 12);
  const elements = titles.map((part, index) =>
    pen.write(part, { x: left, y: 16 + lineHeight * index, 'font-weight': 600 }),
  );
  const unit = panel.unit ?? '';
  const lastLine = textWidth(titles.at(-1)!, 12) + textWidth(unit) + 7;
  const isUnitBeside = lastLine <= inner;
  if (unit !== '' && isUnitBeside) elements.at(-1)!.append(unitElement(pen, unit, theme.muted));
  const isBeside = lastLine + 24 + legendWidth(panel.legend) <= inner;
  let y = 16 + lineHeight * (titles.length - 1);
  const rows = isBeside ? [panel.legend] : legendRows(panel.legend, inner);
  for (const row of rows) {
    if (!isBeside) y += legendRowHeight;
    elements.push(...legendRow(pen, theme, row, isBeside ? width - right - legendWidth(row) : left, y));
  }
  for (const part of [...(isUnitBeside ? [] : [unit]), ...panel.notes].flatMap((note) => wrapText(note, inner))) {
    y += lineHeight;
    elements.push(pen.write(part, { x: left, y, fill: theme.muted, 'font-style': 'italic' }));
  }
  return { elements, height: y + 10 };
}

function unitElement({ draw }: Pen, unit: string, color: string): FigureElement {
  const element = draw('tspan', { dx: 7, fill: color, 'font-weight': 400 });
  element.textContent = unit;
  return element;
}

/** The plot as a group: what its own `<svg>` would inherit stands on the group, and its style sheet is dropped. */
function plotElement<Element extends FigureElement>(
  { document, draw }: Pen<Element>,
  panel: FigurePanel,
  top: number,
): Element {
  const options = { ...panel.plot, document } as unknown as Plot.PlotOptions;
  const plot = Plot.plot(options) as unknown as FigureElement;
  const parts = Array.from(plot.children).filter((child) => child.tagName.toLowerCase() !== 'style');
  return draw('g', { transform: `translate(0,${top})`, 'text-anchor': 'middle' }, ...parts);
}

const geometric = new Set(['x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'd', 'transform', 'width', 'height']);

function roundNumbers(element: FigureElement): void {
  for (const attribute of Array.from(element.attributes)) {
    if (geometric.has(attribute.name)) attribute.value = attribute.value.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, rounded);
  }
  for (const child of Array.from(element.children)) roundNumbers(child);
}

const rounded = (number: string): string => String(Math.round(Number(number) * 1000) / 1000 + 0);

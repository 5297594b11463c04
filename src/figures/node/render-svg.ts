import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { fontStack } from '../theme.ts';
import type { FigurePanel, FigureSpecification, LegendEntry } from '../specification.ts';

/** The few methods of the document object model that drawing needs. */
interface SvgElement {
  readonly tagName: string;
  readonly attributes: ArrayLike<{ readonly name: string; value: string }>;
  readonly children: ArrayLike<SvgElement>;
  readonly outerHTML: string;
  textContent: string;
  append(...children: readonly SvgElement[]): void;
  remove(): void;
  setAttribute(name: string, value: string): void;
}
interface SvgDocument {
  createElementNS(namespace: string, name: string): SvgElement;
}

const namespace = 'http://www.w3.org/2000/svg';
const headerHeight = 62;
const headingHeight = 26;
const left = 20;

/**
 * Draws a figure as one standalone SVG: no script, no style sheet, no reference to anything outside. The same
 * specification gives the same text; coordinates are rounded to three decimals.
 */
export function renderSvg(figure: FigureSpecification): string {
  const { document } = parseHTML('<html><body></body></html>') as unknown as { document: SvgDocument };
  const draw = (name: string, attributes: Record<string, string | number>, ...children: SvgElement[]): SvgElement => {
    const element = document.createElementNS(namespace, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.append(...children);
    return element;
  };
  const pen: Pen = { document, draw, figure };
  const height = headerHeight + figure.panels.reduce((sum, panel) => sum + headingHeight + panel.height, 0) + 10;
  const root = draw('svg', {
    xmlns: namespace,
    width: figure.width,
    height,
    viewBox: `0 0 ${figure.width} ${height}`,
    role: 'img',
    'font-family': fontStack,
    'font-size': 11,
    fill: figure.theme.ink,
    color: figure.theme.ink,
  });
  root.append(text(draw('title', {}), `${figure.title}: ${figure.panels.map((panel) => panel.title).join(', ')}`));
  root.append(draw('rect', { width: figure.width, height, fill: figure.theme.background }));
  root.append(text(draw('text', { x: left, y: 28, 'font-size': 15, 'font-weight': 600 }), figure.title));
  root.append(text(draw('text', { x: left, y: 46, fill: figure.theme.muted }), figure.subtitle));
  let top = headerHeight;
  for (const panel of figure.panels) {
    root.append(draw('g', { transform: `translate(0,${top})` }, ...heading(pen, panel), body(pen, panel)));
    top += headingHeight + panel.height;
  }
  roundNumbers(root);
  return `${root.outerHTML}\n`;
}

interface Pen {
  readonly document: SvgDocument;
  readonly draw: (name: string, attributes: Record<string, string | number>, ...children: SvgElement[]) => SvgElement;
  readonly figure: FigureSpecification;
}

function text(element: SvgElement, content: string): SvgElement {
  element.textContent = content;
  return element;
}

function heading({ draw, figure }: Pen, panel: FigurePanel): SvgElement[] {
  const title = text(draw('text', { x: left, y: 16, 'font-weight': 600 }), panel.title);
  if (panel.unit)
    title.append(text(draw('tspan', { dx: 7, fill: figure.theme.muted, 'font-weight': 400 }), panel.unit));
  return [title, ...legend({ draw, figure }, panel.legend)];
}

/** Legend entries from the right edge leftwards; text widths are estimated, since no font is at hand. */
function legend({ draw, figure }: Pick<Pen, 'draw' | 'figure'>, entries: readonly LegendEntry[]): SvgElement[] {
  let right = figure.width - 18;
  return [...entries].reverse().flatMap((entry) => {
    const start = right - 6.3 * entry.label.length;
    const label = text(draw('text', { x: start, y: 16, fill: figure.theme.muted }), entry.label);
    const stroke = draw('line', {
      x1: start - 30,
      y1: 12,
      x2: start - 6,
      y2: 12,
      stroke: entry.color,
      'stroke-width': 2,
    });
    if (entry.dash) stroke.setAttribute('stroke-dasharray', entry.dash);
    right = start - 46;
    return [stroke, label];
  });
}

/** The plot as a group: what its own `<svg>` would inherit stands on the group, and its style sheet is dropped. */
function body({ document, draw }: Pen, panel: FigurePanel): SvgElement {
  const options = { ...panel.plot, document } as unknown as Plot.PlotOptions;
  const plot = Plot.plot(options) as unknown as SvgElement;
  const parts = Array.from(plot.children).filter((child) => child.tagName.toLowerCase() !== 'style');
  return draw('g', { transform: `translate(0,${headingHeight})`, 'text-anchor': 'middle' }, ...parts);
}

const geometric = new Set(['x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'd', 'transform', 'width', 'height']);

function roundNumbers(element: SvgElement): void {
  for (const attribute of Array.from(element.attributes)) {
    if (geometric.has(attribute.name)) attribute.value = attribute.value.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, rounded);
  }
  for (const child of Array.from(element.children)) roundNumbers(child);
}

const rounded = (number: string): string => String(Math.round(Number(number) * 1000) / 1000 + 0);

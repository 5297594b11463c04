/** What a reader can do with the panels of a figure by pointer and keys. */
export interface FigureTouch {
  /** What keys do, in words. */
  readonly keys: string;
  /**
   * Listens on the element that holds the drawing; called again for each new drawing. Returns what ends that.
   *
   * @param plots groups of the panels, whose origin is the upper left corner of each plot
   */
  readonly attach: (element: HTMLElement, plots: readonly SVGGraphicsElement[]) => () => void;
}

/** A place in a panel's plot, pixels from its upper left corner. */
export interface PlotPoint {
  readonly x: number;
  readonly y: number;
}

/** Where a pointer is in a plot. */
export function pointIn(plot: SVGGraphicsElement, { clientX, clientY }: MouseEvent): PlotPoint {
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(plot.getScreenCTM()!.inverse());
  return { x, y };
}

/** Adds a mark to a plot, over everything, that no pointer sees. */
export function addMark(plot: SVGGraphicsElement, name: 'rect' | 'path'): SVGElement {
  const mark = document.createElementNS('http://www.w3.org/2000/svg', name);
  mark.setAttribute('pointer-events', 'none');
  plot.append(mark);
  return mark;
}

export function setAttributes(element: SVGElement, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

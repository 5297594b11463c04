/**
 * The few properties of an element that drawing needs. Elements of a browser have them, and those of a document object model
 * outside of one.
 */
export interface FigureElement {
  readonly tagName: string;
  readonly attributes: ArrayLike<{ readonly name: string; value: string }>;
  readonly children: ArrayLike<FigureElement>;
  readonly outerHTML: string;
  textContent: string | null;
  append(...children: readonly unknown[]): void;
  setAttribute(name: string, value: string): void;
}

/** What makes the elements of a drawing: `window.document` of a page, or another document with this method. */
export interface FigureDocument<Element extends FigureElement = FigureElement> {
  createElementNS(namespace: string, name: string): Element;
}

export type Attributes = Readonly<Record<string, string | number>>;

/** Makes the elements of one drawing. */
export interface Pen<Element extends FigureElement = FigureElement> {
  readonly document: FigureDocument<Element>;
  readonly draw: (name: string, attributes: Attributes, ...children: FigureElement[]) => Element;
  readonly write: (content: string, attributes: Attributes) => Element;
}

export const svgNamespace = 'http://www.w3.org/2000/svg';

export function newPen<Element extends FigureElement>(document: FigureDocument<Element>): Pen<Element> {
  const draw = (name: string, attributes: Attributes, ...children: FigureElement[]): Element => {
    const element = document.createElementNS(svgNamespace, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.append(...children);
    return element;
  };
  const write = (content: string, attributes: Attributes): Element => {
    const element = draw('text', attributes);
    element.textContent = content;
    return element;
  };
  return { document, draw, write };
}

import { parseHTML } from 'linkedom';

/** The few methods of the document object model that drawing needs. */
export interface SvgElement {
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

export type Attributes = Readonly<Record<string, string | number>>;

/** Makes the elements of one drawing. */
export interface Pen {
  readonly document: SvgDocument;
  readonly draw: (name: string, attributes: Attributes, ...children: SvgElement[]) => SvgElement;
  readonly write: (content: string, attributes: Attributes) => SvgElement;
}

export const svgNamespace = 'http://www.w3.org/2000/svg';

export function newPen(): Pen {
  const { document } = parseHTML('<html><body></body></html>') as unknown as { document: SvgDocument };
  const draw = (name: string, attributes: Attributes, ...children: SvgElement[]): SvgElement => {
    const element = document.createElementNS(svgNamespace, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.append(...children);
    return element;
  };
  const write = (content: string, attributes: Attributes): SvgElement => {
    const element = draw('text', attributes);
    element.textContent = content;
    return element;
  };
  return { document, draw, write };
}

import type { FigureSpecification } from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';

/** The points of every path below the marks of one kind, path by path. */
export const pathsOf = (figure: FigureSpecification, mark: string): [number, number][][] =>
  [...renderSvg(figure).matchAll(new RegExp(`<g [^>]*aria-label="${mark}"[^>]*>(.*?)</g>`, 'g'))]
    .flatMap(([, inside]) => [...inside!.matchAll(/ d="([^"]*)"/g)])
    .map(([, path]) => [...path!.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]));

/** What stands in a drawing, piece by piece. */
export const textsOf = (figure: FigureSpecification): string[] =>
  [...renderSvg(figure).matchAll(/<text[^>]*>([^<]*)/g)].map(([, words]) => words!);

/** `count` numbers from `from` to `to`, evenly. */
export const evenly = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + ((to - from) * index) / (count - 1));

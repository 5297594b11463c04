import { figureChoices } from '../../../src/contract/index.ts';
import type { FigureChoice, FigureChoices } from '../../../src/contract/index.ts';
import type { QueryPatch } from './routes.ts';
import type { FigureDescription, FigureOptions } from '../../../src/figures/index.ts';

/** Iterations in view and what else a reader chose, as an address holds it: `?from=0&to=400&iteration=120&axis=log`. */
export type FigureView = FigureChoices & { readonly window?: readonly [from: number, to: number] };

/** What a text says of a choice; undefined where it is no such value. The server holds the schema, which is not worth its weight here. */
const parsers: { readonly [Name in FigureChoice]: (text: string) => FigureChoices[Name] } = {
  iteration: (text) => (/^\d{1,12}$/.test(text) ? Number(text) : undefined),
  trainingLoss: (text) => (Number.isFinite(Number(text)) && Number(text) > 0 ? Number(text) : undefined),
  margin: oneOf('output', 'absolute', 'softmax'),
  axis: oneOf('linear', 'log'),
};

function oneOf<Member extends string>(...members: readonly Member[]): (text: string) => Member | undefined {
  return (text) => members.find((member) => member === text);
}

/** What a query chooses. What it says of a choice that is no such value counts as nothing said. */
export function figureView(query: URLSearchParams): FigureView {
  const chosen = figureChoices.flatMap((name) => {
    const value = parsers[name](query.get(name) ?? '');
    return value === undefined ? [] : [[name, value] as const];
  });
  const [from, to] = [query.get('from'), query.get('to')];
  const window = from && to && Number(from) < Number(to) ? ([Number(from), Number(to)] as const) : null;
  return { ...(Object.fromEntries(chosen) as FigureChoices), ...(window && { window }) };
}

/** What an address is told of a window; null: it has none. */
export const windowPatch = (window: FigureView['window'] | null): QueryPatch => ({
  from: window ? String(window[0]) : null,
  to: window ? String(window[1]) : null,
});

/** The part of a view that a figure takes. An iteration becomes the nearest of those that were measured. */
export function optionsFor(
  { choices }: FigureDescription,
  { window, ...view }: FigureView,
  measured: readonly number[],
): FigureOptions {
  const taken = Object.entries(view).filter(([name]) => choices.includes(name as FigureChoice));
  const options: FigureChoices = Object.fromEntries(taken);
  const { iteration, ...rest } = options;
  const nearest = iteration === undefined ? undefined : nearestOf(iteration, measured);
  return { ...rest, ...(window && { window }), ...(nearest !== undefined && { iteration: nearest }) };
}

/** The member that is nearest to a number, the smaller one of two; undefined of none. */
export const nearestOf = (value: number, members: readonly number[]): number | undefined =>
  members.reduce<number | undefined>(
    (best, member) => (best === undefined || Math.abs(member - value) < Math.abs(best - value) ? member : best),
    undefined,
  );

/** The query of a figure's file with the same content: `from=0&to=400&axis=log`; empty where nothing was chosen. */
export function figureQuery({ window, width: _width, theme: _theme, ...choices }: FigureOptions): string {
  const entries = Object.entries(choices).map(([name, value]) => [name, String(value)] as [string, string]);
  const ends: [string, string][] = window
    ? [
        ['from', String(window[0])],
        ['to', String(window[1])],
      ]
    : [];
  return new URLSearchParams([...ends, ...entries]).toString();
}

import type { CheckpointName, JsonNumber, LandscapeDocument } from '../contract/index.ts';
import { connectivityFigure } from './connectivity.ts';
import { simplexFigure } from './simplex.ts';
import type { FigureLook, FigureSpecification } from './specification.ts';
import { surfaceFigure } from './surface.ts';

/**
 * The figure of a landscape.
 *
 * @param title what was trained
 * Throws `NO_DATA` when fewer than two different losses of a surface are finite.
 */
export function landscapeFigure(
  document: LandscapeDocument,
  title: string,
  options: FigureLook = {},
): FigureSpecification {
  const loss = numbers(document.loss);
  switch (document.what) {
    case 'surface': {
      const { a, b, seed, normalisation, cosine } = document;
      const directions = `random directions (${normalised[normalisation]}, seed ${seed}, cosine ${brief(Number(cosine))})`;
      return surfaceFigure({ title, subtitle: subtitleOf(document, directions), a, b, loss }, options);
    }
    case 'trajectory': {
      const { a, b, explained, trajectory } = document;
      const [one, other] = explained.map(percent);
      const subtitle = subtitleOf(
        document,
        `the axes explain ${one!} and ${other!} of the variance of the checkpoints`,
      );
      const axes = { a: `first principal component (${one!})`, b: `second principal component (${other!})` };
      const points = trajectory.map((point) => [point.a, point.b] as const);
      return surfaceFigure({ title, subtitle, a, b, loss, axes, trajectory: points }, options);
    }
    case 'connectivity': {
      const { alphas, barriers } = document;
      const [accuracy, barrier] = [numbers(document.accuracy), Number(barriers.loss.aboveChord.height)];
      return connectivityFigure({ title, subtitle: subtitleOf(document), alphas, loss, accuracy, barrier }, options);
    }
    case 'simplex': {
      const { steps, coordinates, checkpoints } = document;
      const [one, other, third] = checkpoints.map(placeName);
      const vertices = [one!, other!, third!] as const;
      // A loss of 0 has no logarithm.
      const scale = loss.every((value) => !(value <= 0)) ? 'log' : 'linear';
      const grid = { steps, coordinates, values: loss, scale, vertices } as const;
      return simplexFigure({ title, subtitle: subtitleOf(document), ...grid }, options);
    }
  }
}

const numbers = (values: readonly JsonNumber[]): number[] => values.map(Number);
const brief = (value: number): string => String(Number(value.toPrecision(2)));
const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;
const placeName = ({ run, iteration }: CheckpointName): string => `${run} at ${iteration}`;
const normalised = { filter: 'normalised by filters', layer: 'normalised by layers', none: 'not normalised' } as const;

/** Where, and on how many examples of which set. */
function subtitleOf({ what, checkpoints, set, examples }: LandscapeDocument, more?: string): string {
  const [first, last] = [checkpoints[0]!, checkpoints.at(-1)!];
  const where = {
    surface: placeName(first),
    trajectory: `${first.run}, iterations ${first.iteration} to ${last.iteration}`,
    connectivity: `from ${placeName(first)} to ${placeName(last)}`,
    simplex: 'three-point interpolation',
  }[what];
  return [where, ...(more === undefined ? [] : [more]), `${examples} ${set} examples`].join(' · ');
}

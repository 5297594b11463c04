import { heightsFigure } from '../heights.ts';
import { seriesFigure } from '../series-figure.ts';
import { walkFigure } from '../walk.ts';
import type { FigureEntry } from './entry.ts';

/** The walk itself: losses between updates, gradients, distances. */
export const walkFigures = {
  walk: {
    title: 'The walk: interpolated loss, cosine, distance',
    group: 'walk',
    rows: ['W-interp', 'W-cos', 'W-dist'],
    needs: ['interpolation.loss', 'interpolation.floor'],
    shows: ['gradient.cosine', 'parameters.distance'],
    choices: [],
    build: ({ title, subtitle, required, optional }, options) =>
      walkFigure(
        {
          title,
          subtitle,
          loss: required('interpolation.loss', 'consecutive'),
          floor: required('interpolation.floor', 'consecutive'),
          cosine: optional('gradient.cosine', 'consecutive'),
          distance: optional('parameters.distance', 'consecutive'),
        },
        options,
      ),
  },
  heights: {
    title: 'Heights above the valley floor, and barriers',
    group: 'walk',
    rows: ['W-height', 'W-barrier'],
    needs: ['interpolation.height', 'interpolation.barrier'],
    shows: [],
    choices: [],
    build: ({ title, subtitle, required }, options) =>
      heightsFigure(
        {
          title,
          subtitle,
          height: required('interpolation.height', 'consecutive'),
          barrier: required('interpolation.barrier', 'consecutive'),
        },
        options,
      ),
  },
  distance: {
    title: 'Distance from initialisation, norm, path length',
    group: 'walk',
    rows: ['W-dist'],
    needs: [],
    shows: ['parameters.distance', 'parameters.norm', 'parameters.pathLength', 'parameters.tensorDistance'],
    choices: ['axis'],
    build: (input, options) =>
      seriesFigure('distance', input, options, [
        {
          title: 'Where the parameters are',
          scale: 'linear',
          reaches: [0],
          lines: [
            { series: 'parameters.distance', label: 'from initialisation ‖θₜ − θ₀‖', color: 'loss' },
            { series: 'parameters.norm', label: 'norm ‖θₜ‖', color: 'ink' },
          ],
        },
        {
          title: 'Path length Σ ‖θₛ₊₁ − θₛ‖',
          scale: 'linear',
          lines: [{ series: 'parameters.pathLength', label: 'path', color: 'ink' }],
        },
        {
          title: 'From initialisation, by tensor',
          scale: 'linear',
          reaches: [0],
          lines: [{ series: 'parameters.tensorDistance', each: 'tensor ' }],
        },
      ]),
  },
  gradient: {
    title: 'Norm of the gradient, cosine of consecutive ones',
    group: 'walk',
    rows: ['W-cos'],
    needs: [],
    shows: ['gradient.norm', 'gradient.cosine'],
    choices: ['axis'],
    build: (input, options) =>
      seriesFigure('gradient', input, options, [
        {
          title: 'Norm of the mini-batch gradient',
          scale: 'log',
          lines: [{ series: 'gradient.norm', label: '‖gₜ‖', color: 'loss', strokeWidth: 1 }],
        },
        {
          title: 'Cosine of consecutive gradients',
          reaches: [-1, 1],
          references: [{ kind: 'horizontal', at: 0, label: 'right angle' }],
          lines: [
            { series: 'gradient.cosine', label: 'cos(gₜ₋₁, gₜ)', color: 'ink', strokeWidth: 1, joining: 'consecutive' },
          ],
        },
      ]),
  },
} as const satisfies Record<string, FigureEntry>;

import type { Paper } from '../paper.ts';
import { affineTraces, affineTraining } from './affine.ts';
import { batchExamples, batchTraining } from './batches.ts';
import { batchClaims } from './claims-batch.ts';
import { correlationClaims, modelClaims } from './claims-correlation.ts';
import { costClaims, scaleClaims, simplexClaims } from './claims-shape.ts';
import { tracesClaims } from './claims-traces.ts';
import { correlationTraining } from './correlations.ts';
import { costOfTraces } from './cost.ts';
import { exampleTraces } from './example-traces.ts';
import { batchFigures } from './figures-batch.ts';
import { correlationFigures } from './figures-correlation.ts';
import { shapeFigures, simplexFigures } from './figures-shape.ts';
import { tracesFigures } from './figures-traces.ts';
import { scalingTraining } from './scaling.ts';
import { simplexShape } from './simplex.ts';
import { tables } from './tables.ts';
import { text } from './text.ts';

/** On flat minima, large margins and generalizability. */
export const paperM: Paper = {
  letter: 'M',
  title: 'On flat minima, large margins and generalizability',
  authors: 'Daniel Lengyel, Nicholas Jennings, Panos Parpas, Nicholas Kantas',
  year: 2021,
  text,
  experiments: [
    simplexShape,
    affineTraining,
    affineTraces,
    correlationTraining,
    exampleTraces,
    batchTraining,
    batchExamples,
    scalingTraining,
    costOfTraces,
  ],
  claims: [
    ...simplexClaims,
    ...tracesClaims,
    ...correlationClaims,
    ...modelClaims,
    ...batchClaims,
    ...scaleClaims,
    ...costClaims,
  ],
  figures: [...simplexFigures, ...tracesFigures, ...correlationFigures, ...batchFigures, ...shapeFigures],
  tables,
};

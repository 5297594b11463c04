import type { Claim, Paper } from '../paper.ts';
import { boundClaims } from './claims-bound.ts';
import { directClaims } from './claims-direct.ts';
import { lossClaims } from './claims-losses.ts';
import { phaseClaims } from './claims-phase.ts';
import { sliceClaims } from './claims-slice.ts';
import { trackClaims } from './claims-track.ts';
import { binaryExperiment, directExperiment, rulesExperiment } from './experiments-beyond.ts';
import { cifarExperiment, mnistExperiment } from './experiments.ts';
import { figures } from './figures.ts';
import { shapeExperiment } from './shape.ts';
import { tables } from './tables.ts';
import { text } from './text.ts';

const claims: readonly Claim[] = [
  ...lossClaims,
  ...trackClaims,
  ...phaseClaims,
  ...sliceClaims,
  ...boundClaims,
  ...directClaims,
];

/** On the implicit minimization of alternative loss functions when training deep networks. */
export const paperG: Paper = {
  letter: 'G',
  title: 'On the implicit minimization of alternative loss functions when training deep networks',
  authors: 'Anonymous (under double-blind review)',
  year: 2019,
  text,
  experiments: [shapeExperiment, mnistExperiment, cifarExperiment, binaryExperiment, directExperiment, rulesExperiment],
  claims,
  figures,
  tables,
};

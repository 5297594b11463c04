import type { Definitions } from './command.ts';
import { defineData } from './data.ts';
import { defineLandscape } from './landscape.ts';
import { defineManaging } from './managing.ts';
import { defineOwn } from './own.ts';
import { definePapers } from './papers.ts';
import { defineQueue } from './queue.ts';
import { defineRuns } from './runs.ts';
import { defineSweeps } from './sweeps.ts';
import { defineTraining } from './training.ts';

/** What adds every command of the program to it, in the order of its help. */
export const definitions: readonly ((to: Definitions) => void)[] = [
  defineTraining,
  defineSweeps,
  definePapers,
  defineRuns,
  defineOwn,
  defineManaging,
  defineLandscape,
  defineQueue,
  defineData,
];

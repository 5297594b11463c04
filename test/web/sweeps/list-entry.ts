import { flattenSpecification, noAnnotations, type RunListEntry } from '../../../src/contract/index.ts';
import { fileOf, type MadeUpEnd } from './recorded-sweep.ts';

/** A made-up run as the list of runs shows it. */
export function listEntry(id: string, seed: number, end: MadeUpEnd): RunListEntry {
  const { status, created, updated, iteration, totalIterations, parameters, specification, summary } = fileOf(
    id,
    seed,
    end,
  );
  return {
    ...{ id, status, created, updated, iteration, totalIterations, parameters, seed },
    ...{ name: null, study: null, scale: null, parent: null, optimizer: 'sgd', problem: null },
    ...{ barriers: null, interpolated: null, meanHeight: null, distance: null },
    ...{ trainAccuracy: null, validationLoss: null, validationAccuracy: null, testLoss: null },
    trainLoss: summary?.trainLoss ?? null,
    testAccuracy: summary?.testAccuracy ?? null,
    seconds: summary?.seconds ?? null,
    specification: flattenSpecification(specification),
    ...noAnnotations,
    annotationsProblem: null,
  };
}

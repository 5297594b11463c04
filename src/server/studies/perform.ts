import type { Scale } from '../../contract/index.ts';
import { estimateTrials, planTrials, reproduce, selectTrials, type StartTrial } from '../../reproduce/index.ts';
import type { Paper } from '../../studies/index.ts';
import { findPaper, papers as allPapers } from '../../studies/papers/index.ts';
import { PriceBook, type MakingMessage, type PriceBookOptions } from '../../sweep/index.ts';
import type { WorkHooks } from '../../workers/index.ts';
import { PlanReader } from './plan-reader.ts';
import type { Overview, PlanKey, StudyReply, StudyRequest } from './work.ts';

export interface PerformerOptions {
  readonly papers?: readonly Paper[];
  /** How trials begin; default: in processes of their own. */
  readonly start?: StartTrial;
  /** How is found out what runs cost, and where that is kept; default: in processes of their own, in the user's cache. */
  readonly prices?: Pick<PriceBookOptions, 'planner' | 'file'>;
}

/** Carries out requests; it keeps what it read for the next ones. */
export type StudyPerformer = (request: StudyRequest, hooks: WorkHooks<MakingMessage>) => Promise<StudyReply>;

export function createStudyPerformer({
  papers = allPapers,
  start,
  prices: pricing = {},
}: PerformerOptions = {}): StudyPerformer {
  const readers = new Map<string, PlanReader>();
  const readerOf = (key: PlanKey, runsDirectory: string): PlanReader => {
    const name = JSON.stringify([key.paper, key.scale, key.seeds ?? null, runsDirectory]);
    const reader = readers.get(name) ?? new PlanReader(findPaper(key.paper, papers), key, runsDirectory);
    readers.set(name, reader);
    return reader;
  };
  const overview = (runsDirectory: string): Overview => {
    const progress = (paper: string, scale: Scale) =>
      readerOf({ paper, scale, seeds: undefined }, runsDirectory).progress();
    return Object.fromEntries(
      papers.map(({ letter }) => [
        letter,
        { smoke: progress(letter, 'smoke'), laptop: progress(letter, 'laptop'), paper: progress(letter, 'paper') },
      ]),
    );
  };
  return async (request, { onMessage, signal }) => {
    const { kind, runsDirectory, dataDirectory } = request;
    switch (kind) {
      case 'overview':
        return { kind, overview: overview(runsDirectory) };
      case 'trials':
        return { kind, trials: readerOf(request, runsDirectory).trials() };
      case 'ledger':
        return { kind, judged: readerOf(request, runsDirectory).ledger(request.seen) };
      case 'figure':
        return { kind, content: readerOf(request, runsDirectory).figure(request) };
      case 'table':
        return { kind, table: readerOf(request, runsDirectory).table(request.id) };
      case 'estimate': {
        const paper = findPaper(request.paper, papers);
        const trials = selectTrials(planTrials(paper, request.scale, request.seeds), [paper], request.only);
        const onNote = (): void => undefined;
        const prices = new PriceBook({ dataDirectory, onNote, ...pricing });
        return { kind, experiments: await estimateTrials({ trials, runsDirectory }, { prices, onNote, signal }) };
      }
      case 'reproduce': {
        const { paper, scale, seeds, only } = request;
        const given = {
          ...(seeds !== undefined && { seeds }),
          ...(dataDirectory !== undefined && { dataDirectory }),
          ...(start && { start }),
        };
        await reproduce(
          { papers: [findPaper(paper, papers)], scale, runsDirectory, only, ...given },
          { onMessage, signal },
        );
        return { kind };
      }
    }
  };
}

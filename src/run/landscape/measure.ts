import type { LandscapeDocument } from '../../contract/index.ts';
import type { ComputedMap } from './computed.ts';
import type { LandscapeHooks, LandscapeRequest } from './request.ts';
import { surveyOf } from './surveys.ts';
import { withTerrain } from './terrain.ts';
import { Work } from './work.ts';

/**
 * Measures the loss around checkpoints of runs, in this process; runs are only read. With `state` the same request goes on
 * where an earlier one ended, however it did, with the same bits. Throws `USAGE` for options out of range and for a state of
 * other options, `RUN_NOT_FOUND`, `RUN_STATE` for an iteration without a checkpoint, `CHECKPOINT_INVALID` for a checkpoint of another
 * model, `DATA_INVALID` when the examples are not those of the first run, `INTERRUPTED`.
 */
export const measureLandscape = (request: LandscapeRequest, hooks: LandscapeHooks = {}): Promise<LandscapeDocument> =>
  measureRest(request, hooks, null);

/** The same with points that were computed elsewhere, of which the first one is computed again, and must be the same. */
export const measureRest = (
  request: LandscapeRequest,
  hooks: LandscapeHooks,
  computed: ComputedMap | null,
): Promise<LandscapeDocument> =>
  withTerrain(request, hooks, async (terrain) => {
    const survey = surveyOf(request, terrain);
    const identity = { ...terrain.identity, ...survey.options };
    const work = new Work(request, identity, survey.points + survey.others, hooks, computed);
    const measured = await survey.measure(work.map, work);
    return measured.document();
  });

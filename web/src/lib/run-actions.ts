import type { AnnotateBody, RestoreBody, Results } from '../../../src/contract/index.ts';
import { askJson } from './api.ts';
import { toasts } from './toasts.svelte.ts';

/** "run x", "3 runs". */
export const countRuns = (ids: readonly string[]): string => (ids.length === 1 ? ids[0]! : `${ids.length} runs`);

/** Changes tags, note or archive of runs. Says what failed, and returns those that were changed. */
export async function annotateRuns(runs: readonly string[], change: AnnotateBody['change']): Promise<string[]> {
  return outcome(askJson('/runs', { method: 'PATCH', body: { runs: [...runs], change } satisfies AnnotateBody }));
}

/** Archives runs, or takes them back, and offers to undo it. */
export async function archiveRuns(runs: readonly string[], archived: boolean): Promise<void> {
  const done = await annotateRuns(runs, { archived });
  if (done.length === 0) return;
  const text = archived ? `${countRuns(done)} archived` : `${countRuns(done)} back in the list`;
  toasts.tell(text, () => void annotateRuns(done, { archived: !archived }));
}

/** Moves runs into the trash, and offers to undo it. */
export async function trashRuns(runs: readonly string[]): Promise<void> {
  const names = await outcome(askJson('/runs/trash', { method: 'POST', body: { runs } }));
  if (names.length > 0) toasts.tell(`${countRuns(names)} moved to the trash`, () => void restoreRuns(names));
}

/** Moves runs out of the trash. Returns their names. */
export const restoreRuns = (names: readonly string[]): Promise<string[]> => outcome(restoring({ names: [...names] }));

/** Moves a run out of the trash, under another name if one is given. False where a run has the name already. */
export async function restoreRun(name: string, as?: string): Promise<boolean> {
  const answer = restoring({ names: [name], ...(as !== undefined && { as }) });
  const isTaken = await answer.then(
    ({ results }) => results[0]!.error?.code === 'RUN_EXISTS',
    () => false,
  );
  if (isTaken) return false;
  const [restored] = await outcome(answer);
  if (restored !== undefined) toasts.tell(`${restored} is in the list again`);
  return true;
}

const restoring = (body: RestoreBody): Promise<Results> => askJson('/trash/restore', { method: 'POST', body });

/** Deletes runs in the trash for good. */
export const emptyTrash = (names: readonly string[]): Promise<string[]> =>
  outcome(askJson('/trash/empty', { method: 'POST', body: { names } }));

/** The names of those that were done; what failed is told, each with its reason. */
async function outcome(answer: Promise<Results>): Promise<string[]> {
  try {
    const { results } = await answer;
    for (const { error } of results) if (error) toasts.fail(new Error(error.message));
    return results.flatMap(({ name }) => name ?? []);
  } catch (error) {
    toasts.fail(error);
    return [];
  }
}

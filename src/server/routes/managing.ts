import { messageOf, ThalwegError } from '../../base/index.ts';
import {
  annotateBodySchema,
  emptyTrashBodySchema,
  restoreBodySchema,
  resultsSchema,
  trashBodySchema,
  trashSchema,
  type Results,
} from '../../contract/index.ts';
import { annotateRun, emptyTrash, listTrash, restoreRun, trashRun } from '../../store/index.ts';
import type { Api } from '../api.ts';
import type { RunList } from '../run-list.ts';

const tags = ['managing runs'];
const response = { 200: resultsSchema };

/** Tags, notes and archive of runs, and the trash. Each answers with what became of each of the selection. */
export function managingRoutes(server: Api, runsDirectory: string, list: RunList): void {
  /** Does something to each; one that fails does not keep the others from being done. Everybody sees the new list then. */
  function each(ids: readonly string[], work: (id: string) => string): Results {
    const results = ids.map((id) => {
      try {
        return { id, name: work(id), error: null };
      } catch (error) {
        if (!(error instanceof ThalwegError)) throw error;
        return { id, name: null, error: { code: error.code, message: messageOf(error) } };
      }
    });
    list.changed();
    return { results };
  }

  server.patch(
    '/api/runs',
    { schema: { tags, summary: 'Change tags, note or archive of runs', body: annotateBodySchema, response } },
    ({ body: { runs, change } }) =>
      each(runs, (id) => {
        annotateRun(runsDirectory, id, change);
        return id;
      }),
  );

  server.post(
    '/api/runs/trash',
    { schema: { tags, summary: 'Move runs into the trash', body: trashBodySchema, response } },
    ({ body: { runs } }) => each(runs, (id) => trashRun(runsDirectory, id)),
  );

  server.get(
    '/api/trash',
    { schema: { tags, summary: 'What lies in the trash', response: { 200: trashSchema } } },
    () => ({
      trash: listTrash(runsDirectory),
    }),
  );

  server.post(
    '/api/trash/restore',
    { schema: { tags, summary: 'Move runs out of the trash', body: restoreBodySchema, response } },
    ({ body: { names, as } }) => {
      if (as !== undefined && names.length > 1)
        throw new ThalwegError('USAGE', `as: expected one run to give the name ${as}, got ${names.length}`);
      return each(names, (name) => restoreRun(runsDirectory, name, as));
    },
  );

  server.post(
    '/api/trash/empty',
    { schema: { tags, summary: 'Delete runs in the trash for good', body: emptyTrashBodySchema, response } },
    ({ body: { names } }) => each(names, (name) => emptyTrash(runsDirectory, [name])[0]!),
  );
}

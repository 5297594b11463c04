import { serveRequests } from '../../workers/index.ts';
import type { MakingMessage } from '../../sweep/index.ts';
import type { StudyPerformer } from './perform.ts';
import type { StudyReply, StudyRequest } from './work.ts';

/** The program of the processes that read and make studies for the server. */

let performer: Promise<StudyPerformer> | undefined;

serveRequests<StudyRequest, MakingMessage, StudyReply>(async (request, hooks) => {
  performer ??= import('./perform.ts').then(({ createStudyPerformer }) => createStudyPerformer());
  return (await performer)(request, hooks);
});

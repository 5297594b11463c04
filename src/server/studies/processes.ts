import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ThalwegError } from '../../base/index.ts';
import type { MakingMessage } from '../../sweep/index.ts';
import { WorkerPool, type ProcessEnd, type Work } from '../../workers/index.ts';
import type { StudyReply, StudyRequest, StudyWorkers } from './work.ts';

const workerProgram = (): string => fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));

type Pool = WorkerPool<StudyRequest, MakingMessage, StudyReply>;

/** Processes for studies: one that stays and reads, which remembers what it read, and a new one for each thing that takes long. */
export function createStudyProcesses(program = workerProgram()): StudyWorkers {
  const readers: Pool = new WorkerPool({ program, lifetime: Infinity });
  const makers: Pool = new WorkerPool({ program, lifetime: 1 });
  const begin = (pool: Pool, request: StudyRequest, onMessage: (message: MakingMessage) => void): Work<StudyReply> =>
    pool.start({ request, onMessage, died: (end) => diedWhile(request.kind, end) });
  const running = new Set<Work<StudyReply>>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    read(request) {
      const reply = last.then(() => begin(readers, request, () => undefined).done);
      last = reply.catch(() => undefined);
      return reply;
    },
    begin(request, onMessage) {
      const work = begin(makers, request, onMessage);
      running.add(work);
      const forget = (): void => void running.delete(work);
      work.done.then(forget, forget);
      return work;
    },
    async close() {
      running.forEach((work) => work.stop());
      await last;
      await Promise.all([readers.close(), makers.close()]);
    },
  };
}

const diedWhile = (kind: StudyRequest['kind'], { asked, how }: ProcessEnd): ThalwegError =>
  asked === null
    ? new ThalwegError('TRAINER_DIED', `study: expected an answer from the process of its ${kind}, ${how}`)
    : new ThalwegError('INTERRUPTED', `study: stopped while it was asked for its ${kind}`);

import { ThalwegError } from '../../base/index.ts';
import type { MakingMessage } from '../../sweep/index.ts';
import { programBeside, startAlone, WorkerQueue, type ProcessEnd, type Work } from '../../workers/index.ts';
import type { StudyReply, StudyRequest, StudyWorkers } from './work.ts';

/** Processes for studies: one that stays and reads, which remembers what it read, and a new one for each thing that takes long. */
export function createStudyProcesses(program = programBeside(import.meta.url)): StudyWorkers {
  const readers = new WorkerQueue<StudyRequest, StudyReply>({ program });
  const running = new Set<Work<StudyReply>>();
  return {
    read: (request) => readers.ask(request, (end) => diedWhile(request.kind, end)),
    begin(request, onMessage) {
      const died = (end: ProcessEnd): ThalwegError => diedWhile(request.kind, end);
      const work = startAlone<StudyRequest, MakingMessage, StudyReply>(program, { request, onMessage, died });
      running.add(work);
      const forget = (): void => void running.delete(work);
      work.done.then(forget, forget);
      return work;
    },
    async close() {
      const making = [...running];
      making.forEach((work) => work.stop());
      await Promise.allSettled([readers.close(), ...making.map(({ done }) => done)]);
    },
  };
}

const diedWhile = (kind: StudyRequest['kind'], { asked, how }: ProcessEnd): ThalwegError =>
  asked === null
    ? new ThalwegError('TRAINER_DIED', `study: expected an answer from the process of its ${kind}, ${how}`)
    : new ThalwegError('INTERRUPTED', `study: stopped while it was asked for its ${kind}`);

import type { FromTrainer, ShelfReply, Told, ToTrainer } from '../src/lib/messages.ts';
import { LabRun } from './run.ts';
import { answer } from './shelf.ts';
import { explained } from './storage.ts';
import type { LabRuns } from './store/runs.ts';
import { LabWalk, type LabTraining } from './walk.ts';

/** The page's trainer: one walk or run at a time. */
let current: LabTraining | undefined;

let runs: Promise<LabRuns> | undefined;

addEventListener('message', ({ data }: MessageEvent<ToTrainer>) => {
  switch (data.type) {
    case 'start':
    case 'resume':
      current?.stop();
      current = begin(data, current);
      break;
    case 'change':
      current?.change(data.optimizer);
      break;
    case 'hold':
      current?.hold(data.held);
      break;
    case 'stop':
      current?.stop();
      break;
    case 'ask':
      void reply(data);
  }
});

function begin(
  request: Extract<ToTrainer, { type: 'start' | 'resume' }>,
  before: LabTraining | undefined,
): LabTraining {
  const tell = (message: Told): void => send({ ...message, walk: request.walk });
  const ended = before?.ended ?? Promise.resolve();
  const isKept = request.type === 'resume' || request.keep;
  const training = isKept ? new LabRun(request, openRuns(), tell, ended) : new LabWalk(request, tell, ended);
  training.ended.then(
    () => tell({ type: 'stopped' }),
    async (error: unknown) => tell({ type: 'failed', message: await explained(error) }),
  );
  return training;
}

/** Loads SQLite and opens the browser's storage when it is first needed; what went wrong can be tried again. */
function openRuns(): Promise<LabRuns> {
  runs ??= import('./store/runs.ts')
    .then((store) => store.LabRuns.open())
    .catch((error: unknown) => {
      runs = undefined;
      throw error;
    });
  return runs;
}

async function reply({ ask, request }: Extract<ToTrainer, { type: 'ask' }>): Promise<void> {
  try {
    send({ type: 'answer', ask, answer: await answer(openRuns, request) });
  } catch (error) {
    send({ type: 'refused', ask, message: await explained(error) });
  }
}

const send = (message: FromTrainer | ShelfReply): void => postMessage(message);

import { messageOf } from '../../../src/base/index.ts';
import type { Told, ToTrainer } from '../src/lib/messages.ts';
import { LabWalk } from './walk.ts';

/** The page's trainer: one walk at a time. */
let current: LabWalk | undefined;

addEventListener('message', ({ data }: MessageEvent<ToTrainer>) => {
  switch (data.type) {
    case 'start':
      current?.stop();
      current = begin(data, current);
      break;
    case 'change':
      current?.change(data.optimizer);
      break;
    case 'hold':
      current?.hold(data.held);
  }
});

function begin(request: Extract<ToTrainer, { type: 'start' }>, before: LabWalk | undefined): LabWalk {
  const tell = (message: Told): void => postMessage({ ...message, walk: request.walk });
  const walk = new LabWalk(request, tell, before?.ended ?? Promise.resolve());
  walk.ended.catch((error: unknown) => tell({ type: 'failed', message: messageOf(error) }));
  return walk;
}

import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WorkerPool } from './pool.ts';
import type { Work, WorkRequest } from './work.ts';

/** Begins a piece of work in a process of its own, which ends with it and gives its memory back. */
export function startAlone<Request, Message, Result>(
  program: string,
  request: WorkRequest<Request, Message>,
): Work<Result> {
  const pool = new WorkerPool<Request, Message, Result>({ program });
  const work = pool.start(request);
  void pool.close();
  return work;
}

/**
 * The path of a program of worker processes: a module beside another one, in the sources as in what is built of them.
 *
 * @param module `import.meta.url` of the other one
 */
export const programBeside = (module: string, name = 'worker'): string =>
  fileURLToPath(new URL(`./${name}${extname(module)}`, module));

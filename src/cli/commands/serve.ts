import { resolve } from 'node:path';
import { defaultRunsDirectory, holdFolder } from '../../store/index.ts';
import { nextSignal, writeLine, type Io } from '../io.ts';
import { startPages } from '../serving.ts';

export interface ServeOptions {
  readonly runs?: string;
  readonly data?: string;
  readonly port: number;
  readonly host: string;
  readonly queue?: string;
  readonly token?: string;
  readonly hub?: boolean;
}

/** `thalweg serve`: until Ctrl-C. */
export async function serve(options: ServeOptions, io: Io): Promise<number> {
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  const hold = options.hub === true ? holdFolder(runsDirectory, 'hub') : null;
  try {
    return await serveUntilSignal(runsDirectory, options, io);
  } finally {
    hold?.release();
  }
}

async function serveUntilSignal(runsDirectory: string, options: ServeOptions, io: Io): Promise<number> {
  const pages = await startPages(runsDirectory, options);
  writeLine(io.stdout, `runs of ${resolve(runsDirectory)} at ${pages.view('')} until Ctrl-C`);
  if (options.hub === true) writeLine(io.stdout, `hub for workers at ${pages.address}`);
  await nextSignal(io);
  await pages.close();
  return 0;
}

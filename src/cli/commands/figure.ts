import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { messageOf, ThalwegError } from '../../base/index.ts';
import { buildFigure, type FigureOptions, type ThemeName } from '../../figures/index.ts';
import { defaultRunsDirectory, openRun, resolveRunId, type RunReader } from '../../store/index.ts';
import { writeLine, type Io } from '../io.ts';
import { given } from '../options.ts';

export interface FigureCommandOptions {
  readonly runs?: string;
  readonly figure: string;
  readonly out: string;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly own?: boolean;
  readonly iterations?: readonly [number, number];
}

/** `thalweg figure <run> --figure <id> --out <file>`; the file's ending says what is drawn. */
export async function figure(run: string, options: FigureCommandOptions, io: Io): Promise<number> {
  const format = formatOf(options.out);
  const { theme, width, iterations: window } = options;
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  const part = options.own === true ? 'own' : 'all';
  const reader = openRun(runsDirectory, resolveRunId(runsDirectory, run), { part });
  const svg = await draw(reader, options.figure, given({ theme, width, window }));
  await save(options.out, format === 'svg' ? svg : (await import('../../figures/node/index.ts')).renderPng(svg));
  writeLine(io.stdout, options.out);
  return 0;
}

async function draw(reader: RunReader, id: string, options: FigureOptions): Promise<string> {
  try {
    const { renderSvg } = await import('../../figures/node/index.ts');
    return renderSvg(buildFigure(id, reader, options));
  } finally {
    reader.close();
  }
}

function formatOf(out: string): 'svg' | 'png' {
  const ending = extname(out).toLowerCase();
  if (ending === '.svg' || ending === '.png') return ending === '.svg' ? 'svg' : 'png';
  throw new ThalwegError('USAGE', `--out: expected a file that ends in .svg or .png, got ${JSON.stringify(out)}`);
}

async function save(out: string, content: string | Uint8Array): Promise<void> {
  await writeFile(out, content).catch((cause: unknown) => {
    throw new ThalwegError('USAGE', `--out: cannot write ${out}: ${messageOf(cause)}`, { cause });
  });
}

import { extname } from 'node:path';
import { ThalwegError } from '../../base/index.ts';
import type { Scale } from '../../contract/index.ts';
import {
  buildFigure,
  buildFormulaFigure,
  isFormulaFigureId,
  type FigureLook,
  type FigureOptions,
  type ThemeName,
} from '../../figures/index.ts';
import { defaultRunsDirectory, openRun, resolveRunId, type RunReader } from '../../store/index.ts';
import { writeOut } from '../files.ts';
import { writeLine, type Io } from '../io.ts';
import { given } from '../options.ts';
import { isPaperFigureId } from './paper-figure-id.ts';

export interface FigureCommandOptions {
  readonly runs?: string;
  readonly figure?: string;
  readonly schedule?: string;
  readonly data?: string;
  readonly out: string;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly own?: boolean;
  readonly iterations?: readonly [number, number];
  /** Of a paper's figure. */
  readonly scale?: Scale;
  readonly seeds?: number;
}

/**
 * `thalweg figure <run> --figure <id> --out <file>`, without a run for a figure of a formula or of a paper, or with `--schedule`;
 * the file's ending says what is drawn.
 */
export async function figure(run: string | undefined, options: FigureCommandOptions, io: Io): Promise<number> {
  const format = formatOf(options.out);
  const svg = await drawn(run, options);
  await writeOut(options.out, format === 'svg' ? svg : (await import('../../figures/node/index.ts')).renderPng(svg));
  writeLine(io.stdout, options.out);
  return 0;
}

async function drawn(run: string | undefined, options: FigureCommandOptions): Promise<string> {
  const { theme, width, iterations: window, figure: id, schedule, data } = options;
  const look = given({ theme, width, window });
  if (schedule !== undefined) {
    const surplus = run ?? id;
    if (surplus !== undefined) throw misused(`expected no run and no --figure beside --schedule, got "${surplus}"`);
    return (await import('./schedule-figure.ts')).drawSchedule(schedule, data, look);
  }
  if (id !== undefined && isPaperFigureId(id)) {
    refuse(id, 'which is of a paper', { run, '--iterations': window, '--own': options.own, '--data': data });
    const { scale, seeds, runs } = options;
    const request = { id, ...given({ scale, seeds, runs }) };
    return (await import('./paper-figure.ts')).drawPaperFigure(request, given({ theme, width }));
  }
  refuse('this figure', 'which is not of a paper', { '--scale': options.scale, '--seeds': options.seeds });
  if (id !== undefined && isFormulaFigureId(id)) return drawFormula(id, run, options);
  if (run === undefined) throw misused('missing required argument "run"');
  if (id === undefined) throw misused('required option "--figure <id>" not specified');
  if (data !== undefined) throw misused('expected --data only beside --schedule');
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  const part = options.own === true ? 'own' : 'all';
  return draw(openRun(runsDirectory, resolveRunId(runsDirectory, run), { part }), id, look);
}

async function drawFormula(id: string, run: string | undefined, options: FigureCommandOptions): Promise<string> {
  const { theme, width, iterations, own, runs, data } = options;
  const surplus = { run, '--iterations': iterations, '--own': own, '--runs': runs, '--data': data };
  refuse(id, 'which is drawn from a formula', surplus);
  const { renderSvg } = await import('../../figures/node/index.ts');
  const look: FigureLook = given({ theme, width });
  return renderSvg(buildFormulaFigure(id, look));
}

/** Throws `USAGE` for the first option that was given and does not belong to this figure. */
function refuse(id: string, reason: string, surplus: Readonly<Record<string, unknown>>): void {
  const [first] = Object.entries(surplus).find(([, value]) => value !== undefined) ?? [];
  if (first !== undefined) throw misused(`expected no ${first} with ${id}, ${reason}`);
}

const misused = (problem: string): ThalwegError => new ThalwegError('USAGE', `figure: ${problem}`);

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

import { extname } from 'node:path';
import { ThalwegError } from '../../base/index.ts';
import type { FigureChoices, Scale } from '../../contract/index.ts';
import {
  buildFigure,
  buildFormulaFigure,
  figureTable,
  isFormulaFigureId,
  isSweepFigureId,
  tableCsv,
  type FigureLook,
  type FigureOptions,
  type SweepFigureId,
  type ThemeName,
} from '../../figures/index.ts';
import { defaultRunsDirectory, figureSource, openRun, resolveRunId, type RunReader } from '../../store/index.ts';
import { writeOut } from '../files.ts';
import { writeLine, type Io } from '../io.ts';
import { given } from '../options.ts';
import { isPaperFigureId } from './paper-figure-id.ts';

export interface FigureCommandOptions extends FigureChoices {
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
  /** Of a sweep's figure. */
  readonly quantity?: string;
  readonly across?: string;
  readonly upwards?: string;
}

type Format = 'svg' | 'png' | 'csv';

/**
 * `thalweg figure <run> --figure <id> --out <file>`, with a sweep for its figures, without a run for a figure of a formula or
 * of a paper, or with `--schedule`;
 * the file's ending says what is drawn, or that the numbers behind the figure are written.
 */
export async function figure(run: string | undefined, options: FigureCommandOptions, io: Io): Promise<number> {
  const format = formatOf(options.out);
  const text = await made(run, options, format);
  await writeOut(options.out, format === 'png' ? (await import('../../figures/node/index.ts')).renderPng(text) : text);
  writeLine(io.stdout, options.out);
  return 0;
}

/** The figure as SVG, or its table as CSV. */
async function made(run: string | undefined, options: FigureCommandOptions, format: Format): Promise<string> {
  const { theme, width, iterations: window, figure: id, schedule, data } = options;
  const ofRuns = { ...choicesOf(options), '.csv': format === 'csv' ? true : undefined };
  if (schedule !== undefined) {
    const surplus = run ?? id;
    if (surplus !== undefined) throw misused(`expected no run and no --figure beside --schedule, got "${surplus}"`);
    refuse('--schedule', 'which is not of a run', ofRuns);
    return (await import('./schedule-figure.ts')).drawSchedule(schedule, data, given({ theme, width, window }));
  }
  if (id !== undefined && isPaperFigureId(id)) {
    const surplus = { run, '--iterations': window, '--own': options.own, '--data': data, ...ofRuns };
    refuse(id, 'which is of a paper', surplus);
    const { scale, seeds, runs } = options;
    const request = { id, ...given({ scale, seeds, runs }) };
    return (await import('./paper-figure.ts')).drawPaperFigure(request, given({ theme, width }));
  }
  const ofSweeps = { '--quantity': options.quantity, '--across': options.across, '--upwards': options.upwards };
  if (id !== undefined && isSweepFigureId(id)) return drawOfSweep(run, id, options, format);
  refuse('this figure', 'which is not of a sweep', ofSweeps);
  refuse('this figure', 'which is not of a paper', { '--scale': options.scale, '--seeds': options.seeds });
  if (id !== undefined && isFormulaFigureId(id)) return drawFormula(id, options, { run, ...ofRuns });
  if (run === undefined) throw misused('missing required argument "run"');
  if (id === undefined) throw misused('required option "--figure <id>" not specified');
  if (data !== undefined) throw misused('expected --data only beside --schedule');
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  const part = options.own === true ? 'own' : 'all';
  const { iteration, trainingLoss, margin, axis } = options;
  const look = given({ theme, width, window, iteration, trainingLoss, margin, axis });
  return ofRun(openRun(runsDirectory, resolveRunId(runsDirectory, run), { part }), id, look, format);
}

async function drawOfSweep(
  sweep: string | undefined,
  id: SweepFigureId,
  options: FigureCommandOptions,
  format: Format,
): Promise<string> {
  if (sweep === undefined) throw misused(`expected the name of a sweep before --figure ${id}`);
  const { theme, width, runs, quantity, across, upwards, axis, iterations, own, data, scale, seeds } = options;
  const { '--axis': _axis, ...choices } = choicesOf(options);
  refuse(id, 'which is of a sweep', {
    ...choices,
    ...{ '--iterations': iterations, '--own': own, '--data': data, '--scale': scale, '--seeds': seeds },
  });
  const request = { sweep, id, ...given({ runs, quantity, across, upwards, axis }) };
  return (await import('./sweep-figure.ts')).drawSweepFigure(request, given({ theme, width }), format === 'csv');
}

/** What only figures of runs can be told, by the words of the command line. */
const choicesOf = ({ iteration, trainingLoss, margin, axis }: FigureCommandOptions) => ({
  '--iteration': iteration,
  '--training-loss': trainingLoss,
  '--margin': margin,
  '--axis': axis,
});

async function drawFormula(
  id: string,
  { theme, width, iterations, own, runs, data }: FigureCommandOptions,
  surplus: Readonly<Record<string, unknown>>,
): Promise<string> {
  refuse(id, 'which is drawn from a formula', {
    ...surplus,
    ...{ '--iterations': iterations, '--own': own, '--runs': runs, '--data': data },
  });
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

async function ofRun(reader: RunReader, id: string, options: FigureOptions, format: Format): Promise<string> {
  try {
    if (format === 'csv') return tableCsv(figureTable(id, figureSource(reader), options));
    const { renderSvg } = await import('../../figures/node/index.ts');
    return renderSvg(buildFigure(id, figureSource(reader), options));
  } finally {
    reader.close();
  }
}

const formats: readonly Format[] = ['svg', 'png', 'csv'];

function formatOf(out: string): Format {
  const found = formats.find((format) => extname(out).toLowerCase() === `.${format}`);
  if (found !== undefined) return found;
  throw new ThalwegError('USAGE', `--out: expected a file that ends in .svg, .png or .csv, got ${JSON.stringify(out)}`);
}

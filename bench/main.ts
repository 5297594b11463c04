import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { TorchPeer } from './peer.ts';
import { Thalweg, type Measured } from './thalweg.ts';

/**
 * `npm run bench`: Thalweg and, where `python3 -c 'import torch'` works, PyTorch on the same work in the same run. The two
 * take turns, several rounds each; the table shows medians and minima over all repetitions. Nothing else should run.
 *
 *   npm run bench                    all measures
 *   npm run bench -- --rounds 9      more rounds
 */

interface Measure {
  readonly name: string;
  readonly title: string;
  /** Repetitions in one round. */
  readonly repeats: number;
  readonly ours: (thalweg: Thalweg, repeats: number) => Promise<Measured>;
}

const measures: readonly Measure[] = [
  {
    name: 'mlp-step',
    title: 'training step, MLP 784-512-512-10, batch 100',
    repeats: 60,
    ours: (thalweg, repeats) => thalweg.mlpStep(repeats),
  },
  {
    name: 'interpolation',
    title: 'loss of 60,000 images at 10 points of one update',
    repeats: 1,
    ours: (thalweg, repeats) => thalweg.interpolation(repeats),
  },
];

const roundsFlag = process.argv.indexOf('--rounds');
const rounds = roundsFlag > 0 ? Number(process.argv[roundsFlag + 1]) : 5;
const threads = availableParallelism();
const thalweg = await Thalweg.open(threads);
const torch = await TorchPeer.start(threads);

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${threads} threads, Node ${process.version}, ${thalweg.runtime.backend.version}`,
);
if (!torch)
  console.log('PyTorch was not found: only our side is measured (apt-get install python3-torch libopenblas0-openmp)');
else console.log(`PyTorch ${torch.handshake.version}, ${torch.handshake.threads} threads, ${torch.handshake.blas}`);
if (torch?.handshake.referenceBlas)
  console.log('PyTorch runs on the reference BLAS here, which is no fair peer: apt-get install libopenblas0-openmp');

const rows: string[][] = [['', 'Thalweg median', 'min', 'PyTorch median', 'min', 'ratio']];
for (const { name, title, repeats, ours } of measures) {
  const [mine, theirs]: [number[], number[]] = [[], []];
  await ours(thalweg, repeats);
  await torch?.measure(name, repeats);
  // After a change of sides both find the caches of the other: a third as many repetitions are made first and not counted.
  const warming = Math.floor(repeats / 3);
  for (let round = 0; round < rounds; round++) {
    if (warming > 0) await ours(thalweg, warming);
    mine.push(...(await ours(thalweg, repeats)).seconds);
    if (torch && warming > 0) await torch.measure(name, warming);
    if (torch) theirs.push(...(await torch.measure(name, repeats)).seconds);
  }
  const ratio = torch ? `${(median(theirs) / median(mine)).toFixed(2)}×` : '';
  rows.push([
    title,
    show(median(mine)),
    show(Math.min(...mine)),
    torch ? show(median(theirs)) : '',
    torch ? show(Math.min(...theirs)) : '',
    ratio,
  ]);
}
for (const [title, argv] of [
  ['start-up: thalweg --help', ['--help']],
  ['start-up: thalweg list', ['list']],
] as const) {
  const seconds = Array.from({ length: 7 }, () => startUp(argv)).slice(1);
  rows.push([title, show(median(seconds)), show(Math.min(...seconds)), '', '', '']);
}
torch?.close();
await thalweg.runtime.close();
print(rows);

/** Seconds of one command as a whole process. */
function startUp(argv: readonly string[]): number {
  const main = new URL('../dist/cli/main.js', import.meta.url).pathname;
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [main, ...argv], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`thalweg ${argv.join(' ')} failed: ${stderr}`);
  return (performance.now() - began) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

function show(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`;
}

function print(table: readonly (readonly string[])[]): void {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table)
    console.log(
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
    );
}

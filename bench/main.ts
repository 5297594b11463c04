import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { curvatureMeasures } from './curvature.ts';
import { benchNetworks, type BenchNetwork, type BenchNetworkName } from './networks.ts';
import { TorchPeer } from './peer.ts';
import { Thalweg, type Timed } from './thalweg.ts';

const help = `npm run bench: Thalweg and, where Python has PyTorch, PyTorch on the same work in the same run. The two take
turns, several rounds each; the table shows medians and minima over all repetitions. Nothing else should run.

  npm run bench                          all measures
  npm run bench -- --only lenet-step     one or some (step, lenet, interpolation, start-up, …)
  npm run bench -- --rounds 9            more rounds (default: 5)
  npm run bench -- --python ~/venv/bin/python    the Python whose PyTorch is asked (default: python3)`;

interface Measure {
  readonly name: string;
  readonly title: string;
  /** Repetitions in one round. */
  readonly repeats: number;
  readonly prepare: (thalweg: Thalweg) => Promise<Timed>;
}

const networks = Object.entries(benchNetworks) as [BenchNetworkName, BenchNetwork][];
const measures: readonly Measure[] = [
  ...networks.map(([name, { title, repeats }]) => ({
    name: `${name}-step`,
    title: `training step, ${title}, batch 100`,
    repeats,
    prepare: (thalweg: Thalweg) => thalweg.step(name),
  })),
  ...networks.map(([name, { title, repeats }]) => ({
    name: `${name}-evaluation`,
    title: `evaluation of 1,000 images, ${title}`,
    repeats: Math.ceil(repeats / 4),
    prepare: (thalweg: Thalweg) => thalweg.evaluation(name),
  })),
  {
    name: 'interpolation',
    title: 'loss of 60,000 images at 10 points of one update, MLP',
    repeats: 1,
    prepare: (thalweg) => thalweg.interpolation(),
  },
  ...curvatureMeasures,
];

const { values: options } = parseArgs({
  args: process.argv.slice(process.argv[2] === '--' ? 3 : 2),
  options: {
    only: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string', default: '5' },
    python: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(help);
  process.exit(0);
}
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) fail(`--rounds: expected a positive integer, got ${options.rounds}`);
const wanted = (name: string): boolean => options.only.length === 0 || options.only.some((part) => name.includes(part));
const chosen = measures.filter(({ name }) => wanted(name));
if (chosen.length === 0 && !wanted('start-up'))
  fail(
    `--only: expected a part of ${measures.map(({ name }) => name).join(', ')} or start-up, got ${options.only.join(', ')}`,
  );

const threads = availableParallelism();
const thalweg = await Thalweg.open(threads);
const torch = await TorchPeer.start(threads, options.python);

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${threads} threads, Node ${process.version}, ${thalweg.runtime.backend.version}`,
);
if (!torch)
  console.log('PyTorch was not found: only our side is measured (apt-get install python3-torch libopenblas0-openmp)');
else console.log(`PyTorch ${torch.handshake.version}, ${torch.handshake.threads} threads, ${torch.handshake.blas}`);
if (torch?.handshake.referenceBlas)
  console.log('PyTorch runs on the reference BLAS here, which is no fair peer: apt-get install libopenblas0-openmp');

const rows: string[][] = [['', 'Thalweg median', 'min', 'PyTorch median', 'min', 'ratio']];
for (const measure of chosen) {
  const row = await compare(measure);
  process.stderr.write(`${row.join('  ')}\n`);
  rows.push(row);
}
if (wanted('start-up'))
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

/** Times both sides in turn. */
async function compare({ name, title, repeats, prepare }: Measure): Promise<string[]> {
  const ours = await prepare(thalweg);
  const peer = torch?.handshake.measures.includes(name) ? torch : undefined;
  const [mine, theirs]: [number[], number[]] = [[], []];
  await ours(repeats);
  await peer?.measure(name, repeats);
  // After a change of sides both find the caches of the other: a third as many repetitions are made first and not counted.
  const warming = Math.floor(repeats / 3);
  for (let round = 0; round < rounds; round++) {
    if (warming > 0) await ours(warming);
    mine.push(...(await ours(repeats)));
    if (peer && warming > 0) await peer.measure(name, warming);
    if (peer) theirs.push(...(await peer.measure(name, repeats)).seconds);
  }
  const own = [title, show(median(mine)), show(Math.min(...mine))];
  if (!peer) return [...own, '', '', ''];
  const ratio = `${(median(theirs) / median(mine)).toFixed(2)}×`;
  return [...own, show(median(theirs)), show(Math.min(...theirs)), ratio];
}

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

function fail(message: string): never {
  process.stderr.write(`bench: ${message}\n`);
  process.exit(2);
}

/**
 * A claim of one's own, with honest statistics: "a learning rate ten times as large walks higher above the valley floor". What is
 * tested, in which direction, and the smallest effect that counts are fixed before any run.
 *
 *   npx vite-node examples/09-own-claim.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executeRun, resolveSpecification } from 'thalweg';
import { assess, judge, type Hypothesis } from 'thalweg/claims';

/** The mean over seeds of height at η = 0.5 less height at η = 0.05, in nat; a thousandth is the least that counts. */
const hypothesis: Hypothesis = { kind: 'mean', smallest: 0.001 };
const seeds = [1, 2, 3, 4, 5];

const runsDirectory = mkdtempSync(join(tmpdir(), 'claim-'));
const signal = new AbortController().signal;

async function height(rate: number, seed: number): Promise<number> {
  const sets = [`optimizer.learningRate=${rate}`, `seed=${seed}`, 'duration=40 iterations'];
  const specification = resolveSpecification({ target: 'quickstart', scale: 'smoke', sets });
  const { summary } = await executeRun({ specification, runsDirectory }, { signal, onMessage: () => undefined });
  return summary!.meanHeight!;
}

const differences: number[] = [];
for (const seed of seeds) {
  // Paired by seed: both begin at the same point and see the same batches.
  const [small, large] = [await height(0.05, seed), await height(0.5, seed)];
  differences.push(large - small);
  console.log(`seed ${seed}: ${small.toFixed(4)} nat at η = 0.05, ${large.toFixed(4)} nat at η = 0.5`);
}
rmSync(runsDirectory, { recursive: true });

// With several claims all of them go into one call, which corrects for their number.
const [judgement] = judge([assess(hypothesis, { kind: 'values', values: differences })]);
const { effect, interval, adjusted, verdict } = judgement!;
const edges = interval.map((edge) => edge.toFixed(4)).join(', ');
console.log(`${verdict}: ${effect.toFixed(4)} nat higher, 95 % interval [${edges}], p = ${adjusted.toPrecision(2)}`);

/**
 * A probe of one's own: how much of each update leads on from where training began, cos(θ_{t+1} − θ_t, θ_t − θ_0). It is
 * recorded in the run like everything else: `thalweg export`, the comparison of runs and a resumed run know it.
 *
 *   npx vite-node examples/06-own-probe.ts
 */
import { executeRun, openRun, resolveSpecification, toFloat64, type OwnProbe } from 'thalweg';
import type { Tensor } from 'thalweg/graph';
import { concat, div, mul, reshape, sqrt, square, sub, sum } from 'thalweg/ops';
import { exactRecord } from 'thalweg/probes';
import { asHost, disposeTree } from 'thalweg/runtime';
import { parameterTypes, uploadAll } from 'thalweg/train';

type Point = Readonly<Record<string, Tensor>>;

/** `to − from` as one vector. */
const difference = (to: Point, from: Point): Tensor =>
  concat(
    Object.keys(to).map((name) => reshape(sub(to[name]!, from[name]!), [-1])),
    0,
  );

const direction: OwnProbe = {
  name: 'direction',
  async create({ runtime, objective, initial }) {
    const types = parameterTypes(objective.model);
    const cosine = await runtime.compile(
      ({ start, before, after }) => {
        const [step, way] = [difference(after, before), difference(before, start)];
        const norms = mul(sqrt(sum(square(step))), sqrt(sum(square(way))));
        return div(sum(mul(step, way)), norms);
      },
      { start: types, before: types, after: types },
    );
    const start = uploadAll(runtime.backend, initial);
    return {
      async afterUpdate({ iteration, before, after }) {
        if (iteration === 0) return [];
        const [value] = toFloat64(asHost(await cosine.run({ start, before, after })));
        return [exactRecord('own.direction', iteration, value!)];
      },
      async release() {
        disposeTree(start);
        await cosine.release();
      },
    };
  },
};

const runsDirectory = process.argv[2] ?? 'runs';
const specification = resolveSpecification({ target: 'quickstart', scale: 'smoke' });
const signal = new AbortController().signal;
const { id } = await executeRun({ specification, runsDirectory }, { signal, probes: [direction], onMessage: () => {} });
const run = openRun(runsDirectory, id);
const { value } = run.records('own.direction');
run.close();
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((all, each) => all + each, 0) / values.length;
console.log(`${id}: cosine of update and way so far, mean of the first 20: ${mean(value.slice(0, 20)).toFixed(3)}`);
console.log(`mean of the last 20: ${mean(value.slice(-20)).toFixed(3)}`);

import type { ProbePlan, RunPlan, Specification } from '../../contract/index.ts';
import { formatClock, formatPercent, formatSeconds } from '../format.ts';
import { interruptible } from '../interrupt.ts';
import { writeJson, writeLine, type Io } from '../io.ts';
import { given } from '../options.ts';
import { formatTable, type Column } from '../table.ts';

export interface DryRunOptions {
  readonly data?: string;
  readonly json?: boolean;
}

/** `thalweg run <study or file> --dry-run`: the plan and its price on this machine; there is no run. */
export async function dryRun(specification: Specification, options: DryRunOptions, io: Io): Promise<number> {
  const output = options.json === true ? io.stderr : io.stdout;
  writeLine(output, 'timing a few updates and measurements');
  const plan = await interruptible('run --dry-run', io, async () => {
    const { planRun } = await import('../../run/index.ts');
    return planRun({ specification, ...given({ dataDirectory: options.data }) }, (note) => writeLine(output, note));
  });
  if (options.json === true) writeJson(io.stdout, plan);
  else writeLine(io.stdout, textOf(plan, specification, io.stdout.columns));
  return 0;
}

/** A line of the table. */
interface Part {
  readonly name: string;
  readonly times: string;
  readonly examples: string;
  readonly products: string;
  readonly seconds: number;
}

const columns = (total: number): Column<Part>[] => [
  { title: 'part', value: ({ name }) => name },
  { title: 'times', value: ({ times }) => times, align: 'right' },
  { title: 'examples', value: ({ examples }) => examples, align: 'right', expendable: 1 },
  { title: 'products', value: ({ products }) => products, align: 'right', expendable: 2 },
  { title: 'time', value: ({ seconds }) => formatSeconds(seconds), align: 'right' },
  { title: 'share', value: ({ seconds }) => formatPercent(total > 0 ? seconds / total : 0), align: 'right' },
];

function textOf(plan: RunPlan, { data }: Specification, width: number | undefined): string {
  const what = [plan.study ?? plan.name ?? data.name, plan.scale].filter(Boolean).join(' ');
  const { train, validation, test } = plan.examples;
  const kept = validation > 0 ? `, ${validation} validation` : '';
  const epochs = Number(plan.epochs.toFixed(2));
  const bounded = plan.probes.some(({ stopsEarly }) => stopsEarly);
  return [
    `${what}, seed ${plan.seed}: ${plan.iterations} iterations in ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}, ${plan.parameters} parameters`,
    `${train} training${kept} and ${test} test examples; ${plan.device}, ${plan.threads} ${plan.threads === 1 ? 'thread' : 'threads'}`,
    formatTable(columns(plan.seconds), partsOf(plan), width),
    `predicted: ${bounded ? 'at most ' : ''}${formatClock(plan.seconds)}`,
  ].join('\n');
}

const partsOf = ({ setup, updates, evaluations, probes }: RunPlan): Part[] => [
  { name: 'set-up', times: '', examples: '', products: '', seconds: setup.seconds },
  { name: 'updates', times: String(updates.count), examples: '', products: '', seconds: updates.seconds },
  { name: 'evaluation', times: String(evaluations.count), examples: '', products: '', seconds: evaluations.seconds },
  ...probes.map(probePart),
];

/** `≤ 1600 (≤ 400 each)`: what stops when it has converged may take fewer, all others take what they say. */
function probePart(plan: ProbePlan): Part {
  const { kind, every, measurements, examples, productsEach, products, stopsEarly, seconds } = plan;
  const most = stopsEarly ? '≤ ' : '';
  return {
    name: kind,
    times: `${measurements}${every === null ? '' : ` (every ${every})`}`,
    examples: examples === null ? '' : String(examples),
    products: products === 0 ? '' : `${most}${products} (${most}${productsEach} each)`,
    seconds,
  };
}

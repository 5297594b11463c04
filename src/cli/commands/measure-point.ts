import { ThalwegError } from '../../base/index.ts';
import { encodeMeasurements, encodeNumber, type QuantitySpecification } from '../../contract/index.ts';
import { resolveQuantities } from '../../studies/index.ts';
import { writeSafetensors } from '../../store/index.ts';
import { requireWritable } from '../files.ts';
import { formatNumber } from '../format.ts';
import { interruptible } from '../interrupt.ts';
import { writeJson, writeLine, type Io } from '../io.ts';
import { createMeasuringDisplay } from '../measuring.ts';
import { given } from '../options.ts';
import { ownSpecification, splitSets, type OwnOptions } from '../own.ts';
import { formatTable } from '../table.ts';
import { columns, type MeasureCommandOptions } from './measure.ts';

export interface PointCommandOptions extends OwnOptions, Omit<MeasureCommandOptions, 'at' | 'data' | 'threads'> {
  readonly memory?: number;
}

/** `thalweg measure --model <file or name>`: loss first, then each quantity as soon as it is there. */
export async function measurePoint(run: string | undefined, options: PointCommandOptions, io: Io): Promise<number> {
  if (run !== undefined) throw new ThalwegError('USAGE', `measure: expected a run or --model, got both (${run})`);
  const { out, json, examples, memory } = options;
  const { own, others: sets } = splitSets(options.set ?? []);
  const { quantity: names = [] } = options;
  if (names.length === 0 && sets.length > 0)
    throw new ThalwegError('USAGE', `--set ${sets[0]}: expected a key of the specification, or --quantity beside it`);
  const asked = names.length === 0 ? [] : resolveQuantities({ names, sets, ...given({ examples }) });
  const quantities = byRunning(asked, sets);
  if (out !== undefined) requireWritable('--out', out, ['.safetensors']);
  const specification = await ownSpecification('measure', options, own, { name: 'gd' });
  const output = json === true ? io.stderr : io.stdout;
  const display = createMeasuringDisplay(output, { unit: 'products', atMost: true });
  const measured = await interruptible('measure', io, async (signal) => {
    const { measurePoint: measureIt } = await import('../../run/point/index.ts');
    return measureIt(
      { specification, quantities, tensors: out !== undefined, ...given({ examples, memory }) },
      {
        signal,
        onProgress: ({ quantity, products, of }) => display.show({ what: quantity, done: products, of }),
        onNote: (text) => display.note(text),
        onOpened: ({ parameters, inputShape, classes }) =>
          display.note(
            `${options.model!}: ${parameters} parameters, inputs [${inputShape.join(', ')}], ${classes} classes`,
          ),
        onEvaluated: ({ loss, accuracy, examples: count }) =>
          display.note(`loss ${formatNumber(loss)}, accuracy ${formatNumber(accuracy)}, on ${count} examples`),
        onMeasured: (values) => {
          if (json !== true) display.note(formatTable(columns(values), values, io.stdout.columns));
        },
      },
    );
  }).finally(() => display.end());
  if (out !== undefined) {
    writeSafetensors(out, { tensors: { ...measured.tensors }, metadata: { model: options.model! } });
    writeLine(output, `${out}: ${Object.keys(measured.tensors).join(', ') || 'no tensors'}`);
  }
  if (json === true) {
    const { parameters, inputShape, classes, evaluation, quantities: values } = measured;
    const { quantities: encoded } = encodeMeasurements({ run: options.model!, iteration: 0, quantities: values });
    const { loss, accuracy, examples: count } = evaluation;
    const evaluated = { loss: encodeNumber(loss), accuracy: encodeNumber(accuracy), examples: count };
    writeJson(io.stdout, { model: options.model, parameters, inputShape, classes, ...evaluated, quantities: encoded });
  }
  return 0;
}

/** A network that is trained already is measured as it predicts, with its running statistics, unless the user says otherwise. */
const byRunning = (quantities: readonly QuantitySpecification[], sets: readonly string[]): QuantitySpecification[] =>
  quantities.map((quantity) =>
    'batchNorm' in quantity && !sets.some((text) => /^([a-z-]+\.)?batchNorm=/.test(text))
      ? { ...quantity, batchNorm: 'running' }
      : quantity,
  );

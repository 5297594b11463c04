import { ThalwegError } from '../../base/index.ts';
import { inspectOnnx, type OnnxInspection } from '../../onnx/index.ts';
import { readOnnx } from '../../onnx/node/index.ts';
import { writeJson, writeLine, type Io } from '../io.ts';
import { given } from '../options.ts';
import { formatTable } from '../table.ts';

export interface InspectOptions {
  readonly inputShape?: string;
  readonly scores?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly json?: boolean;
}

/** `thalweg inspect <file>`: what a network is made of; 1 where it cannot be measured. */
export async function inspect(file: string, options: InspectOptions, io: Io): Promise<number> {
  const { scores, include, exclude, json } = options;
  const inputShape = options.inputShape === undefined ? undefined : sizesOf(options.inputShape);
  const inspection = inspectOnnx(readOnnx(file), given({ inputShape, scores, include, exclude }));
  if (json === true) writeJson(io.stdout, inspection);
  else writeLine(io.stdout, textOf(file, inspection, io.stdout.columns));
  return inspection.network === undefined ? 1 : 0;
}

function sizesOf(text: string): number[] {
  const sizes = text.split(/[,x×]/).map((size) => (/^\d{1,9}$/.test(size.trim()) ? Number(size) : 0));
  if (sizes.every((size) => size > 0)) return sizes;
  throw new ThalwegError('USAGE', `--input-shape: expected sizes such as 3,224,224, got ${JSON.stringify(text)}`);
}

function textOf(file: string, inspection: OnnxInspection, width: number | undefined): string {
  const { opset, newestOpset, operators, unsupported, network, problem, notes } = inspection;
  const counted = operators.map(
    ({ operator, count, supported }) => `${operator} ${count}${supported ? '' : ' (not supported)'}`,
  );
  return [
    `${file}: opset ${opset} (Thalweg knows up to ${newestOpset})`,
    `operators: ${counted.join(', ')}`,
    ...unsupported.map(
      ({ operator, opset: version, node, reason, remedy }) =>
        `not supported: ${operator} (opset ${version}), node ${JSON.stringify(node)}: ${reason}; ${remedy}`,
    ),
    ...(problem === undefined ? [] : [`not a network that can be measured: ${problem}`]),
    ...(network ? networkLines(network, width) : []),
    ...notes,
  ].join('\n');
}

function networkLines(network: NonNullable<OnnxInspection['network']>, width: number | undefined): string[] {
  const { input, classes, size, parameters, buffers, constants, scores, methods } = network;
  const methodLines = Object.entries(methods).map(
    ([name, { applies, reason }]) => `  ${name}: ${applies ? 'yes' : `no: ${reason}`}`,
  );
  return [
    `input ${JSON.stringify(input.name)} [${input.batch ?? 'n'}, ${input.shape.join(', ')}]; scores ${JSON.stringify(scores.value)} of ${classes} classes`,
    `${size} parameters in ${parameters.length} tensors, ${buffers.length} running statistics, ${constants.length} constants`,
    formatTable(
      [
        { title: 'parameter', value: ({ name }) => name },
        { title: 'shape', value: ({ shape }) => `[${shape.join(', ')}]` },
        { title: 'size', value: ({ size: count }) => String(count), align: 'right' },
        { title: 'used by', value: ({ uses }) => uses.join(', '), expendable: 1 },
      ],
      parameters,
      width,
    ),
    'methods:',
    ...methodLines,
  ];
}

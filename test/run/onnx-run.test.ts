import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { specificationSchema } from '../../src/contract/index.ts';
import { hostTensor, randomStream } from '../../src/base/index.ts';
import { ModelProtoSchema, StringStringEntryProtoSchema } from '../../src/graph/onnx/gen/onnx_pb.ts';
import { forkRun, measurePoint, measureRun, type PointRequest } from '../../src/run/index.ts';
import { writeSafetensors } from '../../src/store/index.ts';
import { execute, failureOf, hooks, recordsOf, resume, runsFolder } from './support.ts';

const network = resolve(import.meta.dirname, '../goldens/onnx/vision-transformer.onnx');
const shape = [3, 8, 8];

/** A folder with the network and 24 examples of five classes for it, and a specification of both. */
function own(changes: object = {}, classes = 5) {
  const folder = runsFolder();
  const file = join(folder, 'net.onnx');
  copyFileSync(network, file);
  const stream = randomStream(1, 'own');
  const count = 24;
  const x = hostTensor(
    'float32',
    [count, ...shape],
    Float32Array.from({ length: count * 192 }, () => stream.normal()),
  );
  const y = hostTensor(
    'int64',
    [count],
    BigInt64Array.from({ length: count }, (_, index) => BigInt(index % classes)),
  );
  writeSafetensors(join(folder, 'data.safetensors'), { tensors: { x, y }, metadata: {} });
  const specification = specificationSchema.parse({
    data: { name: 'arrays', path: join(folder, 'data.safetensors'), testShare: 0, normalise: false },
    model: { name: 'onnx', file },
    optimizer: { name: 'sgd', learningRate: 0.05, batchSize: 8 },
    duration: '4 iterations',
    evaluate: '2 iterations',
    probes: [{ kind: 'interpolation', points: 3 }, { kind: 'distance' }],
    threads: 1,
    ...changes,
  });
  return { folder, file, specification };
}

const quantity = {
  kind: 'hessian-spectrum',
  k: 1,
  mostNegative: false,
  batchNorm: 'running',
  tolerance: 1e-2,
} as const;
const quantities = [{ ...quantity, maxProducts: 60 }];
const margins = { kind: 'margins', batchNorm: 'running', bins: 5 } as const;

describe('a run on a network from elsewhere', () => {
  it('starts from the weights of the file, records the walk, and goes on from its own copy', async () => {
    const { folder, file, specification } = own();
    const started = await execute(specification, folder, 'r', hooks(2));
    expect(started).toMatchObject({ status: 'interrupted', specification: { model: { name: 'onnx', file } } });
    const point = await measurePoint({ specification, quantities: [] });
    expect(recordsOf(folder)['train.loss']!.value[0]).toBe(point.evaluation.loss);
    rmSync(file);
    expect((await resume(folder)).status).toBe('finished');
    copyFileSync(network, file);
    await execute(specification, folder, 'whole');
    rmSync(file);
    expect(recordsOf(folder)).toEqual(recordsOf(folder, 'whole'));
    const fork = await forkRun({ runsDirectory: folder, parent: 'r', at: 4, id: 'f' }, hooks());
    expect(fork.status).toBe('finished');
    expect(existsSync(join(folder, 'f', 'model.onnx'))).toBe(true);
    const { report } = await measureRun({ runsDirectory: folder, id: 'f', at: 'last', quantities });
    expect(report.quantities[0]!.value).toBeGreaterThan(0);
  });

  it('with weights beside its file keeps one file that has them inside, and needs the others no more', async () => {
    const { folder, file, specification } = own();
    const model = fromBinary(ModelProtoSchema, readFileSync(file));
    const moved = model.graph!.initializer.filter(({ rawData }) => rawData.length >= 64);
    expect(moved.length).toBeGreaterThan(3);
    for (const [index, tensor] of moved.entries()) {
      writeFileSync(join(folder, `weight-${index}.bin`), tensor.rawData);
      tensor.rawData = new Uint8Array(0);
      tensor.dataLocation = 1;
      tensor.externalData = [create(StringStringEntryProtoSchema, { key: 'location', value: `weight-${index}.bin` })];
    }
    const inside = await measurePoint({ specification, quantities: [margins] });
    writeFileSync(file, toBinary(ModelProtoSchema, model));
    await execute(specification, folder, 'r', hooks(2));
    expect(readdirSync(join(folder, 'r')).filter((name) => name.startsWith('model'))).toEqual(['model-packed.onnx']);
    rmSync(file);
    for (const index of moved.keys()) rmSync(join(folder, `weight-${index}.bin`));
    expect((await resume(folder)).status).toBe('finished');
    const { report } = await measureRun({ runsDirectory: folder, id: 'r', at: 0, quantities: [margins] });
    const values = (measured: readonly { readonly value: number }[]) => measured.map(({ value }) => value);
    expect(values(report.quantities)).toEqual(values(inside.quantities));
  });

  it('is refused for another file, too many labels and inputs of another size', async () => {
    const { folder, file, specification } = own();
    const refused = async (changes: object) => failureOf(execute({ ...specification, ...changes }, folder, 'x'));
    const model = { name: 'onnx', file, sha256: '0'.repeat(64) } as const;
    expect((await refused({ model })).message).toMatch(/^model\.file: expected the file with SHA-256 000000000000…/);
    const labelled = own({}, 9);
    const failure = await failureOf(execute(labelled.specification, labelled.folder, 'x'));
    expect(failure).toMatchObject({ code: 'SPECIFICATION_INVALID' });
    expect(failure.message).toMatch(/expected scores of at least 9 classes, as many as arrays has, got \d$/);
    const clusters = { name: 'clusters', classes: 2, dimension: 3, examples: 50, testExamples: 20 };
    expect((await refused({ data: specificationSchema.shape.data.parse(clusters) })).message).toContain('[3,8,8]');
    writeFileSync(file, 'no network');
    expect(await refused({})).toMatchObject({ code: 'ONNX_INVALID' });
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });
});

describe('a network from elsewhere, measured without a run', () => {
  it('tells its size, its loss, and then each quantity as soon as it is there', async () => {
    const { specification } = own();
    const told: string[] = [];
    const request: PointRequest = { specification, quantities };
    const measured = await measurePoint(request, {
      onOpened: ({ classes }) => told.push(`opened ${classes}`),
      onEvaluated: () => told.push('evaluated'),
      onMeasured: (values) => told.push(...values.map(({ name }) => name)),
    });
    expect(told).toEqual([`opened ${measured.classes}`, 'evaluated', 'hessian.eigenvalue', 'hessian.sharpness']);
    expect(measured.evaluation.examples).toBe(24);
  });

  it('gives the same within the memory that it may take, and says when that is too little', async () => {
    const { specification } = own();
    const request: PointRequest = { specification, quantities };
    const [free, bound] = [await measurePoint(request), await measurePoint({ ...request, memory: 305e6 })];
    expect(bound.quantities[0]!.value / free.quantities[0]!.value).toBeCloseTo(1, 2);
    expect((await failureOf(measurePoint({ ...request, memory: 1e6 }))).message).toMatch(
      /^--memory: expected at least \d+ MB for a network of \d+ parameters on arrays, got 1 MB$/,
    );
  });
});

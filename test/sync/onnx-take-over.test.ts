import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { hostTensor, randomStream } from '../../src/base/index.ts';
import { specificationSchema } from '../../src/contract/index.ts';
import { writeSafetensors } from '../../src/store/index.ts';
import { FileCache } from '../../src/sync/index.ts';
import { execute, hooks, recordsOf, resume } from '../run/support.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { clientOf, digestOf, senderOf, startHub, take } from './hub-fixtures.ts';

const network = resolve(import.meta.dirname, '../goldens/onnx/vision-transformer.onnx');

/** A specification with a copy of the network beside 24 examples of five classes for it. */
function own(folder: string) {
  const file = join(folder, 'net.onnx');
  copyFileSync(network, file);
  const stream = randomStream(1, 'own');
  const values = Float32Array.from({ length: 24 * 192 }, () => stream.normal());
  const x = hostTensor('float32', [24, 3, 8, 8], values);
  const y = hostTensor(
    'int64',
    [24],
    BigInt64Array.from({ length: 24 }, (_, index) => BigInt(index % 5)),
  );
  writeSafetensors(join(folder, 'data.safetensors'), { tensors: { x, y }, metadata: {} });
  const specification = specificationSchema.parse({
    data: { name: 'arrays', path: join(folder, 'data.safetensors'), testShare: 0, normalise: false },
    model: { name: 'onnx', file },
    optimizer: { name: 'sgd', learningRate: 0.05, batchSize: 8 },
    duration: '4 iterations',
    evaluate: '2 iterations',
    probes: [{ kind: 'interpolation', points: 3 }],
    threads: 1,
  });
  return { file, specification };
}

it('a worker goes on with a run on a network whose file only the first worker had', async () => {
  const hub = await startHub();
  const [first, second, whole] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const { file, specification } = own(temporaryFolder());
  await execute(specification, whole, 'run-1');
  const sender = senderOf(await take(clientOf(hub.address), first));
  expect((await execute(specification, first, 'run-1', hooks(2))).status).toBe('interrupted');
  await sender.flush();
  await sender.stop();
  rmSync(file);
  const cache = new FileCache(join(temporaryFolder(), 'cache'), 1e9);
  const taken = await take(clientOf(hub.address), second, 'w2', { cache });
  expect(taken.work).toBe('resume');
  expect(existsSync(join(second, 'run-1', 'model.onnx'))).toBe(true);
  expect((await resume(second, 'run-1')).status).toBe('finished');
  await senderOf(taken).finish();
  await senderOf(taken).stop();
  expect(recordsOf(hub.runs, 'run-1')).toEqual(recordsOf(whole, 'run-1'));
  expect(await digestOf(hub.runs)).toEqual(await digestOf(second));
}, 30_000);

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toFloat64 } from '../../src/base/index.ts';
import { ModelProtoSchema, StringStringEntryProtoSchema } from '../../src/graph/onnx/gen/onnx_pb.ts';
import { readOnnx } from '../../src/onnx/node/index.ts';
import { bytesOf, mlp } from './files.ts';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'thalweg-onnx-'));
  folder = join(root, 'model');
  mkdirSync(folder);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Writes the small network with its first weight (48 bytes) beside it, under the entries that are given. */
function writeModel(entries: Readonly<Record<string, string>>): string {
  const model = fromBinary(ModelProtoSchema, bytesOf(mlp()));
  const weight = model.graph!.initializer.find(({ name }) => name === 'fc1.weight')!;
  weight.rawData = new Uint8Array(0);
  weight.dataLocation = 1;
  weight.externalData = Object.entries(entries).map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value }),
  );
  const path = join(folder, 'net.onnx');
  writeFileSync(path, toBinary(ModelProtoSchema, model));
  return path;
}

const elements = Float32Array.from({ length: 14 }, (_, index) => index);

describe('a model with weights beside it', () => {
  it('is read, from the place that it states', () => {
    mkdirSync(join(folder, 'weights'));
    writeFileSync(join(folder, 'weights', 'all.bin'), new Uint8Array(elements.buffer));
    const file = readOnnx(writeModel({ location: 'weights/all.bin', offset: '8', length: '48' }));
    expect(Array.from(toFloat64(file.initializers['fc1.weight']!))).toEqual(Array.from(elements.subarray(2)));
  });

  it('is read to the length that its shape needs, where it states none', () => {
    writeFileSync(join(folder, 'all.bin'), new Uint8Array(elements.buffer));
    const file = readOnnx(writeModel({ location: 'all.bin' }));
    expect(Array.from(toFloat64(file.initializers['fc1.weight']!))).toEqual(Array.from(elements.subarray(0, 12)));
  });

  it.each([
    ['above the folder', '../secret.bin'],
    ['above it, by way of a folder', 'weights/../../secret.bin'],
    ['above it, written for Windows', '..\\secret.bin'],
    ['at an absolute path', '/etc/hostname'],
    ['behind a link that leads out', 'link.bin'],
  ])('is refused when they are %s', (_, location) => {
    writeFileSync(join(root, 'secret.bin'), new Uint8Array(elements.buffer));
    symlinkSync(join(root, 'secret.bin'), join(folder, 'link.bin'));
    expect(() => readOnnx(writeModel({ location }))).toThrow(
      `onnx: external data: expected a file in the folder of the model, got ${JSON.stringify(location)}`,
    );
  });

  it.each([
    [
      'a file that is not there',
      { location: 'none.bin' },
      'external data: expected a file "none.bin" beside the model',
    ],
    ['a folder', { location: 'sub' }, 'external data: expected a file, got "sub"'],
    ['no location', { offset: '0' }, 'initializer "fc1.weight": expected a location of external data, got none'],
    [
      'bytes beyond the end',
      { location: 'all.bin', offset: '16' },
      'expected bytes 16 to 64 of "all.bin", got a file of 56',
    ],
    ['another length', { location: 'all.bin', length: '44' }, 'expected 48 bytes of external data, got 44'],
    [
      'a negative offset',
      { location: 'all.bin', offset: '-8' },
      'expected a whole number of bytes as offset of external data, got "-8"',
    ],
    [
      'a length of 10^30',
      { location: 'all.bin', length: '1'.repeat(31) },
      'expected a whole number of bytes as length of external data',
    ],
  ])('is refused with %s', (_, entries, message) => {
    writeFileSync(join(folder, 'all.bin'), new Uint8Array(elements.buffer));
    mkdirSync(join(folder, 'sub'));
    expect(() => readOnnx(writeModel(entries as Record<string, string>))).toThrow(message);
  });
});

it('a model that is not there is an error with its path', () => {
  expect(() => readOnnx(join(folder, 'none.onnx'))).toThrow(`onnx: expected a file at ${join(folder, 'none.onnx')}`);
});

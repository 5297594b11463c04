import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { expect, it } from 'vitest';
import { decodeModel } from '../../../src/graph/index.ts';
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
} from '../../../src/graph/onnx/gen/onnx_pb.ts';

type Model = MessageInitShape<typeof ModelProtoSchema>;

/** A file that calls functions of the domain `own`. */
const fileWith = (model: Pick<Model, 'graph' | 'functions'>): Uint8Array =>
  toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [
        { domain: '', version: 17n },
        { domain: 'own', version: 1n },
      ],
      ...model,
    }),
  );

const scaleFunction = {
  name: 'scale',
  domain: 'own',
  input: ['a', 'factor'],
  output: ['b'],
  attribute: ['slope'],
  node: [
    {
      name: 'leak',
      opType: 'LeakyRelu',
      input: ['a'],
      output: ['inner'],
      attribute: [{ name: 'alpha', refAttrName: 'slope', type: AttributeType.FLOAT }],
    },
    { name: 'times', opType: 'Mul', input: ['inner', 'factor'], output: ['b'] },
  ],
};

const call = (input: string, output: string, attribute: { name: string; type: 1; f: number }[] = []) => ({
  name: 'call',
  domain: 'own',
  opType: 'scale',
  input: [input, 'w'],
  output: [output],
  attribute,
});

it('functions are put where they are called, with values of their own and the attributes of the call', () => {
  const slope = [{ name: 'slope', type: AttributeType.FLOAT, f: 0.25 }];
  const { nodes } = decodeModel(
    fileWith({ graph: { node: [call('x', 'h', slope), call('h', 'y')] }, functions: [scaleFunction] }),
  );
  expect(nodes.map(({ operator, inputs, outputs }) => [operator, inputs, outputs])).toEqual([
    ['LeakyRelu', ['x'], ['call#0/inner']],
    ['Mul', ['call#0/inner', 'w'], ['h']],
    ['LeakyRelu', ['h'], ['call#1/inner']],
    ['Mul', ['call#1/inner', 'w'], ['y']],
  ]);
  expect(nodes[0]!.attributes).toEqual({ alpha: { type: 'float', value: 0.25 } });
  expect(nodes[2]!.attributes).toEqual({});
});

it('functions call functions, and an input that is handed through is copied', () => {
  const outer = {
    name: 'outer',
    domain: 'own',
    input: ['a'],
    output: ['a', 'b'],
    node: [{ ...call('a', 'b'), input: ['a', 'a'] }],
  };
  const node = [{ name: 'o', domain: 'own', opType: 'outer', input: ['x'], output: ['same', 'y'] }];
  const { nodes } = decodeModel(fileWith({ graph: { node }, functions: [scaleFunction, outer] }));
  expect(nodes.map(({ operator, inputs, outputs }) => [operator, inputs, outputs])).toEqual([
    ['LeakyRelu', ['x'], ['o#0/call#1/inner']],
    ['Mul', ['o#0/call#1/inner', 'x'], ['y']],
    ['Identity', ['x'], ['same']],
  ]);
});

it('functions that call themselves are refused, and those that make more nodes than any network has', () => {
  const itself = {
    name: 'f',
    domain: 'own',
    input: ['a'],
    output: ['b'],
    node: [{ domain: 'own', opType: 'f', input: ['a'], output: ['b'] }],
  };
  const node = [{ domain: 'own', opType: 'f', input: ['x'], output: ['y'] }];
  expect(() => decodeModel(fileWith({ graph: { node }, functions: [itself] }))).toThrow(
    'function "f": expected calls that end',
  );
  const twice = Array.from({ length: 30 }, (_, level) => ({
    name: `f${level}`,
    domain: 'own',
    input: ['a'],
    output: ['b'],
    node: ['b', 'c'].map((output) => ({
      domain: level === 29 ? '' : 'own',
      opType: level === 29 ? 'Relu' : `f${level + 1}`,
      input: ['a'],
      output: [output],
    })),
  }));
  const first = [{ domain: 'own', opType: 'f0', input: ['x'], output: ['y'] }];
  expect(() => decodeModel(fileWith({ graph: { node: first }, functions: twice }))).toThrow(
    'got functions that make more',
  );
});

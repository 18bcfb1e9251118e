import { expect, test } from '@jest/globals';
import { aGraph, anOnnxModel, field, identityNode, message, numberField, opset } from '../../test/an-onnx-model.js';
import { ArtifactRefused, inspectOnnx } from './onnx.js';

const identity = identityNode;
const join = message;
const graph = aGraph;
const model = (body: Buffer = graph(), ...more: Buffer[]): Buffer => anOnnxModel({ graph: body, more });
const valueInfo = (name: string): Buffer => field(1, name);

test('a model is summed up', () => {
  expect(inspectOnnx(model())).toEqual({ irVersion: 9, inputs: ['x'], outputs: ['y'], nodes: 1 });
});

test('an initializer with the name of an input makes it a constant', () => {
  const weights = field(5, join(numberField(2, 1), field(8, 'w')));
  expect(inspectOnnx(model(graph(field(11, valueInfo('w')), weights))).inputs).toEqual(['x']);
});

test.each([
  ['a pickle', Buffer.from([0x80, 0x04, 0x95, 0, 0, 0]), 'pickle'],
  ['an old pickle', Buffer.from("cos\nsystem\n(S'id'\ntR."), 'pickle'],
  ['a zip archive, as of torch or keras', Buffer.from('PK\u0003\u0004..'), 'zip'],
  ['joblib', Buffer.from('ZF0x1'), 'joblib'],
  ['zlib, as of compressed joblib', Buffer.from([0x78, 0x9c, 1, 2]), 'compressed'],
  ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'compressed'],
  ['HDF5', Buffer.from('\u0089HDF\r\n', 'latin1'), 'HDF5'],
  ['NumPy', Buffer.from('\u0093NUMPY', 'latin1'), 'NumPy'],
  ['a program', Buffer.from('\u007fELF....'), 'program'],
  ['a script', Buffer.from('#!/bin/sh'), 'script'],
  ['JSON', Buffer.from('{"model": 1}'), 'not an ONNX model'],
  ['text', Buffer.from('hello, I am a model'), 'not an ONNX model'],
  ['nothing', Buffer.alloc(0), 'not an ONNX model'],
  ['half a model', model().subarray(0, 20), 'not an ONNX model'],
  ['a message with foreign fields', join(numberField(1, 9), field(99, 'x')), 'not an ONNX model'],
])('%s is refused', (_, content, why) => {
  expect(() => inspectOnnx(content)).toThrow(ArtifactRefused);
  expect(() => inspectOnnx(content)).toThrow(why);
});

const external = join(numberField(2, 1), field(8, 'w'), field(13, join(field(1, 'location'), field(2, '../../etc/passwd'))));
const locatedOutside = join(numberField(2, 1), field(8, 'w'), numberField(14, 1));
const attribute = (number: number, value: Buffer): Buffer => field(1, join(identity, field(5, join(field(1, 'a'), field(number, value)))));

test.each([
  ['an initializer', model(graph(field(5, external)))],
  ['an initializer by location', model(graph(field(5, locatedOutside)))],
  ['an attribute', model(graph(attribute(5, external)))],
  ['one of the tensors of an attribute', model(graph(attribute(10, external)))],
  ['a sparse initializer', model(graph(field(15, field(1, external))))],
  ['a graph inside an attribute', model(graph(attribute(6, graph(field(5, external)))))],
  [
    'a function',
    model(graph(), field(25, join(field(10, 'local'), field(7, join(identity, field(5, join(field(1, 'a'), field(5, external)))))))),
  ],
  ['training information', model(graph(), field(20, field(1, graph(field(5, external)))))],
])('external data in %s is refused', (_, content) => {
  expect(() => inspectOnnx(content)).toThrow('external data');
});

test('operators that the runtime lacks are refused, functions of the model itself are not', () => {
  expect(() => inspectOnnx(model(graph(), opset('com.evil')))).toThrow('com.evil');
  expect(inspectOnnx(model(graph(), opset('local'), field(25, field(10, 'local')))).nodes).toBe(1);
});

test('graphs that nest without end are refused', () => {
  let nested = graph();
  for (let depth = 0; depth < 40; depth += 1) nested = graph(attribute(6, nested));
  expect(() => inspectOnnx(model(nested))).toThrow('nested');
});

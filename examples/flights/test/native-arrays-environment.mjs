import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest gives each test file its own global object, and with it its own typed arrays, while onnxruntime's native part
 * hands out the process's own; its tensors then refuse them. Here both are the same.
 */
export default class NativeArraysEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, { Float32Array, Float64Array, Int32Array, BigInt64Array, BigUint64Array });
  }
}

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { crossings } from '../src/boundaries.js';

const root = join(import.meta.dirname, '../../..');
let copy = '';

/** A small tree with the layout of ours, so that a violation can be planted without touching real files. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'drawbridge-planted-'));
  for (const [path, dependencies] of [
    ['libs/contracts', {}],
    ['libs/drift', {}],
    ['libs/kafka', { '@drawbridge/contracts': '*' }],
    ['libs/outbox', { '@drawbridge/kafka': '*' }],
    ['services/monitoring', { '@drawbridge/drift': '*' }],
    ['services/registry', {}],
    ['clients/cli', { '@drawbridge/contracts': '*' }],
  ] as const) {
    mkdirSync(join(copy, path, 'src'), { recursive: true });
    writeFileSync(join(copy, path, 'package.json'), JSON.stringify({ name: `@drawbridge/${path.split('/')[1] ?? ''}`, dependencies }));
  }
  cpSync(join(root, '.oxlintrc.json'), join(copy, '.oxlintrc.json'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

/** Writes a file for the time of `look` and removes it again. */
function planted<T>(file: string, text: string, look: () => T): T {
  const path = join(copy, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`);
  try {
    return look();
  } finally {
    rmSync(path);
  }
}

function lint(file: string): string {
  try {
    return execFileSync(join(root, 'node_modules/.bin/oxlint'), ['--format=unix', file], { cwd: copy, encoding: 'utf8' });
  } catch (error) {
    return String((error as { stdout?: string }).stdout);
  }
}

describe('the lint of package imports', () => {
  const restricted = [
    [
      'domain/ must not import persistence/',
      'services/monitoring/src/domain/a.ts',
      "import { store } from '../persistence/window.store.js';",
    ],
    ['domain/ must not import Nest', 'services/monitoring/src/domain/a.ts', "import { Injectable } from '@nestjs/common';"],
    ['domain/ must not import an adapter', 'services/monitoring/src/domain/a.ts', "import { Outbox } from '@drawbridge/outbox';"],
    ['intake/ must not import Nest', 'services/monitoring/src/intake/a.ts', "import { Injectable } from '@nestjs/common';"],
    ['kafkajs stays in its lib', 'services/monitoring/src/handlers/a.ts', "import { Kafka } from 'kafkajs';"],
    ['typeorm stays out of http/', 'services/registry/src/http/a.ts', "import { DataSource } from 'typeorm';"],
    ['pg stays out of handlers/', 'services/registry/src/handlers/a.ts', "import { Client } from 'pg';"],
    ['class-validator stays out of persistence/', 'services/registry/src/persistence/a.ts', "import { IsInt } from 'class-validator';"],
    ['onnxruntime stays in its folders', 'services/registry/src/http/a.ts', "import { InferenceSession } from 'onnxruntime-node';"],
    ['libs are imported by name only', 'services/registry/src/http/a.ts', "import { x } from '@drawbridge/kafka/src/kafkajs-log.js';"],
    ['libs do not use Nest', 'libs/kafka/src/a.ts', "import { Injectable } from '@nestjs/common';"],
    ['clients do not use typeorm', 'clients/cli/src/a.ts', "import { DataSource } from 'typeorm';"],
  ] as const;

  test.each(restricted)('%s', (_, file, text) => {
    expect(planted(file, text, () => lint(file))).toContain('no-restricted-imports');
  });

  test.each([
    ['a default export', 'libs/drift/src/a.ts', 'export default 1;', 'no-default-export'],
    ['any', 'libs/drift/src/a.ts', 'export const a: any = 1;', 'no-explicit-any'],
    ['console', 'libs/drift/src/a.ts', 'console.log(1);', 'no-console'],
    ['a file over 300 lines', 'libs/drift/src/a.ts', 'export {};\n'.repeat(301), 'max-lines'],
  ])('%s is refused', (_, file, text, rule) => {
    expect(planted(file, text, () => lint(file))).toContain(rule);
  });

  test('what is allowed passes', () => {
    const file = 'services/monitoring/src/domain/a.ts';
    const text = "import { b } from './b.js';\nimport { c } from '@drawbridge/drift';\nexport const d = [b, c];";
    expect(planted(file, text, () => lint(file))).not.toContain('no-restricted-imports');
  });
});

describe('the boundaries between projects and folders', () => {
  test.each([
    [
      'a service imports a service',
      'services/monitoring/src/handlers/a.ts',
      "import { x } from '@drawbridge/registry';",
      'service registry',
    ],
    ['a service imports the testing lib', 'services/monitoring/src/handlers/a.ts', "import { x } from '@drawbridge/testing';", 'testing'],
    ['a pure lib imports an adapter', 'libs/drift/src/a.ts', "import { x } from '@drawbridge/kafka';", 'lib drift (pure)'],
    ['an adapter imports the outbox', 'libs/kafka/src/a.ts', "import { x } from '@drawbridge/outbox';", 'lib kafka (adapter)'],
    ['a client imports an adapter', 'clients/cli/src/a.ts', "import { x } from '@drawbridge/kafka';", 'cli → kafka'],
    [
      'handlers/ imports http/',
      'services/monitoring/src/handlers/a.ts',
      "import { x } from '../http/monitors.dto.js';",
      'handlers/ → http',
    ],
    ['http/ imports intake/', 'services/monitoring/src/http/a.ts', "import { x } from '../intake/label.codec.js';", 'http/ → intake'],
    [
      'persistence/ imports http/',
      'services/monitoring/src/persistence/a.ts',
      "import { x } from '../http/monitors.dto.js';",
      'persistence/ → http',
    ],
    [
      'domain/ imports persistence/',
      'services/monitoring/src/domain/a.ts',
      "import { x } from '../persistence/a.store.js';",
      'domain/ → persistence',
    ],
    [
      'a handler imports the module',
      'services/monitoring/src/handlers/a.ts',
      "import { x } from '../monitoring.module.js';",
      'monitoring.module.js',
    ],
  ])('%s', (_, file, text, words) => {
    const found = planted(file, text, () => crossings(copy));
    expect(found.map(({ what }) => what).join()).toContain(words);
  });

  test('our own tree crosses none', () => {
    expect(crossings(root)).toEqual([]);
  });
});

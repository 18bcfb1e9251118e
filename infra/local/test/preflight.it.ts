import { createServer, type Server } from 'node:net';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { findJava } from '../src/kafka/java.js';
import { resolveKafkaJars } from '../src/kafka/jars.js';
import { freePortBlock } from '../src/ports.js';
import { portsFrom } from '../src/supervisor/layout.js';
import { checkDisk, checkHome, checkMemory, checkNode, checkPorts, preflight } from '../src/supervisor/preflight.js';
import { LocalError } from '../src/errors.js';
import { expectCode, fakeProgram, homeIn, removeScratch, scratch } from './scratch.js';

afterAll(removeScratch);

const attempt = async (work: () => unknown): Promise<unknown> => work();

describe('preflight', () => {
  test.each(['v18.20.0', 'v20.18.9', 'v21.7.0', 'v22.11.0'])('DBR-NODE-VERSION: %s', async (version) => {
    await expectCode(
      attempt(() => checkNode(version)),
      'DBR-NODE-VERSION',
      new RegExp(version),
    );
  });

  test.each(['v20.19.0', 'v22.12.0', 'v24.1.0'])('%s is new enough', (version) => {
    expect(() => checkNode(version)).not.toThrow();
  });

  test('DBR-PORT-IN-USE names the port, what it is for, and who holds it', async () => {
    const base = await freePortBlock(10);
    const ports = portsFrom(base);
    const server = await new Promise<Server>((resolve) => {
      const listening: Server = createServer().listen(ports.kafka, '127.0.0.1', () => resolve(listening));
    });
    try {
      await expectCode(
        checkPorts(ports, ['console', 'kafka']),
        'DBR-PORT-IN-USE',
        new RegExp(`port ${ports.kafka} \\(kafka\\).*pid ${process.pid} \\(.*node`),
      );
      await expect(checkPorts(ports, ['console', 'postgres'])).resolves.toBeUndefined();
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('DBR-DISK-LOW and DBR-MEMORY-LOW give the figures', async () => {
    await expectCode(checkDisk(await scratch(), 1e18), 'DBR-DISK-LOW', /GiB free at .* GiB needed/);
    await expectCode(checkMemory(1e18), 'DBR-MEMORY-LOW', /GiB available, .* GiB needed/);
  });

  test('DBR-FOLDER-UNREACHABLE: a file stands where the folder should be', async () => {
    const file = join(await scratch(), 'file');
    await writeFile(file, '');
    await expectCode(
      attempt(() => checkHome(homeIn(join(file, 'home')))),
      'DBR-FOLDER-UNREACHABLE',
      /ENOTDIR/,
    );
  });

  test('everything in place', async () => {
    const { detail } = await preflight({
      home: homeIn(join(await scratch(), 'home')),
      ports: portsFrom(await freePortBlock(10)),
      ownKafka: false,
      ownDatabase: false,
    });
    expect(detail).toMatch(/^node \d+\.\d+, java \d+, 10 ports free, /);
  });

  test('own Kafka and own database ask for neither Java nor their ports', async () => {
    const { detail } = await preflight({
      home: homeIn(join(await scratch(), 'home')),
      ports: portsFrom(await freePortBlock(10)),
      ownKafka: true,
      ownDatabase: true,
      env: { PATH: '' },
    });
    expect(detail).toContain('own kafka, 6 ports free');
  });
});

describe('Java and the jars', () => {
  test('DBR-JAVA-MISSING', async () => {
    await expectCode(findJava({ PATH: await scratch() }), 'DBR-JAVA-MISSING', /tried java/);
  });

  test('DBR-JAVA-OLD', async () => {
    const path = await fakeProgram('java', `echo 'openjdk version "11.0.2" 2019-01-15' >&2`);
    await expectCode(findJava({ PATH: path }), 'DBR-JAVA-OLD', /java is Java 11/);
  });

  test('JAVA_HOME comes first', async () => {
    const home = await scratch();
    await mkdir(join(home, 'bin'));
    await writeFile(join(home, 'bin', 'java'), `#!/bin/sh\necho 'openjdk version "21" 2023-09-19' >&2\n`, { mode: 0o755 });
    await expect(findJava({ JAVA_HOME: home, PATH: '' })).resolves.toEqual({ command: join(home, 'bin', 'java'), major: 21 });
  });

  test('DBR-MAVEN-MISSING: nothing cached and no mvn', async () => {
    const env = { PATH: await scratch(), DRAWBRIDGE_CACHE_DIR: join(await scratch(), 'cache') };
    await expectCode(resolveKafkaJars({ env }), 'DBR-MAVEN-MISSING', /mvn does not run/);
  });

  test('DBR-KAFKA-DOWNLOAD: Maven fails, and its last lines are shown', async () => {
    const path = await fakeProgram('mvn', `[ "$1" = --version ] && exit 0; echo 'Could not resolve host'; exit 1`);
    const env = { PATH: `${path}:/bin:/usr/bin`, DRAWBRIDGE_CACHE_DIR: join(await scratch(), 'cache') };
    const failure = await resolveKafkaJars({ env }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LocalError);
    expect(failure).toMatchObject({ code: 'DBR-KAFKA-DOWNLOAD', lines: ['Could not resolve host'] });
  });

  test('DBR-KAFKA-DOWNLOAD: a jar that is not the pinned one never reaches the cache', async () => {
    const path = await fakeProgram(
      'mvn',
      `for a in "$@"; do case $a in -DoutputDirectory=*) echo evil > "\${a#*=}/HdrHistogram-2.2.2.jar";; esac; done`,
    );
    const cache = join(await scratch(), 'cache');
    const env = { PATH: `${path}:/bin:/usr/bin`, DRAWBRIDGE_CACHE_DIR: cache };
    await expectCode(resolveKafkaJars({ env }), 'DBR-KAFKA-DOWNLOAD', /HdrHistogram-2\.2\.2\.jar: expected SHA-256 22d1.*, found /);
    await expectCode(resolveKafkaJars({ env: { ...env, PATH: '' } }), 'DBR-MAVEN-MISSING', /no jars/);
  });
});

import { it } from 'vitest';
import { checkPayloads } from './checks/payload-fidelity.js';

const seed = Number(process.env.LAMBDAKIT_TEST_SEED ?? Date.now() % 2 ** 31);

it(`brings back ten thousand payloads as they went (seed ${seed})`, () =>
  checkPayloads({ values: 10_000, streams: 300, seed }));

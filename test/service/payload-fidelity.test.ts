import { it } from 'vitest';
import { checkPayloads } from '../soak/checks/payload-fidelity.js';

const seed = Number(process.env.LAMBDAKIT_TEST_SEED ?? Date.now() % 2 ** 31);

it(`brings back every payload as it went (seed ${seed})`, () => checkPayloads({ values: 600, streams: 30, seed }));

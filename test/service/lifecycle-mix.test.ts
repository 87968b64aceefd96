import { it } from 'vitest';
import { runMix } from './lifecycle-mix.js';

it('answers 400 invocations over 8 environments, whatever the others do', () => runMix(400));

import { defineConfig } from 'vitest/config';

/** Each project: its folder under test/ and how long one of its tests may take. */
const projects = [
  { name: 'architecture', include: ['test/architecture/**/*.test.ts'], testTimeout: 30_000 },
  { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 },
  { name: 'service', include: ['test/service/**/*.test.ts'], testTimeout: 60_000 },
  { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 120_000 },
  { name: 'conformance', include: ['test/conformance/**/*.test.ts'], testTimeout: 180_000 },
  { name: 'soak', include: ['test/soak/**/*.test.ts'], testTimeout: 900_000 },
];

export default defineConfig({
  test: {
    globalSetup: 'test/leftovers.ts',
    sequence: { shuffle: true },
    retry: 0,
    maxWorkers: 2,
    projects: projects.map((project) => ({
      extends: true as const,
      test: { ...project, hookTimeout: project.testTimeout },
    })),
  },
});
